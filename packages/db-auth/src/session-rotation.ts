import { createHmac, randomBytes } from 'node:crypto';
import {
  CodezestDbError,
  inTransaction,
  newId,
  requireText,
  rowOf,
  rowsOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import type { SessionFamilyId, UserId } from '@codezest/db-types';
import type { SessionRevokedReason } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { USABLE } from './account-state.js';
import type { Client } from './client.js';
import { originOf } from './origin.js';
import type { Origin, SessionWithoutSecrets } from './rows.js';
import { endFamily, SESSION_SECONDS, type StartedSession, wasAlive } from './sessions.js';

const GRACE_SECONDS = 10;

/** The token stands for no session that could go on: unknown, expired, revoked, or the account may not be used. */
export class InvalidSessionError extends CodezestDbError {
  constructor() {
    super('SESSION_INVALID', 'The session is unknown or has ended. Log in again.');
  }
}

export interface PresentedToken extends Origin {
  readonly token: string;
  /** How long the successor works: 30 days, at most 90, and never longer than the login lasts. */
  readonly expiresInSeconds?: number;
  /**
   * For so many seconds after its replacement a token gives its successor once more: 10. That is for two tabs that refresh
   * at once, and for who never got the answer. The price: a thief with a copy of the token gets the same successor in that
   * time, unnoticed until either of the two presents it after the other has refreshed it. With 0 a replaced token is always
   * taken for a copied one, and a lost answer ends the login.
   */
  readonly graceSeconds?: number;
}

/**
 * What came of refreshing. Detected reuse is an outcome and not an error: an error thrown in the caller's transaction
 * would undo the very revocation that it reports.
 */
export type SessionRotation =
  | ({ readonly outcome: 'ROTATED' } & StartedSession)
  /** The login goes on, and its successor has been refreshed already: another tab has the newest token. */
  | { readonly outcome: 'SUPERSEDED' }
  | {
      readonly outcome: 'REUSE_DETECTED';
      readonly userId: UserId;
      readonly familyId: SessionFamilyId;
      /** False when the family had ended or expired before. */
      readonly endedLogin: boolean;
    };

/**
 * Refreshes a session: its token is replaced by a new one, once, in one statement. Within `graceSeconds` the old token
 * gives the same successor to whoever presents it. After that a token that was replaced is in two hands, and nobody can
 * tell the thief's from the owner's: the whole family ends, and the user is to be told.
 *
 * @throws {InvalidSessionError} SESSION_INVALID
 * @example
 * const refreshed = await rotateSession(prisma, { token });
 * if (refreshed.outcome === 'ROTATED') setCookie(refreshed.token);
 */
export async function rotateSession(client: Client, presented: PresentedToken): Promise<SessionRotation> {
  requireText(presented.token, 'token');
  const salt = randomBytes(32);
  const token = successorOf(presented.token, salt);
  const session = await rowOf(client, replaceSession, [
    tokenHash(presented.token),
    newId<'Session'>(),
    tokenHash(token),
    presented.expiresInSeconds ?? SESSION_SECONDS,
    ...originOf(presented),
    salt,
  ]);
  return session === undefined ? refuseToken(client, presented) : { outcome: 'ROTATED', session, token };
}

/**
 * The token that follows. It takes both the token before it, which the database never has, and the salt, which only the
 * database has, until the successor is refreshed itself.
 */
function successorOf(token: string, salt: Uint8Array): string {
  return createHmac('sha256', token).update(salt).digest('base64url');
}

// The account is locked before its session, as those who end sessions do: they wait for the successor and end it too,
// or this waits for them and finds its session revoked.
const replaceSession = statement<SessionWithoutSecrets>(
  'auth.rotate_session',
  `WITH account AS (
     SELECT u.id FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1::bytea AND ${USABLE} FOR NO KEY UPDATE OF u
   ), replaced AS (
     UPDATE sessions s SET revoked_at = now(), revoked_reason = 'ROTATED', successor_salt = $7::bytea, updated_at = now()
     FROM account
     WHERE s.token_hash = $1::bytea AND s.user_id = account.id AND s.revoked_at IS NULL AND s.expires_at > now()
     RETURNING s.*
   ), forgotten AS (
     UPDATE sessions s SET successor_salt = NULL FROM replaced r
     WHERE s.family_id = r.family_id AND s.id <> r.id AND s.successor_salt IS NOT NULL
   )
   INSERT INTO sessions AS s (id, user_id, token_hash, family_id, login_method, expires_at, ip_address, user_agent,
     family_expires_at)
   SELECT $2::uuid, user_id, $3::bytea, family_id, login_method,
     least(now() + make_interval(secs => $4::float8), family_expires_at),
     coalesce($5::inet, ip_address), coalesce($6::text, user_agent), family_expires_at
   FROM replaced
   RETURNING ${columnsOf.session('s')}`,
);

function refuseToken(
  client: Client,
  { token, graceSeconds = GRACE_SECONDS }: PresentedToken,
): Promise<SessionRotation> {
  return inTransaction(client, async (transaction: Client): Promise<SessionRotation> => {
    const known = await rowOf(transaction, lockOwnerOfToken, [tokenHash(token), graceSeconds]);
    if (known?.revokedReason !== 'ROTATED') throw new InvalidSessionError();
    const { userId, familyId, successorSalt } = known;
    if (!known.justReplaced) {
      const ended = await rowsOf(transaction, endFamily, [familyId, 'REUSE_DETECTED']);
      return { outcome: 'REUSE_DETECTED', userId, familyId, endedLogin: ended.some(wasAlive) };
    }
    const next = successorSalt === null ? undefined : successorOf(token, successorSalt);
    const head = await rowOf(transaction, liveHead, [familyId, next ? tokenHash(next) : null]);
    if (head === undefined) throw new InvalidSessionError();
    const { isSuccessor, ...session } = head;
    return next !== undefined && isSuccessor
      ? { outcome: 'ROTATED', session, token: next }
      : { outcome: 'SUPERSEDED' };
  });
}

const lockOwnerOfToken = statement<{
  userId: UserId;
  familyId: SessionFamilyId;
  revokedReason: SessionRevokedReason | null;
  successorSalt: Uint8Array | null;
  justReplaced: boolean;
}>(
  'auth.lock_owner_of_token',
  `SELECT s.user_id AS "userId", s.family_id AS "familyId", s.revoked_reason AS "revokedReason",
     s.successor_salt AS "successorSalt",
     $2::float8 > 0 AND s.revoked_at > clock_timestamp() - make_interval(secs => $2::float8) AS "justReplaced"
   FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.token_hash = $1::bytea FOR NO KEY UPDATE OF u`,
);

/** The session of the family that is alive, if any; the account may be used while it is. */
const liveHead = statement<SessionWithoutSecrets & { isSuccessor: boolean }>(
  'auth.live_head_of_family',
  `SELECT ${columnsOf.session('s')}, s.token_hash IS NOT DISTINCT FROM $2::bytea AS "isSuccessor"
   FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.family_id = $1::uuid AND s.revoked_at IS NULL AND s.expires_at > now() AND ${USABLE}`,
);
