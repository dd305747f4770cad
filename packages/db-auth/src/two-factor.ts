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

/** The authenticator that was checked is not the one that the user has now. */
export class TwoFactorReplacedError extends CodezestDbError {
  constructor() {
    super('TWO_FACTOR_REPLACED', 'The user has enrolled another authenticator meanwhile. Check its code.');
  }
}

/** The step is none of the last or next minutes: perhaps seconds, or milliseconds. */
export class InvalidTwoFactorStepError extends CodezestDbError {
  constructor() {
    super(
      'TWO_FACTOR_STEP_INVALID',
      'The step is not within five minutes of now. It is Unix time in seconds divided by 30, rounded down.',
    );
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
 * works. One that was never proven is replaced. Returns its id, for `enableTwoFactor`.
 *
 * @param enrolment.secret as the authenticator shows it, base32.
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {TwoFactorEnabledError} TWO_FACTOR_ENABLED
 * @throws {KeyringError} KEYRING_INVALID
 * @example
 * const credentialId = await startTwoFactorEnrolment(prisma, { userId: user.id, secret });
 */
export async function startTwoFactorEnrolment(
  client: Client,
  { userId, secret }: { userId: UserId; secret: string },
  options: EncryptionOptions = {},
): Promise<TwoFactorCredentialId> {
  const id = newId<'TwoFactorCredential'>();
  const envelope = encrypt(secret, secretOf(id), encryptionKeys(options));
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    await rowsOf(transaction, dropUnprovenSecret, [userId]);
    if ((await rowOf(transaction, insertSecret, [id, userId, envelope])) === undefined) {
      throw new TwoFactorEnabledError();
    }
    return id;
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

export interface TwoFactorSecret {
  /** Which authenticator it is: one that is enrolled in its place has another secret. */
  readonly credentialId: TwoFactorCredentialId;
  /** In clear, as it was given. */
  readonly secret: string;
}

/**
 * The secret, in clear, to check a code with (TOTP, RFC 6238). Then `enableTwoFactor` or `acceptTwoFactorCode` with the
 * same `credentialId` and the code's time step. Within a login it is `beginSecondFactor` that gives it.
 *
 * @throws {TwoFactorNotFoundError} TWO_FACTOR_NOT_FOUND
 * @throws {UnknownKeyError} ENCRYPTION_KEY_UNKNOWN
 * @throws {DecryptionError} DECRYPTION_FAILED
 * @example
 * const { credentialId, secret } = await readTwoFactorSecret(prisma, user.id);
 */
export async function readTwoFactorSecret(
  client: Client,
  userId: UserId,
  options: EncryptionOptions = {},
): Promise<TwoFactorSecret> {
  const stored = await rowOf(client, storedSecret, [userId]);
  if (stored === undefined) throw new TwoFactorNotFoundError();
  const secret = decrypt(stored.secret, secretOf(stored.id), encryptionKeys(options));
  return { credentialId: stored.id, secret };
}

const storedSecret = statement<{ id: TwoFactorCredentialId; secret: string }>(
  'auth.two_factor_secret',
  'SELECT id, secret FROM two_factor_credentials WHERE user_id = $1::uuid',
);

/** A code that was found right. */
export interface TwoFactorCode {
  readonly userId: UserId;
  /** The authenticator whose secret was read, from `readTwoFactorSecret` or `startTwoFactorEnrolment`. */
  readonly credentialId: TwoFactorCredentialId;
  /** Unix time in seconds divided by the period of the codes, 30 seconds, rounded down: that of the code. */
  readonly step: number;
}

/** Steps of 30 seconds that a code may be away from the database's clock: five minutes. */
const STEPS_AWAY = 10;

/**
 * Uses a code up, in one UPDATE: the step only moves forward, so a code that was overheard is worth nothing, neither
 * again nor after a later one. For actions that want a fresh code; a login counts its failures: `proveSecondFactor`.
 *
 * @throws {TwoFactorNotFoundError} TWO_FACTOR_NOT_FOUND
 * @throws {TwoFactorReplacedError} TWO_FACTOR_REPLACED
 * @throws {InvalidTwoFactorStepError} TWO_FACTOR_STEP_INVALID
 * @throws {TwoFactorCodeReusedError} TWO_FACTOR_CODE_REUSED
 * @example
 * await acceptTwoFactorCode(prisma, { userId: user.id, credentialId, step: Math.floor(Date.now() / 30_000) });
 */
export async function acceptTwoFactorCode(
  client: Client,
  { userId, credentialId, step }: TwoFactorCode,
): Promise<void> {
  if (!Number.isSafeInteger(step)) throw new InvalidTwoFactorStepError();
  if ((await rowOf(client, moveStep, [userId, credentialId, step, STEPS_AWAY])) !== undefined) return;
  const known = await rowOf(client, stepState, [userId, step, STEPS_AWAY]);
  if (known === undefined) throw new TwoFactorNotFoundError();
  if (known.id !== credentialId) throw new TwoFactorReplacedError();
  throw known.isNear ? new TwoFactorCodeReusedError() : new InvalidTwoFactorStepError();
}

const NEAR = (step: string, away: string) =>
  `abs(${step}::float8 - floor(extract(epoch FROM clock_timestamp()) / 30)::float8) <= ${away}::float8`;

const moveStep = statement<{ id: TwoFactorCredentialId }>(
  'auth.accept_two_factor_code',
  `UPDATE two_factor_credentials SET last_used_step = $3::float8::int, updated_at = now()
   WHERE user_id = $1::uuid AND id = $2::uuid AND CASE WHEN ${NEAR('$3', '$4')}
     THEN last_used_step IS NULL OR last_used_step < $3::float8::int ELSE false END RETURNING id`,
);

const stepState = statement<{ id: TwoFactorCredentialId; isNear: boolean }>(
  'auth.two_factor_step_state',
  `SELECT id, ${NEAR('$2', '$3')} AS "isNear" FROM two_factor_credentials WHERE user_id = $1::uuid`,
);

/**
 * Switches the second factor on with the first code, and gives the recovery codes: shown once, never again. Tell the owner
 * by mail, with a link that confirms it (`issueWaysInConfirmation`): without, a password reset switches it off again.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {TwoFactorNotFoundError} TWO_FACTOR_NOT_FOUND, without `startTwoFactorEnrolment`
 * @throws {TwoFactorReplacedError} TWO_FACTOR_REPLACED, when another secret was enrolled since the code was checked
 * @throws {InvalidTwoFactorStepError} TWO_FACTOR_STEP_INVALID
 * @throws {TwoFactorCodeReusedError} TWO_FACTOR_CODE_REUSED
 * @throws {TwoFactorEnabledError} TWO_FACTOR_ENABLED
 * @example
 * const recoveryCodes = await enableTwoFactor(prisma, { userId: user.id, credentialId, step });
 */
export async function enableTwoFactor(
  client: Client,
  { userId, credentialId, step }: TwoFactorCode,
  options: LookupOptions = {},
): Promise<string[]> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    await acceptTwoFactorCode(transaction, { userId, credentialId, step });
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
export async function disableTwoFactor(client: Client, userId: UserId): Promise<void> {
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
