import type { UserId } from '@codezest/db-types';
import { type Client, recordFailedLogin, recordLogin, startSession } from '../../src/index.js';

/** For a proof that this package does not know, such as an LDAP directory: what the login does by itself otherwise. */
export async function logInByDirectory(client: Client, userId: UserId, isRight: boolean, ipAddress: string) {
  if (!isRight) {
    const { hasLocked } = await recordFailedLogin(client, { userId, ipAddress }); // not in a transaction that fails
    return hasLocked ? 'mail the owner' : null;
  }
  const login = { userId, loginMethod: 'PASSWORD', ipAddress } as const;
  await recordLogin(client, login); // throws ACCOUNT_LOCKED
  return (await startSession(client, login)).token;
}
