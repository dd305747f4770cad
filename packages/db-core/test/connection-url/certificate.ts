import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate with its key, for a server that lives as long as a test. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  readonly name: string;
  readonly privateKey: KeyObject;
}

const DAY = 86_400_000;

/** One that may sign others. */
export function createAuthority(name: string): Authority {
  const { privateKey, publicKey } = newKeys();
  const validity = [new Date(Date.now() - DAY), new Date(Date.now() + DAY)] as const;
  const certificate = certify({
    subject: name,
    issuer: name,
    signer: privateKey,
    publicKey,
    validity,
    isCa: true,
  });
  return { name, privateKey, certificate, key: pemOf(privateKey) };
}

/** @param days from now, until when it is valid; below zero it has expired. */
export function createCertificate(host: string, authority: Authority, days = 1): Certificate {
  const { privateKey, publicKey } = newKeys();
  const validity = [new Date(Date.now() - 9 * DAY), new Date(Date.now() + days * DAY)] as const;
  const certificate = certify({
    subject: host,
    issuer: authority.name,
    signer: authority.privateKey,
    publicKey,
    validity,
    isCa: false,
  });
  return { certificate, key: pemOf(privateKey) };
}

interface Contents {
  readonly subject: string;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly publicKey: KeyObject;
  readonly validity: readonly [from: Date, to: Date];
  readonly isCa: boolean;
}

/** X.509 version 3 (RFC 5280) with an ECDSA signature: no more than TLS asks for. */
function certify({ subject, issuer, signer, publicKey, validity, isCa }: Contents): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const extension = (id: string, value: Buffer) => sequence(oid(id), der(0x04, value));
  const extensions = isCa
    ? extension('551d13', sequence(der(0x01, Buffer.from([0xff]))))
    : extension('551d11', sequence(der(0x82, Buffer.from(subject))));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    nameOf(issuer),
    sequence(...validity.map(time)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extensions)),
  );
  const signature = sign('sha256', signed, signer);
  const whole = sequence(signed, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replace(/\.\d+|[-:T]/g, '')));
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
