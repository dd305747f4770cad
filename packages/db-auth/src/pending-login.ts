import { newId, randomToken, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { KnownDeviceId, PendingLoginId, UserId } from '@codezest/db-types';
import type { LoginMethod, PendingLogin } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { USABLE } from './account-state.js';
import type { Client } from './client.js';
import { placeOf } from './origin.js';
import type { Origin } from './rows.js';

/** From the name to the session: long enough to find one's telephone. */
const PENDING_SECONDS = 10 * 60;

/** Where a login comes from. */
export interface LoginOrigin extends Origin {
  /** City and country as looked up from the address. */
  readonly location?: string | null;
  /** The token of the browser's long-lived cookie, from an earlier `completeLogin`. */
  readonly deviceToken?: string | null;
}

/** Why a login was refused: for your log. To whoever asked, all of them are one answer. */
export type RefusalReason =
  | 'WRONG'
  /** Nobody has that name, the account is locked or may not be used, or the address has tried too often: nothing was compared. */
  | 'NOT_COMPARED'
  /** The password was changed, or the account suspended, since the login began. */
  | 'OUTDATED'
  /** The login is unknown, over or older than ten minutes. */
  | 'EXPIRED';

export interface RefusedLogin {
  readonly step: 'REFUSED';
  readonly reason: RefusalReason;
  /** True where the same login may try this factor again. */
  readonly canRetry: boolean;
  /** The account that this failure locked: mail its owner. Null otherwise. */
  readonly locked: { readonly userId: UserId; readonly email: string } | null;
}

/** How far a login is. `token` is the browser's, for the next step. */
export type LoginStep =
  | RefusedLogin
  /** Ask for the second factor: `beginSecondFactor` and `proveSecondFactor`, or `proveRecoveryCode`. */
  | { readonly step: 'SECOND_FACTOR'; readonly token: string; readonly userId: UserId }
  /** Ask for a new password, and give its hash to `completeLogin`. */
  | { readonly step: 'MUST_CHANGE_PASSWORD'; readonly token: string; readonly userId: UserId }
  /** The address was never proven: `completeLogin` wants `acceptUnverified`. */
  | { readonly step: 'UNVERIFIED'; readonly token: string; readonly userId: UserId }
  /** All is proven: `completeLogin`. */
  | { readonly step: 'PROVEN'; readonly token: string; readonly userId: UserId };

export function refused(
  reason: RefusalReason,
  { canRetry = false, locked = null }: Partial<Pick<RefusedLogin, 'canRetry' | 'locked'>> = {},
): RefusedLogin {
  return { step: 'REFUSED', reason, canRetry, locked };
}

export interface NewPendingLogin extends Origin {
  readonly userId: UserId | null;
  readonly loginMethod: LoginMethod;
  readonly location?: string | null | undefined;
  readonly isRefused?: boolean;
  readonly hasLocked?: boolean;
  readonly deviceId?: KnownDeviceId | null;
  readonly code?: { readonly email: string; readonly hash: Uint8Array; readonly keyId: string } | null;
  /** The first factor is proven already, by a provider or a passkey. */
  readonly isProven?: boolean;
  /** A second factor that came with the first. */
  readonly secondFactor?: LoginMethod | null;
}

/** Writes down a login that begins. Returns the token for the browser. */
export async function insertPendingLogin(
  transaction: Client,
  login: NewPendingLogin,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomToken();
  const inserted = await rowOf(transaction, insertPending, [
    newId<'PendingLogin'>(),
    login.userId,
    tokenHash(token),
    login.loginMethod,
    login.isRefused ?? false,
    login.hasLocked ?? false,
    login.deviceId ?? null,
    login.code?.email ?? null,
    login.code?.hash ?? null,
    login.code?.keyId ?? null,
    login.isProven ?? false,
    login.secondFactor ?? null,
    ...placeOf(login),
    PENDING_SECONDS,
  ]);
  return { token, ...(inserted as { expiresAt: Date }) };
}

const insertPending = statement<{ expiresAt: Date }>(
  'auth.insert_pending_login',
  `INSERT INTO pending_logins (id, user_id, token_hash, login_method, is_refused, has_locked, device_id, email, code_hash,
     code_key_id, first_factor_at, second_factor, second_factor_at, ip_address, user_agent, location, expires_at,
     password_changed_at)
   SELECT $1::uuid, $2::uuid, $3::bytea, $4::"LoginMethod", $5::boolean, $6::boolean, $7::uuid, $8::text, $9::bytea,
     $10::text, CASE WHEN $11::boolean THEN now() END, $12::"LoginMethod",
     CASE WHEN $12::"LoginMethod" IS NOT NULL THEN now() END, $13::inet, $14::text, $15::text,
     now() + make_interval(secs => $16::float8), (SELECT password_changed_at FROM users WHERE id = $2::uuid)
   RETURNING expires_at AS "expiresAt"`,
);

/** A login that goes on, with what of its account decides about it. */
export interface LiveLogin extends Omit<PendingLogin, 'tokenHash' | 'codeHash'> {
  /** Whether its account may be used, and the password is the one that it began with. */
  readonly isCurrent: boolean;
  readonly accountEmail: string;
  readonly twoFactorEnabled: boolean;
  readonly mustChangePassword: boolean;
  readonly emailVerified: boolean;
  /** Since when it is on its way, by the clock of the database: milliseconds. */
  readonly ageMs: number;
}

/**
 * Locks the account of a login, then reads the login in a statement of its own, which sees what ended it meanwhile.
 * Undefined when it is unknown, over or expired.
 */
export async function lockPendingLogin(transaction: Client, token: string): Promise<LiveLogin | undefined> {
  const hash = tokenHash(token);
  await rowsOf(transaction, lockOwnerOfLogin, [hash]);
  return rowOf(transaction, livePendingLogin, [hash]);
}

const lockOwnerOfLogin = statement<{ id: UserId }>(
  'auth.lock_owner_of_pending_login',
  `UPDATE users u SET updated_at = u.updated_at FROM pending_logins p
   WHERE p.token_hash = $1::bytea AND u.id = p.user_id RETURNING u.id`,
);

const livePendingLogin = statement<LiveLogin>(
  'auth.live_pending_login',
  `SELECT ${columnsOf.pendingLogin('p')}, u.email AS "accountEmail", u.two_factor_enabled AS "twoFactorEnabled",
     u.must_change_password AS "mustChangePassword", u.email_verified AS "emailVerified",
     (extract(epoch FROM clock_timestamp() - p.created_at) * 1000)::float8 AS "ageMs",
     coalesce(${USABLE} AND u.password_changed_at IS NOT DISTINCT FROM p.password_changed_at, false) AS "isCurrent"
   FROM pending_logins p LEFT JOIN users u ON u.id = p.user_id
   WHERE p.token_hash = $1::bytea AND p.consumed_at IS NULL AND p.expires_at > now()
   FOR UPDATE OF p`,
);

/** What the login waits for. */
export function stepOf(login: LiveLogin, token: string): LoginStep {
  const userId = login.userId as UserId;
  if (login.twoFactorEnabled && login.secondFactorAt === null)
    return { step: 'SECOND_FACTOR', token, userId };
  if (login.mustChangePassword) return { step: 'MUST_CHANGE_PASSWORD', token, userId };
  if (!login.emailVerified) return { step: 'UNVERIFIED', token, userId };
  return { step: 'PROVEN', token, userId };
}

/** Ends a login: it became a session, or a refusal. */
export async function endPendingLogin(transaction: Client, id: PendingLoginId): Promise<void> {
  await rowsOf(transaction, consumePending, [id]);
}

const consumePending = statement<{ id: PendingLoginId }>(
  'auth.end_pending_login',
  `UPDATE pending_logins SET consumed_at = now(), updated_at = now()
   WHERE id = $1::uuid AND consumed_at IS NULL RETURNING id`,
);

/** The history of the account that was tried. Where nobody has that name the statement runs all the same, and writes nothing. */
export async function keepInHistory(transaction: Client, login: LiveLogin, success: boolean): Promise<void> {
  const { userId, ipAddress, userAgent, location } = login;
  await rowsOf(transaction, insertHistory, [
    newId<'LoginHistory'>(),
    userId,
    success,
    ipAddress,
    userAgent,
    location,
  ]);
}

const insertHistory = statement<{ id: string }>(
  'auth.keep_login_in_history',
  `INSERT INTO login_history (id, user_id, success, ip_address, user_agent, location)
   SELECT $1::uuid, $2::uuid, $3::boolean, $4::inet, $5::text, $6::text WHERE $2::uuid IS NOT NULL RETURNING id`,
);
