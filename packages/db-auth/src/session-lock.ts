import { rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { TransactionClient } from './client.js';
import { type AuthenticatedSession, authenticateSession } from './sessions.js';

/**
 * As `authenticateSession`, in the transaction of a change to how somebody gets in: a link, a passkey, a second factor, a
 * password, an address. It locks the account, so the login cannot end between the question and the change: a password
 * reset at the same moment either comes before, and there is no session any more, or after, and removes what was added.
 *
 * @example
 * const linked = await transaction(prisma, async (open) => {
 *   const request = await lockSession(open, token);
 *   return request && linkOAuthAccount(open, { userId: request.user.id, provider: 'GITHUB', providerId: '1815' });
 * });
 */
export async function lockSession(
  transaction: TransactionClient,
  token: string,
): Promise<AuthenticatedSession | null> {
  await rowsOf(transaction, lockOwner, [tokenHash(token)]);
  return authenticateSession(transaction, token);
}

// An UPDATE that changes nothing, as lockAccount has.
const lockOwner = statement<{ id: UserId }>(
  'auth.lock_owner_for_session',
  `UPDATE users u SET updated_at = u.updated_at FROM sessions s
   WHERE s.token_hash = $1::bytea AND u.id = s.user_id RETURNING u.id`,
);
