import {
  CodezestDbError,
  inTransaction,
  newId,
  randomToken,
  rowOf,
  rowsOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import type { SessionFamilyId, UserId } from '@codezest/db-types';
import type { SessionRevokedReason } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import type { Origin, SessionWithoutSecrets } from './rows.js';
import { endFamily, SESSION_SECONDS, type StartedSession, wasAlive } from './sessions.js';

/** The token stands for no session that could go on: unknown, expired, revoked, or the account may not be used. */
export class InvalidSessionError extends CodezestDbError {
  constructor() {
    super('SESSION_INVALID', 'The session is unknown or has ended. Log in again.');
  }
}

export interface PresentedToken extends Origin {
  readonly token: string;
  /** How long the successor lives: 30 days, at most 90. */
  readonly expiresInSeconds?: number;
  /**
   * Within so many seconds of its replacement a token counts as one that two tabs sent at once: `SUPERSEDED`, nothing
   * ends, and nobody gets a second successor. Default 0: a replaced token is a copied one.
   */
  readonly graceSeconds?: number;
}

/**
 * What came of refreshing. Detected reuse is an outcome and not an error: an error thrown in the caller's transaction
 * would undo the very revocation that it reports.
 */
export type SessionRotation =
  | ({ readonly outcome: 'ROTATED' } & StartedSession)
  | { readonly outcome: 'SUPERSEDED' }
  | {
      readonly outcome: 'REUSE_DETECTED';
      readonly userId: UserId;
      readonly familyId: SessionFamilyId;
      /** False when the family had ended or expired before. */
      readonly endedLogin: boolean;
    };

/**
 * Refreshes a session: its token is replaced by a new one, once, in one statement. A token that was replaced before
 * and comes again is in two hands, and nobody can tell the thief's from the owner's: the whole family ends, and the
 * user is to be told. Of callers who present one token at once, one gets the successor.
 *
 * @throws {InvalidSessionError} SESSION_INVALID
 * @example
 * const refreshed = await rotateSession(prisma, { token });
 * if (refreshed.outcome === 'ROTATED') setCookie(refreshed.token);
 */
export async function rotateSession(client: Client, presented: PresentedToken): Promise<SessionRotation> {
  const token = randomToken();
  const session = await rowOf(client, replaceSession, [
    tokenHash(presented.token),
    newId<'Session'>(),
    tokenHash(token),
    presented.expiresInSeconds ?? SESSION_SECONDS,
    presented.ipAddress ?? null,
    presented.userAgent ?? null,
  ]);
  return session === undefined ? refuseToken(client, presented) : { outcome: 'ROTATED', session, token };
}

// The account is locked before its session, as those who end sessions do: they wait for the successor and end it too,
// or this waits for them and finds its session revoked.
const replaceSession = statement<SessionWithoutSecrets>(
  'auth.rotate_session',
  `WITH account AS (
     SELECT u.id FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1::bytea AND u.deleted_at IS NULL AND u.is_active AND NOT u.is_suspended
     FOR NO KEY UPDATE OF u
   ), replaced AS (
     UPDATE sessions s SET revoked_at = now(), revoked_reason = 'ROTATED', updated_at = now()
     FROM account
     WHERE s.token_hash = $1::bytea AND s.user_id = account.id AND s.revoked_at IS NULL AND s.expires_at > now()
     RETURNING s.*
   )
   INSERT INTO sessions AS s (id, user_id, token_hash, family_id, login_method, expires_at, ip_address, user_agent)
   SELECT $2::uuid, user_id, $3::bytea, family_id, login_method, now() + make_interval(secs => $4::float8),
     coalesce($5::inet, ip_address), coalesce(left($6::text, 1024), user_agent)
   FROM replaced
   RETURNING ${columnsOf.session('s')}`,
);

function refuseToken(client: Client, { token, graceSeconds = 0 }: PresentedToken): Promise<SessionRotation> {
  return inTransaction(client, async (transaction: Client): Promise<SessionRotation> => {
    const known = await rowOf(transaction, lockOwnerOfToken, [tokenHash(token), graceSeconds]);
    if (known?.revokedReason !== 'ROTATED') throw new InvalidSessionError();
    if (known.justReplaced) return { outcome: 'SUPERSEDED' };
    const { userId, familyId } = known;
    const ended = await rowsOf(transaction, endFamily, [familyId, 'REUSE_DETECTED']);
    return { outcome: 'REUSE_DETECTED', userId, familyId, endedLogin: ended.some(wasAlive) };
  });
}

const lockOwnerOfToken = statement<{
  userId: UserId;
  familyId: SessionFamilyId;
  revokedReason: SessionRevokedReason | null;
  justReplaced: boolean;
}>(
  'auth.lock_owner_of_token',
  `SELECT s.user_id AS "userId", s.family_id AS "familyId", s.revoked_reason AS "revokedReason",
     $2::float8 > 0 AND s.revoked_at > clock_timestamp() - make_interval(secs => $2::float8) AS "justReplaced"
   FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.token_hash = $1::bytea FOR NO KEY UPDATE OF u`,
);
