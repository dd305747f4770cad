import { inTransaction, newId, rowOf, statement, tokenHash } from '@codezest/db-core';
import type { SessionId, UserId } from '@codezest/db-types';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { endAllUnderWay, removeUnprovenWaysIn } from './eviction.js';
import { consuming, InvalidTokenError, type IssuedToken, issueToken, issuing } from './one-time-tokens.js';
import type { UserWithoutSecrets } from './rows.js';

const DAY_IN_SECONDS = 24 * 60 * 60;

/**
 * Another mail to confirm the address, when the first one was lost: the link of that one stops working.
 *
 * @param options.expiresInSeconds a day, at most seven.
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @example
 * const { token, email } = await issueEmailVerification(prisma, user.id);
 */
export async function issueEmailVerification(
  client: Client,
  userId: UserId,
  { expiresInSeconds = DAY_IN_SECONDS }: { expiresInSeconds?: number } = {},
): Promise<IssuedToken> {
  return issueToken(client, userId, insertVerification, [newId<'EmailVerification'>(), expiresInSeconds]);
}

const insertVerification = issuing(
  'email_verification',
  'email_verifications',
  { email: 'u.email', purpose: "'ADDRESS'" },
  { where: "purpose = 'ADDRESS'" },
);

/**
 * Takes the token that was mailed, once, and marks the account's address as proven. The first proof evicts whoever
 * registered the address before its owner: all sessions end, mailed tokens stop working, and linked accounts, passkeys and
 * a second factor go, but for the last way in. The password stays: a reset replaces it.
 *
 * @param options.exceptSessionId the login in whose browser the link was opened: it goes on.
 * @throws {InvalidTokenError} TOKEN_INVALID
 * @example
 * const user = await consumeEmailVerification(prisma, verificationToken);
 */
export async function consumeEmailVerification(
  client: Client,
  token: string,
  { exceptSessionId }: { exceptSessionId?: SessionId | undefined } = {},
): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const verified = await rowOf(transaction, verifyEmail, [tokenHash(token)]);
    if (verified === undefined) throw new InvalidTokenError();
    const { wasVerified, ...user } = verified;
    if (wasVerified) return user;
    await endAllUnderWay(transaction, { userId: user.id, reason: 'MAILBOX_PROVEN', exceptSessionId });
    await removeUnprovenWaysIn(transaction, user.id);
    return (await rowOf(transaction, accountOf, [user.id])) as UserWithoutSecrets;
  });
}

const verifyEmail = statement<UserWithoutSecrets & { wasVerified: boolean }>(
  'auth.consume_email_verification',
  `${consuming('email_verifications', 't.user_id', "t.purpose = 'ADDRESS'")}
   UPDATE users u SET email_verified = true, updated_at = now()
   FROM consumed WHERE u.id = consumed.user_id
   RETURNING ${columnsOf.user('u')}, consumed.was_verified AS "wasVerified"`,
);

/** The account as it is now, for what changed after the statement that took the token. */
export const accountOf = statement<UserWithoutSecrets>(
  'auth.account',
  `SELECT ${columnsOf.user('u')} FROM users u WHERE u.id = $1::uuid`,
);
