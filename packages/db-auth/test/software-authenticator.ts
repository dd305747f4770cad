import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** A passkey in software: ES256, attestation `none`, a counter, the person verified. WebAuthn Level 3, §6.1 and §6.5. */
export class SoftwareAuthenticator {
  readonly #credentialId = randomBytes(32);
  readonly #key: KeyObject;
  readonly #coseKey: Buffer;
  readonly #origin: string;
  readonly #rpId: string;
  #counter = 0;

  constructor(origin: string, rpId: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#key = privateKey;
    this.#origin = origin;
    this.#rpId = rpId;
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y} in CBOR.
    this.#coseKey = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
  }

  register(challenge: string) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#credentialId.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.#credentialId, this.#coseKey]);
    const data = this.#authenticatorData(0x45, credential);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(data.length);
    // {"fmt": "none", "attStmt": {}, "authData": bytes} in CBOR.
    const head = Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex');
    return {
      ...this.#answer(),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', challenge),
        attestationObject: base64url(Buffer.concat([head, size, data])),
      },
    };
  }

  logIn(challenge: string, userHandle?: string) {
    this.#counter += 1;
    const authenticatorData = this.#authenticatorData(0x05);
    const clientDataJSON = this.#clientData('webauthn.get', challenge);
    const clientHash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    const signature = sign('sha256', Buffer.concat([authenticatorData, clientHash]), this.#key);
    return {
      ...this.#answer(),
      response: {
        clientDataJSON,
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signature),
        ...(userHandle !== undefined && { userHandle }),
      },
    };
  }

  #answer() {
    const id = base64url(this.#credentialId);
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
  }

  #authenticatorData(flags: number, rest: Uint8Array = new Uint8Array()): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const relyingParty = createHash('sha256').update(this.#rpId).digest();
    return Buffer.concat([relyingParty, Buffer.from([flags]), counter, rest]);
  }

  #clientData(type: string, challenge: string): string {
    return base64url(
      Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false })),
    );
  }
}
