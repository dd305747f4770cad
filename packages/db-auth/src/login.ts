import {
  newId,
  type Page,
  type PageRequest,
  pageLimit,
  rowOf,
  rowsOf,
  statement,
  timeCursor,
  timePage,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { LoginHistory, LoginMethod } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { AccountNotFoundError } from './account-errors.js';
import { accountRefusal } from './account-state.js';
import type { Client } from './client.js';
import { FAILURES_TO_LOCK, LOCK_IN_SECONDS } from './login-limits.js';
import { placeOf } from './origin.js';
import type { Origin, UserWithoutSecrets } from './rows.js';

export interface LoginAttempt extends Origin {
  readonly userId: UserId;
  /** City and country as looked up from the address. */
  readonly location?: string | null;
}

export interface Login extends LoginAttempt {
  readonly loginMethod: LoginMethod;
}

/**
 * Records a login that was proven, once all factors are: last login, history, and a clean count of failures, in one
 * statement. Refused while the account is locked, for it may have been locked after the candidate was read: guesses come
 * in parallel. The lock is against guessed passwords, so it does not stop `OAUTH`, and that does not end it.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @throws {AccountLockedError} ACCOUNT_LOCKED
 * @example
 * const user = await recordLogin(prisma, { userId, loginMethod: 'PASSWORD', ipAddress: '192.0.2.17' });
 */
export async function recordLogin(client: Client, login: Login): Promise<UserWithoutSecrets> {
  const user = await rowOf(client, insertLogin, [
    newId<'LoginHistory'>(),
    login.userId,
    ...placeOf(login),
    login.loginMethod,
  ]);
  if (user === undefined) throw await accountRefusal(client, login.userId);
  return user;
}

const insertLogin = statement<UserWithoutSecrets>(
  'auth.record_login',
  `WITH account AS (
     UPDATE users SET last_login_at = now(), last_login_ip = $3::inet, updated_at = now(),
       login_attempts = CASE WHEN $6::"LoginMethod" = 'OAUTH' THEN login_attempts ELSE 0 END,
       locked_until = CASE WHEN $6::"LoginMethod" = 'OAUTH' THEN locked_until END
     WHERE id = $2::uuid AND deleted_at IS NULL AND is_active AND NOT is_suspended
       AND ($6::"LoginMethod" = 'OAUTH' OR locked_until IS NULL OR locked_until <= now())
     RETURNING *
   ), history AS (
     INSERT INTO login_history (id, user_id, success, ip_address, user_agent, location)
     SELECT $1::uuid, id, true, $3::inet, $4::text, $5::text FROM account
   )
   SELECT ${columnsOf.user('u')} FROM account u`,
);

export interface FailedLogin {
  /** In a row, this one included. */
  readonly loginAttempts: number;
  /** Null while the account may still be tried. */
  readonly lockedUntil: Date | null;
  /** True for the one failure that locked it: the moment to tell the owner. */
  readonly hasLocked: boolean;
}

/**
 * Counts a failed login and locks the account for 30 minutes at the fifth in a row, in one UPDATE: read and written
 * apart, parallel guesses would count as one. While locked, failures are counted but do not lengthen the lock, or
 * anybody could keep the owner out for ever; after it the count begins anew. Also for wrong second factors. Not within
 * a transaction that the refusal rolls back: that would forget the failure.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * const { hasLocked } = await recordFailedLogin(prisma, { userId, ipAddress: '192.0.2.17' });
 */
export async function recordFailedLogin(client: Client, attempt: LoginAttempt): Promise<FailedLogin> {
  const failed = await rowOf(client, countFailure, [
    newId<'LoginHistory'>(),
    attempt.userId,
    ...placeOf(attempt),
    FAILURES_TO_LOCK,
    LOCK_IN_SECONDS,
  ]);
  if (failed === undefined) throw new AccountNotFoundError();
  return failed;
}

const countFailure = statement<FailedLogin>(
  'auth.record_failed_login',
  `WITH account AS (
     UPDATE users SET updated_at = now(),
       login_attempts = CASE WHEN locked_until <= now() THEN 1 ELSE login_attempts + 1 END,
       locked_until = CASE
         WHEN locked_until > now() THEN locked_until
         WHEN locked_until IS NULL AND login_attempts + 1 >= $6::int THEN now() + make_interval(secs => $7::float8)
       END
     WHERE id = $2::uuid AND deleted_at IS NULL
     RETURNING id, login_attempts, locked_until
   ), history AS (
     INSERT INTO login_history (id, user_id, success, ip_address, user_agent, location)
     SELECT $1::uuid, id, false, $3::inet, $4::text, $5::text FROM account
   )
   SELECT login_attempts AS "loginAttempts", locked_until AS "lockedUntil",
     locked_until IS NOT NULL AND login_attempts = $6::int AS "hasLocked"
   FROM account`,
);

/**
 * Who tried to log in to the user's account, latest first: kept for 90 days.
 *
 * @throws {InvalidPageError} PAGE_INVALID
 * @example
 * const { items } = await listLoginHistory(prisma, user.id);
 */
export async function listLoginHistory(
  client: Client,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<LoginHistory>> {
  const limit = pageLimit(page);
  const listing = `logins of ${userId}`;
  const after = timeCursor(listing, page);
  const place = [after?.at ?? 'infinity', after?.id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  const rows = await rowsOf(client, loginHistory, [userId, ...place, limit + 1]);
  return timePage(listing, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

const loginHistory = statement<LoginHistory>(
  'auth.login_history',
  `SELECT ${columnsOf.loginHistory('h')} FROM login_history h
   WHERE h.user_id = $1::uuid AND (h.created_at, h.id) < ($2::timestamptz, $3::uuid)
   ORDER BY h.created_at DESC, h.id DESC LIMIT $4::int`,
);
