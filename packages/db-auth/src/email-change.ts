import {
  CodezestDbError,
  inTransaction,
  isRuleViolation,
  isUniqueViolation,
  newId,
  rowOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import { parseEmailAddress, type SessionId, type UserId } from '@codezest/db-types';
import { EmailTakenError } from './account-errors.js';
import type { Client } from './client.js';
import { accountOf } from './email-verification.js';
import { endAllUnderWay, forgetProofs, removeUnprovenWaysIn } from './eviction.js';
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
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @throws {InvalidEmailAddressError} EMAIL_ADDRESS_INVALID, of @codezest/db-types
 * @throws {EmailUnchangedError} EMAIL_UNCHANGED
 * @example
 * const { token, email } = await issueEmailChange(prisma, { userId: user.id, newEmail: 'maya@work.example' });
 */
export async function issueEmailChange(
  client: Client,
  { userId, newEmail, expiresInSeconds = HOUR_IN_SECONDS }: EmailChangeRequest,
): Promise<IssuedToken> {
  try {
    return await issueToken(client, userId, insertChange, [
      newId<'EmailChange'>(),
      expiresInSeconds,
      parseEmailAddress(newEmail),
    ]);
  } catch (error) {
    if (isRuleViolation(error, 'email_changes_new_email_differs_check')) {
      throw new EmailUnchangedError({ cause: error });
    }
    throw error;
  }
}

const insertChange = issuing(
  'email_changes',
  'email_changes',
  { old_email: 'u.email', new_email: '$5::text' },
  { sentTo: 'new_email' },
);

/**
 * Takes the token that was mailed to the new address, once, and moves the account there: the address counts as proven.
 * Everything that was mailed to the old address stops working, or its next owner could set a password; all logins end;
 * ways in that the old mailbox had confirmed want the new one's confirmation. Where no mailbox was ever proven, ways in
 * are removed as by `consumeEmailVerification`.
 *
 * @param options.exceptSessionId the login in which the change was asked for: it goes on.
 * @throws {InvalidTokenError} TOKEN_INVALID, also when the account has moved elsewhere since
 * @throws {EmailTakenError} EMAIL_TAKEN; the token is not used up
 * @example
 * const user = await consumeEmailChange(prisma, token);
 */
export function consumeEmailChange(
  client: Client,
  token: string,
  { exceptSessionId }: { exceptSessionId?: SessionId | undefined } = {},
): Promise<UserWithoutSecrets> {
  return inTransaction(client, async (transaction: Client) => {
    const moved = await rowOf(transaction, changeEmail, [tokenHash(token)]);
    if (moved === undefined) throw new InvalidTokenError();
    await endAllUnderWay(transaction, { userId: moved.id, reason: 'MAILBOX_PROVEN', exceptSessionId });
    if (moved.wasVerified) await forgetProofs(transaction, moved.id);
    else await removeUnprovenWaysIn(transaction, moved.id);
    return (await rowOf(transaction, accountOf, [moved.id])) as UserWithoutSecrets;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error, 'email') ? new EmailTakenError({ cause: error }) : error;
  });
}

const changeEmail = statement<{ id: UserId; wasVerified: boolean }>(
  'auth.consume_email_change',
  `${consuming('email_changes', 't.user_id, t.new_email')}
   UPDATE users u SET email = consumed.new_email, email_verified = true, updated_at = now()
   FROM consumed WHERE u.id = consumed.user_id
   RETURNING u.id, consumed.was_verified AS "wasVerified"`,
);
