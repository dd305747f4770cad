import { inTransaction, newId, randomToken, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { SessionId, UserId } from '@codezest/db-types';
import { columnsOf } from '../generated/columns.js';
import { AccountNotFoundError } from './account-errors.js';
import { USABLE } from './account-state.js';
import { ANSWER_AFTER_MS, type AnsweredLater, answeredAfter } from './answer-time.js';
import type { Client } from './client.js';
import { storedAddress } from './email-address.js';
import { accountOf } from './email-verification.js';
import { endAllUnderWay, removeUnprovenWaysIn } from './eviction.js';
import { rememberDevice } from './known-devices.js';
import { countLoginOnAddress } from './login-limits.js';
import { consuming, InvalidTokenError, type IssuedToken, issueToken, issuing } from './one-time-tokens.js';
import { originOf } from './origin.js';
import { hashRefusal } from './password-hash.js';
import type { Origin, UserWithoutSecrets } from './rows.js';

const HOUR_IN_SECONDS = 60 * 60;
const MAILS_PER_HOUR = 5;

export interface PasswordResetRequest extends Origin {
  readonly userId: UserId;
  /** An hour, at most a day. */
  readonly expiresInSeconds?: number;
}

/**
 * A token to set a new password with; the one before it stops working. Answer the same whether there was an account.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @example
 * const { token, email } = await issuePasswordReset(prisma, { userId: user.id, ipAddress: '192.0.2.17' });
 */
export async function issuePasswordReset(
  client: Client,
  request: PasswordResetRequest,
): Promise<IssuedToken> {
  return issueToken(client, request.userId, insertReset, valuesOf(request));
}

const valuesOf = (request: Omit<PasswordResetRequest, 'userId'>): unknown[] => [
  newId<'PasswordReset'>(),
  request.expiresInSeconds ?? HOUR_IN_SECONDS,
  ...originOf(request),
];

const insertReset = issuing('password_resets', 'password_resets', {
  email: 'u.email',
  ip_address: '$5::inet',
  user_agent: '$6::text',
});

export interface ForgottenPassword extends Omit<PasswordResetRequest, 'userId'>, AnsweredLater {
  /** As somebody typed it. */
  readonly email: string;
}

/**
 * `issuePasswordReset` for who is not logged in: by the address that was typed. Null where no account may be used under it.
 * Answer the same in both cases, and send the mail after the answer: its time would tell who has an account. Five mails an
 * hour for an account: more of them give null, so that strangers who ask do not make the last link worthless.
 *
 * @example
 * const mail = await requestPasswordReset(prisma, { email: 'Maya@Example.com', ipAddress: '192.0.2.17' });
 */
export async function requestPasswordReset(
  client: Client,
  { email, answerAfterMs = ANSWER_AFTER_MS, ...request }: ForgottenPassword,
): Promise<(IssuedToken & { readonly userId: UserId }) | null> {
  const asked = inTransaction(client, async (transaction: Client) => {
    const account = await rowOf(transaction, usableAccountOfAddress, [storedAddress(email)]);
    const resets = await rowOf(transaction, resetsOfLastHour, [account?.id ?? null]);
    const [ipAddress] = originOf(request);
    const isFree = await countLoginOnAddress(transaction, ipAddress);
    const userId = isFree && (resets?.count ?? 0) < MAILS_PER_HOUR ? account?.id : undefined;
    // The same statements for nobody: they find no account to write for.
    const token = randomToken();
    const issued = await rowOf(transaction, insertReset, [
      userId ?? null,
      tokenHash(token),
      ...valuesOf(request),
    ]);
    await rowsOf(transaction, writeForNobody, [
      issued === undefined,
      newId<'PendingLogin'>(),
      tokenHash(randomToken()),
    ]);
    return userId === undefined || issued === undefined ? null : { userId, token, ...issued };
  });
  return answeredAfter(answerAfterMs, asked);
}

/**
 * Where no token was written, a login is that nobody can go on with: a transaction that has written waits for the disk when
 * it commits, and the time of one that has not would tell that there is no account.
 */
const writeForNobody = statement<{ id: string }>(
  'auth.write_for_nobody',
  `INSERT INTO pending_logins (id, token_hash, login_method, is_refused, has_locked, expires_at)
   SELECT $2::uuid, $3::bytea, 'PASSWORD', true, false, now() + interval '15 minutes' WHERE $1::boolean RETURNING id`,
);

/** Locked, so that it is usable still when the token is issued, and the resets before it are counted. */
const usableAccountOfAddress = statement<{ id: UserId }>(
  'auth.usable_account_of_address',
  `UPDATE users u SET updated_at = u.updated_at WHERE u.email = $1::text AND ${USABLE} RETURNING u.id`,
);

const resetsOfLastHour = statement<{ count: number }>(
  'auth.resets_of_last_hour',
  `SELECT count(*)::int AS count FROM password_resets
   WHERE user_id = $1::uuid AND is_counted AND created_at > now() - interval '1 hour'`,
);

export interface MailedNewPassword extends Pick<Origin, 'userAgent'> {
  /** From the mail. */
  readonly token: string;
  /** argon2id or bcrypt. */
  readonly passwordHash: string;
}

export interface RecoveredAccount {
  readonly user: UserWithoutSecrets;
  /** For a cookie of 400 days, as that of `completeLogin`. */
  readonly deviceToken: string;
}

/**
 * Takes the token that was mailed, once, and sets the new password; the address counts as proven. Whoever knew the old
 * password, or registered the address before its owner, loses every way in: all sessions and logins end, other mailed
 * tokens stop working, and linked accounts, passkeys and a second factor that the mailbox never confirmed are removed
 * (`issueWaysInConfirmation`). The lock and the count of wrong passwords go; those of the second factor stay. The browser is
 * a known device from now on: strangers who go on guessing do not keep it out.
 *
 * @throws {InvalidTokenError} TOKEN_INVALID
 * @throws {InvalidPasswordHashError} PASSWORD_HASH_INVALID; the token is not used up
 * @example
 * const { user, deviceToken } = await consumePasswordReset(prisma, { token, passwordHash });
 */
export async function consumePasswordReset(
  client: Client,
  { token, passwordHash, userAgent }: MailedNewPassword,
): Promise<RecoveredAccount> {
  return inTransaction(client, async (transaction: Client) => {
    const consumed = await rowOf(transaction, resetPassword, [tokenHash(token), passwordHash]);
    if (consumed === undefined) throw new InvalidTokenError();
    await endAllUnderWay(transaction, { userId: consumed.id, reason: 'PASSWORD_CHANGED' });
    await removeUnprovenWaysIn(transaction, consumed.id);
    return recovered(transaction, consumed.id, userAgent);
  }).catch(hashRefusal);
}

/** The account as it is now, with the browser of its owner. */
export async function recovered(
  transaction: Client,
  userId: UserId,
  userAgent: Origin['userAgent'],
): Promise<RecoveredAccount> {
  const [, agent] = originOf({ userAgent: userAgent ?? null });
  const deviceToken = await rememberDevice(transaction, userId, agent);
  const user = (await rowOf(transaction, accountOf, [userId])) as UserWithoutSecrets;
  return { user, deviceToken };
}

/** Of the columns of a new password, whose hash is $2. */
export const newPassword = `password = $2::text, legacy_password_scheme = NULL, password_changed_at = now(), must_change_password = false,
  login_attempts = 0, locked_until = NULL, updated_at = now()`;

const resetPassword = statement<{ id: UserId }>(
  'auth.consume_password_reset',
  `${consuming('password_resets', 't.user_id')}
   UPDATE users u SET ${newPassword}, email_verified = true
   FROM consumed WHERE u.id = consumed.user_id
   RETURNING u.id`,
);

export interface NewPassword {
  readonly userId: UserId;
  /** argon2id or bcrypt. */
  readonly passwordHash: string;
  /** The login in which the password was changed: it goes on, all others end. */
  readonly exceptSessionId?: SessionId;
}

/**
 * Sets the password of a user who is logged in. All other logins and everything that was mailed end; ways in stay, for
 * nothing was proven but a session. A second change within the hour leaves a mailed reset alone: a thief with a session
 * could otherwise end each link before its owner opens it.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {InvalidPasswordHashError} PASSWORD_HASH_INVALID
 * @example
 * await changePassword(prisma, { userId: user.id, passwordHash, exceptSessionId: session.id });
 */
export async function changePassword(
  client: Client,
  { userId, passwordHash, exceptSessionId }: NewPassword,
): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const changed = await rowOf(transaction, setPassword, [userId, passwordHash]);
    if (changed === undefined) throw new AccountNotFoundError();
    const { isSecond, ...user } = changed;
    if (!isSecond) await rowsOf(transaction, endResets, [userId]);
    await endAllUnderWay(transaction, {
      userId,
      reason: 'PASSWORD_CHANGED',
      exceptSessionId,
      exceptResets: true,
    });
    return user;
  }).catch(hashRefusal);
}

const setPassword = statement<UserWithoutSecrets & { isSecond: boolean }>(
  'auth.change_password',
  `WITH before AS (
     SELECT id, coalesce(password_changed_at > now() - interval '1 hour', false) AS is_second
     FROM users WHERE id = $1::uuid AND deleted_at IS NULL FOR NO KEY UPDATE
   )
   UPDATE users u SET ${newPassword} FROM before WHERE u.id = before.id
   RETURNING ${columnsOf.user('u')}, before.is_second AS "isSecond"`,
);

/** They do not count among the mails of the hour any more: the owner can ask for another one. */
const endResets = statement<{ id: string }>(
  'auth.end_password_resets',
  `UPDATE password_resets SET consumed_at = coalesce(consumed_at, now()), is_counted = false, updated_at = now()
   WHERE user_id = $1::uuid AND (consumed_at IS NULL OR is_counted) RETURNING id`,
);
