import type { SessionId, UserId } from '@codezest/db-types';
import {
  type Client,
  changePassword,
  consumeEmailChange,
  consumePasswordReset,
  issueEmailChange,
  issuePasswordReset,
} from '../../src/index.js';

export async function forgotPassword(client: Client, userId: UserId, ipAddress: string) {
  const { token, expiresAt } = await issuePasswordReset(client, { userId, ipAddress });
  return { link: `https://codezest.example/reset?token=${token}`, expiresAt };
}

/** For who is logged in. All other logins end. */
export const setPassword = (client: Client, userId: UserId, passwordHash: string, here: SessionId) =>
  changePassword(client, { userId, passwordHash, exceptSessionId: here });

/** All sessions end. */
export const resetPassword = (client: Client, token: string, passwordHash: string) =>
  consumePasswordReset(client, { token, passwordHash });

export async function moveAccount(client: Client, userId: UserId, newEmail: string) {
  const { token } = await issueEmailChange(client, { userId, newEmail });
  return `https://codezest.example/move?token=${token}`; // mailed to the new address
}

export const confirmMove = (client: Client, token: string) => consumeEmailChange(client, token);
