import type { UserId } from '@codezest/db-types';
import {
  createAccount,
  listSessions,
  type NewAccount,
  type PrismaClient,
  startSession,
  transaction,
  withRetry,
} from '../../src/index.js';

/** An account with its first session, or neither. */
export const registerAndLogIn = (client: PrismaClient, account: NewAccount) =>
  transaction(client, async (open) => {
    const { user } = await createAccount(open, account);
    const { token } = await startSession(open, { userId: user.id, loginMethod: 'PASSWORD' });
    return { user, token };
  });

/** To read twice is the same as once, so also after a lost connection. */
export const loginsOf = (client: PrismaClient, userId: UserId) =>
  withRetry(() => listSessions(client, userId), { idempotent: true });
