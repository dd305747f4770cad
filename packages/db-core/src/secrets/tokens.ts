import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { InvalidValueError, requireText } from '../errors/invalid-value-error.js';
import { UnknownKeyError } from './errors.js';
import type { Keyring } from './keyring.js';

/** 256 random bits, base64url. Handed out once; the database holds `tokenHash` of it. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, 32 bytes. A fast hash is enough for a random token: there is nothing to guess. */
export function tokenHash(token: string): Uint8Array<ArrayBuffer> {
  requireText(token, 'token');
  return new Uint8Array(createHash('sha256').update(token).digest());
}

/**
 * Decimal code that a person types, e.g. six digits.
 *
 * @throws {InvalidValueError} unless `digits` is a whole number from 1 to 64.
 */
export function randomCode(digits: number): string {
  if (!Number.isInteger(digits) || digits < 1 || digits > 64)
    throw new InvalidValueError('a code has 1 to 64 digits.', { field: 'digits' });
  return Array.from({ length: digits }, () => randomInt(10)).join('');
}

/**
 * HMAC-SHA-256, 32 bytes: for what can be guessed (short codes) or must be found by its value (push tokens). Its key
 * stays outside the database, so that a dump cannot be searched. `purpose` keeps the uses of one key apart.
 */
export function keyedHash(
  value: string,
  purpose: string,
  keyring: Keyring,
  keyId = keyring.current,
): Uint8Array<ArrayBuffer> {
  requireText(value, 'value');
  const key = keyring.keys.get(keyId);
  if (key === undefined) throw new UnknownKeyError(keyId);
  return new Uint8Array(createHmac('sha256', key).update(`${purpose}\0${value}`).digest());
}

/** Compares hashes in time that does not depend on where they differ. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
