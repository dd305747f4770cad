import { inTransaction, newId, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { SessionId, UserId } from '@codezest/db-types';
import { columnsOf } from '../generated/columns.js';
import { AccountNotFoundError } from './account-errors.js';
import type { Client } from './client.js';
import { consuming, InvalidTokenError, type IssuedToken, issueToken, issuing } from './one-time-tokens.js';
import type { Origin, UserWithoutSecrets } from './rows.js';
import { revokeAllSessions } from './sessions.js';

const HOUR_IN_SECONDS = 60 * 60;

export interface PasswordResetRequest extends Origin {
  readonly userId: UserId;
  /** An hour, at most a day. */
  readonly expiresInSeconds?: number;
}

/**
 * A token to set a new password with; the one before it stops working. Answer the same whether there was an account.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * const { token } = await issuePasswordReset(prisma, { userId: user.id, ipAddress: '192.0.2.17' });
 */
export function issuePasswordReset(client: Client, request: PasswordResetRequest): Promise<IssuedToken> {
  return issueToken(client, request.userId, insertReset, [
    newId<'PasswordReset'>(),
    request.expiresInSeconds ?? HOUR_IN_SECONDS,
    request.ipAddress ?? null,
    request.userAgent ?? null,
  ]);
}

const insertReset = issuing('password_resets', {
  ip_address: '$5::inet',
  user_agent: 'left($6::text, 1024)',
});

/**
 * Takes the token that was mailed, once, and sets the new password. All sessions end, the lock and the count of failed
 * logins go, and a move to another address that waits for its confirmation is off: whoever knew the old password may
 * have asked for it.
 *
 * @throws {InvalidTokenError} TOKEN_INVALID
 * @example
 * const user = await consumePasswordReset(prisma, { token, passwordHash });
 */
export function consumePasswordReset(
  client: Client,
  { token, passwordHash }: { token: string; passwordHash: string },
): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const user = await rowOf(transaction, resetPassword, [tokenHash(token), passwordHash]);
    if (user === undefined) throw new InvalidTokenError();
    await endWhatTheOldPasswordBegan(transaction, user.id);
    return user;
  });
}

const newPassword = `password = $2::text, password_changed_at = now(), must_change_password = false,
  login_attempts = 0, locked_until = NULL, updated_at = now()`;

const resetPassword = statement<UserWithoutSecrets>(
  'auth.consume_password_reset',
  `${consuming('password_resets', 't.user_id')}
   UPDATE users u SET ${newPassword}
   FROM consumed WHERE u.id = consumed.user_id
   RETURNING ${columnsOf.user('u')}`,
);

export interface NewPassword {
  readonly userId: UserId;
  /** argon2id or bcrypt. */
  readonly passwordHash: string;
  /** The login in which the password was changed: it goes on, all others end. */
  readonly exceptSessionId?: SessionId;
}

/**
 * Sets the password of a user who is logged in, with the consequences of a reset; mailed resets stop working too.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * await changePassword(prisma, { userId: user.id, passwordHash, exceptSessionId: session.id });
 */
export function changePassword(
  client: Client,
  { userId, passwordHash, exceptSessionId }: NewPassword,
): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const user = await rowOf(transaction, setPassword, [userId, passwordHash]);
    if (user === undefined) throw new AccountNotFoundError();
    await endWhatTheOldPasswordBegan(transaction, userId, exceptSessionId);
    return user;
  });
}

const setPassword = statement<UserWithoutSecrets>(
  'auth.change_password',
  `UPDATE users u SET ${newPassword} WHERE u.id = $1::uuid AND u.deleted_at IS NULL
   RETURNING ${columnsOf.user('u')}`,
);

/** Statements of their own, after the one that locked the account: they see what began while it waited. */
async function endWhatTheOldPasswordBegan(
  transaction: Client,
  userId: UserId,
  exceptSessionId?: SessionId,
): Promise<void> {
  await rowsOf(transaction, cancelTokens, [userId]);
  await revokeAllSessions(transaction, {
    userId,
    reason: 'PASSWORD_CHANGED',
    ...(exceptSessionId && { exceptSessionId }),
  });
}

const cancelTokens = statement<{ id: string }>(
  'auth.cancel_tokens_of_old_password',
  `WITH resets AS (
     UPDATE password_resets SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL
   )
   UPDATE email_changes SET consumed_at = now(), updated_at = now()
   WHERE user_id = $1::uuid AND consumed_at IS NULL RETURNING id`,
);
