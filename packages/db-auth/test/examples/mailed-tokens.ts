import type { SessionId, UserId } from '@codezest/db-types';
import {
  type Client,
  changePassword,
  consumeEmailChange,
  consumePasswordReset,
  consumeWaysInConfirmation,
  issueEmailChange,
  issuePasswordReset,
  issueWaysInConfirmation,
  requestPasswordReset,
  undoEmailChange,
} from '../../src/index.js';

/** What to mail, and where to: a token is worth nothing for an account that has another address by then. */
const mailOf = ({ token, email }: { token: string; email: string }, page: string) => ({
  to: email,
  link: `https://codezest.example/${page}?token=${token}`,
});

/** By the address that was typed. Answer the same in both cases, then mail. */
export async function forgotPassword(client: Client, email: string, ipAddress?: string) {
  const reset = await requestPasswordReset(client, { email, ipAddress });
  return reset && mailOf(reset, 'reset');
}

/** For the support desk, which knows the account. */
export const mailReset = async (client: Client, userId: UserId) =>
  mailOf(await issuePasswordReset(client, { userId }), 'reset');

/** All sessions end, and every way in that the mailbox has not confirmed goes. Gives `user` and a `deviceToken`. */
export const resetPassword = (client: Client, token: string, passwordHash: string) =>
  consumePasswordReset(client, { token, passwordHash });

/** For who is logged in. All other logins end. */
export const setPassword = (client: Client, userId: UserId, passwordHash: string, here: SessionId) =>
  changePassword(client, { userId, passwordHash, exceptSessionId: here });

/** Two mails: the link to move to the new address, and the one to undo that to the old. */
export async function moveAccount(client: Client, userId: UserId, newEmail: string) {
  const change = await issueEmailChange(client, { userId, newEmail });
  return [mailOf(change, 'move'), mailOf(change.undo, 'undo-move')];
}

export const confirmMove = (client: Client, token: string, here?: SessionId) =>
  consumeEmailChange(client, token, { exceptSessionId: here });

/** Behind a form for a new password. Seven days from the mail on: `user` has the old address again, all else as after a reset. */
export const undoMove = (client: Client, token: string, passwordHash: string) =>
  undoEmailChange(client, { token, passwordHash });

/** After something was added: "these can log in now: … If all are yours, confirm; else set a new password". */
export async function tellOfWayIn(client: Client, userId: UserId) {
  const issued = await issueWaysInConfirmation(client, userId);
  const named = issued.waysIn.map(({ kind, provider, name, addedAt }) => ({ kind, provider, name, addedAt }));
  return { ...mailOf(issued, 'confirm'), named };
}

export const confirmWaysIn = (client: Client, token: string) => consumeWaysInConfirmation(client, token);
