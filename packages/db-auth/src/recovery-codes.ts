import {
  CodezestDbError,
  inTransaction,
  keyedHash,
  newId,
  randomCode,
  requireText,
  rowOf,
  rowsOf,
  statement,
} from '@codezest/db-core';
import type { RecoveryCodeId, UserId } from '@codezest/db-types';
import { lockAccount, lockUser } from './account-state.js';
import type { Client } from './client.js';
import { type LookupOptions, lookupKeys } from './encryption.js';

const CODES = 10;
const DIGITS = 10;

/** The code is none of the user's, or was used: nobody is told which. */
export class InvalidRecoveryCodeError extends CodezestDbError {
  constructor() {
    super('RECOVERY_CODE_INVALID', 'The recovery code is wrong or was used. Try another one.');
  }
}

/**
 * Ten new recovery codes in place of all earlier ones. Shown once: the database has their keyed hashes, because a plain
 * hash of ten digits is reversed in seconds.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {KeyringError} KEYRING_INVALID
 * @example
 * const recoveryCodes = await replaceRecoveryCodes(prisma, user.id);
 */
export async function replaceRecoveryCodes(
  client: Client,
  userId: UserId,
  options: LookupOptions = {},
): Promise<string[]> {
  const keyring = lookupKeys(options);
  const codes = new Set<string>();
  while (codes.size < CODES) codes.add(randomCode(DIGITS));
  const rows = [...codes].map((code) => ({
    id: newId<'RecoveryCode'>(),
    hash: Buffer.from(keyedHash(code, purposeOf(userId), keyring)).toString('hex'),
  }));
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    await rowsOf(transaction, deleteCodes, [userId]);
    await rowsOf(transaction, insertCodes, [userId, keyring.current, JSON.stringify(rows)]);
    return [...codes];
  });
}

const deleteCodes = statement<{ id: RecoveryCodeId }>(
  'auth.delete_recovery_codes',
  'DELETE FROM recovery_codes WHERE user_id = $1::uuid RETURNING id',
);

const insertCodes = statement<{ id: RecoveryCodeId }>(
  'auth.insert_recovery_codes',
  `INSERT INTO recovery_codes (id, user_id, code_hash, key_id)
   SELECT id, $1::uuid, decode(hash, 'hex'), $2::text FROM jsonb_to_recordset($3::jsonb) AS given(id uuid, hash text)
   RETURNING id`,
);

/**
 * Uses a recovery code up, once; spaces and dashes in it don't matter. Returns how many are left, also where others are
 * used at this moment: tell the user when they run out. Within a login it is `proveRecoveryCode` that counts the wrong ones.
 *
 * @throws {InvalidRecoveryCodeError} RECOVERY_CODE_INVALID
 * @throws {KeyringError} KEYRING_INVALID
 * @example
 * const left = await consumeRecoveryCode(prisma, { userId: user.id, code: '01234 56789' });
 */
export async function consumeRecoveryCode(
  client: Client,
  { userId, code }: { userId: UserId; code: string },
  options: LookupOptions = {},
): Promise<number> {
  const keyring = lookupKeys(options);
  requireText(code, 'code');
  const digits = code.replaceAll(/[\s-]/g, '');
  // Codes outlive a rotation of the keys, so each key of the ring is tried.
  const candidates = [...keyring.keys.keys()].map((keyId) => ({
    keyId,
    hash: Buffer.from(keyedHash(digits, purposeOf(userId), keyring, keyId)).toString('hex'),
  }));
  return inTransaction(client, async (transaction: Client) => {
    await lockUser(transaction, userId);
    const consumed = await rowOf(transaction, consumeCode, [userId, JSON.stringify(candidates)]);
    if (consumed === undefined) throw new InvalidRecoveryCodeError();
    return consumed.left;
  });
}

const consumeCode = statement<{ left: number }>(
  'auth.consume_recovery_code',
  `WITH consumed AS (
     UPDATE recovery_codes c SET consumed_at = now(), updated_at = now()
     FROM jsonb_to_recordset($2::jsonb) AS given("keyId" text, hash text)
     WHERE c.user_id = $1::uuid AND c.code_hash = decode(given.hash, 'hex') AND c.key_id = given."keyId"
       AND c.consumed_at IS NULL
     RETURNING c.id
   )
   SELECT (SELECT count(*)::int FROM recovery_codes r
     WHERE r.user_id = $1::uuid AND r.consumed_at IS NULL AND r.id <> consumed.id) AS "left"
   FROM consumed`,
);

/** Two users' equal codes must not have equal hashes: whoever reads the table would see that they are. */
const purposeOf = (userId: UserId) => `recovery_codes:${userId}`;
