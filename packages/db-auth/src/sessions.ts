import {
  CodezestDbError,
  inTransaction,
  joinedRows,
  newId,
  type Page,
  type PageRequest,
  pageLimit,
  randomToken,
  read,
  rowOf,
  rowsOf,
  statement,
  timeCursor,
  timePage,
  tokenHash,
} from '@codezest/db-core';
import type { SessionId, UserId } from '@codezest/db-types';
import type { LoginMethod } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { accountRefusal, lockUser, USABLE } from './account-state.js';
import type { Client } from './client.js';
import { originOf } from './origin.js';
import type { Origin, SessionWithoutSecrets, UserWithoutSecrets } from './rows.js';

/** How long a session lives unless told otherwise, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60;

const LOGIN_SECONDS = 90 * 24 * 60 * 60;

export interface NewSession extends Origin {
  readonly userId: UserId;
  readonly loginMethod: LoginMethod;
  /** How long the token works: 30 days; at most 90. */
  readonly expiresInSeconds?: number;
  /** How long the login lasts, however often it is refreshed: 90 days. */
  readonly loginExpiresInSeconds?: number;
}

export interface StartedSession {
  readonly session: SessionWithoutSecrets;
  /** For the client's cookie; the database has only its hash. */
  readonly token: string;
}

/**
 * Starts a session after a login, as the head of a family of its own. It is refused for an account that is deleted,
 * suspended or not active at that very moment, not when it was looked up.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @example
 * const { session, token } = await startSession(prisma, { userId: user.id, loginMethod: 'PASSWORD' });
 */
export async function startSession(client: Client, login: NewSession): Promise<StartedSession> {
  const token = randomToken();
  const session = await rowOf(client, insertSession, [
    newId<'Session'>(),
    login.userId,
    tokenHash(token),
    newId<'SessionFamily'>(),
    login.loginMethod,
    login.expiresInSeconds ?? SESSION_SECONDS,
    ...originOf(login),
    login.loginExpiresInSeconds ?? LOGIN_SECONDS,
  ]);
  if (session === undefined) throw await accountRefusal(client, login.userId);
  return { session, token };
}

// The lock waits for whoever is ending this account's sessions, and makes them wait. Why it is an UPDATE: see lockAccount.
const insertSession = statement<SessionWithoutSecrets>(
  'auth.start_session',
  `WITH account AS (
     UPDATE users u SET updated_at = updated_at
     WHERE u.id = $2::uuid AND ${USABLE}
     RETURNING u.id
   )
   INSERT INTO sessions AS s (id, user_id, token_hash, family_id, login_method, expires_at, ip_address, user_agent,
     family_expires_at)
   SELECT $1::uuid, id, $3::bytea, $4::uuid, $5::"LoginMethod",
     now() + make_interval(secs => least($6::float8, $9::float8)), $7::inet, $8::text,
     now() + make_interval(secs => $9::float8)
   FROM account
   RETURNING ${columnsOf.session('s')}`,
);

export interface AuthenticatedSession {
  readonly session: SessionWithoutSecrets;
  readonly user: UserWithoutSecrets;
}

/**
 * Who is behind a request: the session of this token and its user, in one read by the token's hash. Null when the token
 * is unknown, expired or revoked, or its user deleted, suspended or not active; what it was is nobody's business.
 *
 * @example
 * const request = await authenticateSession(prisma, token);
 */
export async function authenticateSession(
  client: Client,
  token: string,
): Promise<AuthenticatedSession | null> {
  const row = await rowOf(client, sessionForRequest, [tokenHash(token)]);
  return row === undefined ? null : sessionAndUser.split(row);
}

const sessionAndUser = joinedRows<AuthenticatedSession>({
  session: columnsOf.session('s'),
  user: columnsOf.user('u'),
});

const sessionForRequest = read<object>(
  'auth.session_for_request',
  `SELECT ${sessionAndUser.columns}
   FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.token_hash = $1::bytea AND s.revoked_at IS NULL AND s.expires_at > now()
     AND ${USABLE}`,
);

/**
 * Ends the login that this token belongs to, wherever it has been refreshed to by now: for the button "log out", which has
 * nothing but its cookie, perhaps one that another tab has refreshed meanwhile. True when the login was still alive, false
 * also for a token that nobody knows.
 *
 * @example
 * await endSession(prisma, token);
 */
export async function endSession(client: Client, token: string): Promise<boolean> {
  return inTransaction(client, async (transaction: Client) => {
    const found = await rowOf(transaction, lockOwnerOfFamily, [tokenHash(token)]);
    if (found === undefined) return false;
    return (await rowsOf(transaction, endFamily, [found.familyId, 'LOGOUT'])).some(wasAlive);
  });
}

const lockOwnerOfFamily = statement<{ familyId: string }>(
  'auth.lock_owner_of_family',
  `SELECT s.family_id AS "familyId" FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.token_hash = $1::bytea FOR NO KEY UPDATE OF u`,
);

/** The user has no such session. */
export class SessionNotFoundError extends CodezestDbError {
  constructor() {
    super('SESSION_NOT_FOUND', 'The user has no such session.');
  }
}

/**
 * Ends one login of the user, wherever its token has been refreshed to by now: the family ends, not only the row that
 * was on the screen. True when it was still alive.
 *
 * @throws {SessionNotFoundError} SESSION_NOT_FOUND, also for somebody else's session
 * @example
 * await revokeSession(prisma, { userId: user.id, sessionId: session.id });
 */
export async function revokeSession(
  client: Client,
  { userId, sessionId, reason = 'LOGOUT' }: RevokedSession,
): Promise<boolean> {
  return inTransaction(client, async (transaction: Client) => {
    const found = await rowOf(transaction, lockOwnerOfSession, [sessionId, userId]);
    if (found === undefined) throw new SessionNotFoundError();
    return (await rowsOf(transaction, endFamily, [found.familyId, reason])).some(wasAlive);
  });
}

export interface RevokedSession {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly reason?: 'LOGOUT' | 'LOGOUT_EVERYWHERE' | 'ADMIN';
}

const lockOwnerOfSession = statement<{ familyId: string }>(
  'auth.lock_owner_of_session',
  `SELECT s.family_id AS "familyId" FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.id = $1::uuid AND s.user_id = $2::uuid FOR NO KEY UPDATE OF u`,
);

/** Needs the owner's lock, and a statement of its own after it: a head that was born meanwhile would be missed. */
export const endFamily = statement<EndedSession>(
  'auth.end_session_family',
  `UPDATE sessions SET revoked_at = now(), revoked_reason = $2::"SessionRevokedReason", updated_at = now()
   WHERE family_id = $1::uuid AND revoked_at IS NULL RETURNING expires_at > now() AS "wasAlive"`,
);

interface EndedSession {
  /** False for one that had expired, which nobody had ended yet. */
  readonly wasAlive: boolean;
}

export const wasAlive = (ended: EndedSession): boolean => ended.wasAlive;

export interface RevokedSessions {
  readonly userId: UserId;
  readonly reason?:
    | 'LOGOUT_EVERYWHERE'
    | 'PASSWORD_CHANGED'
    | 'MAILBOX_PROVEN'
    | 'ACCOUNT_SUSPENDED'
    | 'ADMIN';
  /** The login that goes on, such as the one that asked. */
  readonly exceptSessionId?: SessionId;
}

/**
 * Ends all logins of the user, but for one if asked to. Returns how many were alive. Also one that is being refreshed
 * at this moment ends.
 *
 * @example
 * const ended = await revokeAllSessions(prisma, { userId: user.id, exceptSessionId: session.id });
 */
export async function revokeAllSessions(
  client: Client,
  { userId, reason = 'LOGOUT_EVERYWHERE', exceptSessionId }: RevokedSessions,
): Promise<number> {
  return inTransaction(client, async (transaction: Client) => {
    await lockUser(transaction, userId);
    const ended = await rowsOf(transaction, endAllSessions, [userId, reason, exceptSessionId ?? null]);
    return ended.filter(wasAlive).length;
  });
}

const endAllSessions = statement<EndedSession>(
  'auth.end_all_sessions',
  `UPDATE sessions SET revoked_at = now(), revoked_reason = $2::"SessionRevokedReason", updated_at = now()
   WHERE user_id = $1::uuid AND revoked_at IS NULL
     AND family_id IS DISTINCT FROM (SELECT family_id FROM sessions WHERE id = $3::uuid AND user_id = $1::uuid)
   RETURNING expires_at > now() AS "wasAlive"`,
);

/**
 * The devices on which the user is logged in, by their last refresh, latest first: one row per login.
 *
 * @throws {InvalidPageError} PAGE_INVALID
 * @example
 * const { items, nextCursor } = await listSessions(prisma, user.id, { limit: 10 });
 */
export async function listSessions(
  client: Client,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<SessionWithoutSecrets>> {
  const limit = pageLimit(page);
  const listing = `sessions of ${userId}`;
  const after = timeCursor(listing, page);
  const rows = await rowsOf(client, liveSessions, [
    userId,
    after?.at ?? 'infinity',
    after?.id ?? LAST_ID,
    limit + 1,
  ]);
  return timePage(listing, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** With the time `infinity`, the place before the first row. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const liveSessions = read<SessionWithoutSecrets>(
  'auth.live_sessions',
  `SELECT ${columnsOf.session('s')} FROM sessions s
   WHERE s.user_id = $1::uuid AND s.revoked_at IS NULL AND s.expires_at > now()
     AND (s.created_at, s.id) < ($2::timestamptz, $3::uuid)
   ORDER BY s.created_at DESC, s.id DESC LIMIT $4::int`,
);
