import {
  CodezestDbError,
  inTransaction,
  isRuleViolation,
  isUniqueViolation,
  newId,
  rowOf,
  rowsOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { columnsOf } from '../generated/columns.js';
import { EmailTakenError } from './account-errors.js';
import type { Client } from './client.js';
import { normalizedEmail } from './email-address.js';
import { consuming, InvalidTokenError, type IssuedToken, issueToken, issuing } from './one-time-tokens.js';
import type { UserWithoutSecrets } from './rows.js';

const HOUR_IN_SECONDS = 60 * 60;

/** The account has this address already. */
export class EmailUnchangedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('EMAIL_UNCHANGED', 'The account has this e-mail address already.', options);
  }
}

export interface EmailChangeRequest {
  readonly userId: UserId;
  readonly newEmail: string;
  /** An hour, at most a day. */
  readonly expiresInSeconds?: number;
}

/**
 * A token for the new address; the one of an earlier change stops working. Whether the address is free is decided when
 * the account takes it, so asking tells nobody who has an account.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {EmailUnchangedError} EMAIL_UNCHANGED
 * @example
 * const { token } = await issueEmailChange(prisma, { userId: user.id, newEmail: 'maya@work.example' });
 */
export async function issueEmailChange(
  client: Client,
  { userId, newEmail, expiresInSeconds = HOUR_IN_SECONDS }: EmailChangeRequest,
): Promise<IssuedToken> {
  try {
    return await issueToken(client, userId, insertChange, [
      newId<'EmailChange'>(),
      expiresInSeconds,
      normalizedEmail(newEmail),
    ]);
  } catch (error) {
    if (isRuleViolation(error, 'email_changes_new_email_differs_check')) {
      throw new EmailUnchangedError({ cause: error });
    }
    throw error;
  }
}

const insertChange = issuing('email_changes', { old_email: 'u.email', new_email: '$5::text' });

/**
 * Takes the token that was mailed to the new address, once, and moves the account there: the address counts as proven.
 * Links that were mailed to the old address stop working, or its next owner could set a password.
 *
 * @throws {InvalidTokenError} TOKEN_INVALID, also when the account has moved elsewhere since
 * @throws {EmailTakenError} EMAIL_TAKEN; the token is not used up
 * @example
 * const user = await consumeEmailChange(prisma, token);
 */
export function consumeEmailChange(client: Client, token: string): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const user = await rowOf(transaction, changeEmail, [tokenHash(token)]);
    if (user === undefined) throw new InvalidTokenError();
    await rowsOf(transaction, cancelMailsToOldAddress, [user.id]);
    return user;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error, 'email') ? new EmailTakenError({ cause: error }) : error;
  });
}

const changeEmail = statement<UserWithoutSecrets>(
  'auth.consume_email_change',
  `${consuming('email_changes', 't.user_id, t.old_email, t.new_email')}
   UPDATE users u SET email = consumed.new_email, email_verified = true, updated_at = now()
   FROM consumed WHERE u.id = consumed.user_id AND u.email = consumed.old_email
   RETURNING ${columnsOf.user('u')}`,
);

// A statement of its own, after the account is locked: it sees a link that was asked for meanwhile.
const cancelMailsToOldAddress = statement<{ id: string }>(
  'auth.cancel_mails_to_old_address',
  `WITH resets AS (
     UPDATE password_resets SET consumed_at = now(), updated_at = now()
     WHERE user_id = $1::uuid AND consumed_at IS NULL
   )
   UPDATE email_verifications SET consumed_at = now(), updated_at = now()
   WHERE user_id = $1::uuid AND consumed_at IS NULL RETURNING id`,
);
