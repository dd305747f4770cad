import { newId, rowOf, statement, tokenHash } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { consuming, InvalidTokenError, type IssuedToken, issueToken, issuing } from './one-time-tokens.js';
import type { UserWithoutSecrets } from './rows.js';

const DAY_IN_SECONDS = 24 * 60 * 60;

/**
 * Another mail to confirm the address, when the first one was lost: the link of that one stops working.
 *
 * @param options.expiresInSeconds a day, at most seven.
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * const { token } = await issueEmailVerification(prisma, user.id);
 */
export function issueEmailVerification(
  client: Client,
  userId: UserId,
  { expiresInSeconds = DAY_IN_SECONDS }: { expiresInSeconds?: number } = {},
): Promise<IssuedToken> {
  return issueToken(client, userId, insertVerification, [newId<'EmailVerification'>(), expiresInSeconds]);
}

const insertVerification = issuing('email_verifications');

/**
 * Takes the token that was mailed, once, and marks the account's address as proven: one statement.
 *
 * @throws {InvalidTokenError} TOKEN_INVALID
 * @example
 * const user = await consumeEmailVerification(prisma, verificationToken);
 */
export async function consumeEmailVerification(client: Client, token: string): Promise<UserWithoutSecrets> {
  const user = await rowOf(client, verifyEmail, [tokenHash(token)]);
  if (user === undefined) throw new InvalidTokenError();
  return user;
}

const verifyEmail = statement<UserWithoutSecrets>(
  'auth.consume_email_verification',
  `${consuming('email_verifications', 't.user_id')}
   UPDATE users u SET email_verified = true, updated_at = now()
   FROM consumed WHERE u.id = consumed.user_id
   RETURNING ${columnsOf.user('u')}`,
);
