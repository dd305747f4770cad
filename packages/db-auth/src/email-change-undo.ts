import { inTransaction, isUniqueViolation, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { EmailTakenError } from './account-errors.js';
import { USABLE } from './account-state.js';
import { deleteAccount } from './accounts.js';
import type { Client } from './client.js';
import { endAllUnderWay, forgetProofs, removeUnprovenWaysIn } from './eviction.js';
import { InvalidTokenError } from './one-time-tokens.js';
import { hashRefusal } from './password-hash.js';
import { type MailedNewPassword, newPassword, type RecoveredAccount, recovered } from './password-reset.js';

/**
 * Takes the token that was mailed to the old address when a change was asked for, once: the account has that address again,
 * whether it had moved or not, and a new password. Whoever moved it loses every way in: what the new mailbox has confirmed
 * counts no more, and so all linked accounts, passkeys and the second factor are removed; sessions, logins, mailed tokens and
 * the undos of later changes end. An account that was registered under the address meanwhile, and never proved it, is
 * deleted.
 *
 * @throws {InvalidTokenError} TOKEN_INVALID
 * @throws {EmailTakenError} EMAIL_TAKEN, when an account has proven the address since; the token is not used up
 * @throws {InvalidPasswordHashError} PASSWORD_HASH_INVALID; the token is not used up
 * @example
 * const { user, deviceToken } = await undoEmailChange(prisma, { token, passwordHash });
 */
export async function undoEmailChange(
  client: Client,
  { token, passwordHash, userAgent }: MailedNewPassword,
): Promise<RecoveredAccount> {
  return inTransaction(client, async (transaction: Client) => {
    const undone = await rowOf(transaction, consumeUndo, [tokenHash(token)]);
    if (undone === undefined) throw new InvalidTokenError();
    const { userId, oldEmail, askedAt } = undone;
    for (const { id } of await rowsOf(transaction, unprovenAccountsOf, [oldEmail, userId]))
      await deleteAccount(transaction, id);
    await rowsOf(transaction, moveBack, [userId, passwordHash, oldEmail]);
    await rowsOf(transaction, endLaterUndos, [userId, askedAt]);
    await endAllUnderWay(transaction, { userId, reason: 'MAILBOX_PROVEN' });
    await forgetProofs(transaction, userId);
    await removeUnprovenWaysIn(transaction, userId);
    return recovered(transaction, userId, userAgent);
  }).catch((error: unknown) => {
    if (isUniqueViolation(error, 'email')) throw new EmailTakenError({ cause: error });
    return hashRefusal(error);
  });
}

// The account is locked before the token, as by all that consume one.
const consumeUndo = statement<{ userId: UserId; oldEmail: string; askedAt: Date }>(
  'auth.consume_email_change_undo',
  `WITH account AS (
     SELECT u.id FROM email_changes t JOIN users u ON u.id = t.user_id
     WHERE t.undo_token_hash = $1::bytea AND ${USABLE} FOR NO KEY UPDATE OF u
   )
   UPDATE email_changes t SET undo_consumed_at = now(), updated_at = now()
   FROM account
   WHERE t.undo_token_hash = $1::bytea AND t.user_id = account.id
     AND t.undo_consumed_at IS NULL AND t.undo_expires_at > now()
   RETURNING t.user_id AS "userId", t.old_email AS "oldEmail", t.created_at AS "askedAt"`,
);

/** Whoever moved an account could register its old address, and keep its owner out for ever. */
const unprovenAccountsOf = statement<{ id: UserId }>(
  'auth.unproven_accounts_of_address',
  `SELECT id FROM users
   WHERE email = $1::text AND deleted_at IS NULL AND NOT email_verified AND id <> $2::uuid`,
);

const moveBack = statement<{ id: UserId }>(
  'auth.undo_email_change',
  `UPDATE users SET ${newPassword}, email = $3::text, email_verified = true WHERE id = $1::uuid RETURNING id`,
);

const endLaterUndos = statement<{ id: string }>(
  'auth.end_later_undos',
  `UPDATE email_changes SET undo_consumed_at = now(), updated_at = now()
   WHERE user_id = $1::uuid AND created_at >= $2::timestamptz AND undo_consumed_at IS NULL RETURNING id`,
);
