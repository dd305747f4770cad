import {
  CodezestDbError,
  inTransaction,
  isRuleViolation,
  isUniqueViolation,
  newId,
  randomToken,
  rowOf,
  statement,
  tokenHash,
} from '@codezest/db-core';
import { parseEmailAddress, type SessionId, type UserId } from '@codezest/db-types';
import { EmailTakenError } from './account-errors.js';
import type { Client } from './client.js';
import { accountOf } from './email-verification.js';
import { endAllUnderWay, forgetProofs, removeUnprovenWaysIn } from './eviction.js';
import {
  consuming,
  InvalidTokenError,
  type Issued,
  type IssuedToken,
  issueToken,
  issuing,
} from './one-time-tokens.js';
import type { UserWithoutSecrets } from './rows.js';

const HOUR_IN_SECONDS = 60 * 60;
const UNDO_IN_SECONDS = 7 * 24 * 60 * 60;

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

export interface IssuedEmailChange extends IssuedToken {
  /** To be mailed to the old address at once: its holder can take the account back for seven days (`undoEmailChange`). */
  readonly undo: IssuedToken;
}

/**
 * A token for the new address, in place of that of an earlier change, and one for the old address, to undo it. Whether the
 * new address is free is decided when the account takes it, so asking tells nobody who has an account.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @throws {InvalidEmailAddressError} EMAIL_ADDRESS_INVALID, of @codezest/db-types
 * @throws {EmailUnchangedError} EMAIL_UNCHANGED
 * @example
 * const { token, email, undo } = await issueEmailChange(prisma, { userId: user.id, newEmail: 'maya@work.example' });
 */
export async function issueEmailChange(
  client: Client,
  { userId, newEmail, expiresInSeconds = HOUR_IN_SECONDS }: EmailChangeRequest,
): Promise<IssuedEmailChange> {
  const undoToken = randomToken();
  try {
    const { oldEmail, undoExpiresAt, ...change } = await issueToken(client, userId, insertChange, [
      newId<'EmailChange'>(),
      expiresInSeconds,
      parseEmailAddress(newEmail),
      tokenHash(undoToken),
      UNDO_IN_SECONDS,
    ]);
    return { ...change, undo: { token: undoToken, email: oldEmail, expiresAt: undoExpiresAt } };
  } catch (error) {
    if (isRuleViolation(error, 'email_changes_new_email_differs_check')) {
      throw new EmailUnchangedError({ cause: error });
    }
    throw error;
  }
}

const insertChange = issuing<Issued & { oldEmail: string; undoExpiresAt: Date }>(
  'email_changes',
  'email_changes',
  {
    old_email: 'u.email',
    new_email: '$5::text',
    undo_token_hash: '$6::bytea',
    undo_expires_at: 'now() + make_interval(secs => $7::float8)',
  },
  {
    returning:
      'new_email AS email, expires_at AS "expiresAt", old_email AS "oldEmail", undo_expires_at AS "undoExpiresAt"',
  },
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
export async function consumeEmailChange(
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
