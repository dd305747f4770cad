import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { requireText } from '../errors/invalid-value-error.js';
import { DecryptionError, UnknownKeyError } from './errors.js';
import type { Keyring } from './keyring.js';

/** Where a value stands. It is part of what is authenticated, so a ciphertext is worth nothing anywhere else. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * `v1.<key id>.<nonce>.<ciphertext>.<tag>` by AES-256-GCM (NIST SP 800-38D), parts in base64url. Each row has a key of
 * its own by HKDF (RFC 5869), so that no key ever meets enough nonces for one to repeat.
 */
export function encrypt(text: string, place: Place, keyring: Keyring): string {
  requireText(text, place.column);
  const keyId = keyring.current;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', rowKey(place, keyId, keyring), nonce);
  cipher.setAAD(authenticated(place, keyId));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const parts = [nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  return ['v1', keyId, ...parts].join('.');
}

/**
 * @throws {UnknownKeyError} when the key is not in the keyring.
 * @throws {DecryptionError} when the value was changed or moved.
 */
export function decrypt(envelope: string, place: Place, keyring: Keyring): string {
  const [version, keyId, ...encoded] = envelope.split('.');
  const parts = encoded.map((part) => Buffer.from(part, 'base64url'));
  const [nonce, ciphertext, tag] = parts;
  // Base64 has several texts for the same bytes. Only the one that was written is taken.
  const written = parts.every((part, at) => part.toString('base64url') === encoded[at]);
  const shaped = version === 'v1' && nonce?.length === NONCE_BYTES && tag?.length === TAG_BYTES;
  if (!shaped || !written || parts.length !== 3 || keyId === undefined || ciphertext === undefined)
    throw new DecryptionError(columnOf(place));

  const decipher = createDecipheriv('aes-256-gcm', rowKey(place, keyId, keyring), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(authenticated(place, keyId));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch {
    throw new DecryptionError(columnOf(place));
  }
}

/** Id of the key that an envelope was written with: what a rotation selects by. */
export function keyIdOf(envelope: string): string | undefined {
  return /^v1\.([^.]+)\./.exec(envelope)?.[1];
}

function rowKey(place: Place, keyId: string, { keys }: Keyring): Uint8Array {
  const key = keys.get(keyId);
  if (key === undefined) throw new UnknownKeyError(keyId);
  return new Uint8Array(hkdfSync('sha256', key, place.rowId, columnOf(place), 32));
}

function authenticated({ table, column, rowId }: Place, keyId: string): Buffer {
  return Buffer.from([table, column, rowId, keyId].join(':'));
}

function columnOf({ table, column }: Place): string {
  return `${table}.${column}`;
}
