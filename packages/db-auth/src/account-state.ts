import { type CodezestDbError, read, rowOf, statement } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { AccountNotFoundError, AccountUnavailableError } from './account-errors.js';
import type { Client } from './client.js';

/** Says why a write that asks for a usable account met none. Read after the fact, so it decides nothing. */
export async function accountRefusal(client: Client, userId: UserId): Promise<CodezestDbError> {
  const account = await rowOf(client, accountState, [userId]);
  return account === undefined || account.isDeleted
    ? new AccountNotFoundError()
    : new AccountUnavailableError();
}

const accountState = read<{ isDeleted: boolean }>(
  'auth.account_state',
  'SELECT deleted_at IS NOT NULL AS "isDeleted" FROM users WHERE id = $1::uuid',
);

/** SQL condition: somebody may log in to the account `u`. */
export const USABLE = 'u.deleted_at IS NULL AND u.is_active AND NOT u.is_suspended';

/**
 * Locks the account until the transaction ends, against all that starts or ends its sessions and tokens. What follows
 * must be a statement of its own: only that one sees what others did while this one waited.
 *
 * An UPDATE that changes nothing, and no FOR UPDATE: a transaction that ends sessions and tokens from an older snapshot
 * (REPEATABLE READ) would not see what was begun under a mere lock, and must collide with it.
 *
 * @throws {AccountNotFoundError}
 */
export async function lockAccount(transaction: Client, userId: UserId): Promise<{ isUsable: boolean }> {
  const account = await rowOf(transaction, lockLiveAccount, [userId]);
  if (account === undefined) throw new AccountNotFoundError();
  return account;
}

const lockLiveAccount = statement<{ isUsable: boolean }>(
  'auth.lock_account',
  `UPDATE users SET updated_at = updated_at WHERE id = $1::uuid AND deleted_at IS NULL
   RETURNING is_active AND NOT is_suspended AS "isUsable"`,
);

/**
 * As `lockAccount`, for what only a usable account may begin.
 *
 * @throws {AccountNotFoundError}
 * @throws {AccountUnavailableError}
 */
export async function lockUsableAccount(transaction: Client, userId: UserId): Promise<void> {
  if (!(await lockAccount(transaction, userId)).isUsable) throw new AccountUnavailableError();
}

/** As `lockAccount`, where an account that is deleted or unknown is no reason to refuse, or nobody is to be told. */
export async function lockUser(transaction: Client, userId: UserId): Promise<void> {
  await rowOf(transaction, lockAnyAccount, [userId]);
}

const lockAnyAccount = statement<{ id: UserId }>(
  'auth.lock_user',
  'SELECT id FROM users WHERE id = $1::uuid FOR NO KEY UPDATE',
);
