import {
  CodezestDbError,
  decrypt,
  encrypt,
  inTransaction,
  newId,
  rowOf,
  rowsOf,
  statement,
} from '@codezest/db-core';
import type { TwoFactorCredentialId, UserId } from '@codezest/db-types';
import { lockAccount } from './account-state.js';
import type { Client } from './client.js';
import { type EncryptionOptions, encryptionKeys, type LookupOptions } from './encryption.js';
import { replaceRecoveryCodes } from './recovery-codes.js';

/** The second factor is on already. */
export class TwoFactorEnabledError extends CodezestDbError {
  constructor() {
    super(
      'TWO_FACTOR_ENABLED',
      'The second factor is on. Switch it off before enrolling another authenticator.',
    );
  }
}

/** The user has no authenticator. */
export class TwoFactorNotFoundError extends CodezestDbError {
  constructor() {
    super('TWO_FACTOR_NOT_FOUND', 'The user has no authenticator.');
  }
}

/** A code of this time step or of a later one was accepted before. */
export class TwoFactorCodeReusedError extends CodezestDbError {
  constructor() {
    super('TWO_FACTOR_CODE_REUSED', 'This code was used before. Wait for the next one.');
  }
}

/**
 * Stores the secret of a new authenticator, encrypted for its row, until the user proves with a first code that it
 * works. One that was never proven is replaced.
 *
 * @param enrolment.secret as the authenticator shows it, base32.
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {TwoFactorEnabledError} TWO_FACTOR_ENABLED
 * @throws {KeyringError} KEYRING_INVALID
 * @example
 * await startTwoFactorEnrolment(prisma, { userId: user.id, secret });
 */
export async function startTwoFactorEnrolment(
  client: Client,
  { userId, secret }: { userId: UserId; secret: string },
  options: EncryptionOptions = {},
): Promise<void> {
  const id = newId<'TwoFactorCredential'>();
  const envelope = encrypt(secret, secretOf(id), encryptionKeys(options));
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    await rowsOf(transaction, dropUnprovenSecret, [userId]);
    if ((await rowOf(transaction, insertSecret, [id, userId, envelope])) === undefined) {
      throw new TwoFactorEnabledError();
    }
  });
}

const dropUnprovenSecret = statement<{ id: TwoFactorCredentialId }>(
  'auth.drop_unproven_secret',
  `DELETE FROM two_factor_credentials c USING users u
   WHERE c.user_id = $1::uuid AND u.id = c.user_id AND NOT u.two_factor_enabled RETURNING c.id`,
);

const insertSecret = statement<{ id: TwoFactorCredentialId }>(
  'auth.insert_two_factor_secret',
  `INSERT INTO two_factor_credentials (id, user_id, secret)
   SELECT $1::uuid, id, $3::text FROM users WHERE id = $2::uuid AND NOT two_factor_enabled
   RETURNING id`,
);

/**
 * The secret, in clear, to check a code with (TOTP, RFC 6238). Then `acceptTwoFactorCode` with the code's time step.
 *
 * @throws {TwoFactorNotFoundError} TWO_FACTOR_NOT_FOUND
 * @throws {UnknownKeyError} ENCRYPTION_KEY_UNKNOWN
 * @throws {DecryptionError} DECRYPTION_FAILED
 * @example
 * const secret = await readTwoFactorSecret(prisma, user.id);
 */
export async function readTwoFactorSecret(
  client: Client,
  userId: UserId,
  options: EncryptionOptions = {},
): Promise<string> {
  const stored = await rowOf(client, storedSecret, [userId]);
  if (stored === undefined) throw new TwoFactorNotFoundError();
  return decrypt(stored.secret, secretOf(stored.id), encryptionKeys(options));
}

const storedSecret = statement<{ id: TwoFactorCredentialId; secret: string }>(
  'auth.two_factor_secret',
  'SELECT id, secret FROM two_factor_credentials WHERE user_id = $1::uuid',
);

/** A code that was found right. */
export interface TwoFactorCode {
  readonly userId: UserId;
  /** Unix time divided by the period of the codes, 30 seconds. */
  readonly step: number;
}

/**
 * Uses a code up, in one UPDATE: the step only moves forward, so a code that was overheard is worth nothing, neither
 * again nor after a later one.
 *
 * @throws {TwoFactorNotFoundError} TWO_FACTOR_NOT_FOUND
 * @throws {TwoFactorCodeReusedError} TWO_FACTOR_CODE_REUSED
 * @example
 * await acceptTwoFactorCode(prisma, { userId: user.id, step: Math.floor(Date.now() / 30_000) });
 */
export async function acceptTwoFactorCode(client: Client, { userId, step }: TwoFactorCode): Promise<void> {
  if ((await rowOf(client, moveStep, [userId, step])) !== undefined) return;
  const known = await rowOf(client, storedSecret, [userId]);
  throw known === undefined ? new TwoFactorNotFoundError() : new TwoFactorCodeReusedError();
}

const moveStep = statement<{ id: TwoFactorCredentialId }>(
  'auth.accept_two_factor_code',
  `UPDATE two_factor_credentials SET last_used_step = $2::int, updated_at = now()
   WHERE user_id = $1::uuid AND (last_used_step IS NULL OR last_used_step < $2::int) RETURNING id`,
);

/**
 * Switches the second factor on with the first code, and gives the recovery codes: shown once, never again.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {TwoFactorNotFoundError} TWO_FACTOR_NOT_FOUND, without `startTwoFactorEnrolment`
 * @throws {TwoFactorCodeReusedError} TWO_FACTOR_CODE_REUSED
 * @throws {TwoFactorEnabledError} TWO_FACTOR_ENABLED
 * @example
 * const recoveryCodes = await enableTwoFactor(prisma, { userId: user.id, step });
 */
export function enableTwoFactor(
  client: Client,
  { userId, step }: TwoFactorCode,
  options: LookupOptions = {},
): Promise<string[]> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    await acceptTwoFactorCode(transaction, { userId, step });
    if ((await rowOf(transaction, switchOn, [userId])) === undefined) throw new TwoFactorEnabledError();
    return replaceRecoveryCodes(transaction, userId, options);
  });
}

const switchOn = statement<{ id: UserId }>(
  'auth.enable_two_factor',
  `UPDATE users SET two_factor_enabled = true, updated_at = now()
   WHERE id = $1::uuid AND NOT two_factor_enabled RETURNING id`,
);

/**
 * Switches the second factor off and destroys its secret and recovery codes. Nothing happens where it was off.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * await disableTwoFactor(prisma, user.id);
 */
export function disableTwoFactor(client: Client, userId: UserId): Promise<void> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    await rowsOf(transaction, switchOff, [userId]);
  });
}

const switchOff = statement<{ id: UserId }>(
  'auth.disable_two_factor',
  `WITH account AS (
     UPDATE users SET two_factor_enabled = false, updated_at = now() WHERE id = $1::uuid AND two_factor_enabled
   ), codes AS (
     DELETE FROM recovery_codes WHERE user_id = $1::uuid
   )
   DELETE FROM two_factor_credentials WHERE user_id = $1::uuid RETURNING id`,
);

const secretOf = (rowId: TwoFactorCredentialId) => ({
  table: 'two_factor_credentials',
  column: 'secret',
  rowId,
});
