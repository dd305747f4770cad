import type { SessionId, UserId } from '@codezest/db-types';
import {
  type Client,
  consumeEmailVerification,
  createAccount,
  deleteAccount,
  issueEmailVerification,
} from '../../src/index.js';

const linkTo = (token: string | null) => `https://codezest.example/verify?token=${token}`;

export async function register(client: Client, passwordHash: string) {
  // The account, and the token to mail; the database has only its hash.
  const { user, verificationToken } = await createAccount(client, {
    email: 'maya@example.com',
    passwordHash, // argon2id or bcrypt: the package never sees a password
    firstName: 'Maya',
    lastName: 'Lindqvist',
    profile: { displayName: 'Maya', timezone: 'Europe/Stockholm' },
  });
  return { user, link: linkTo(verificationToken) };
}

/** `here` is the login in whose browser the link was opened: it goes on, all others end. */
export const verify = (client: Client, token: string, here?: SessionId) =>
  consumeEmailVerification(client, token, { exceptSessionId: here });

/** In place of the mail that got lost, which is useless now. */
export const mailAgain = async (client: Client, userId: UserId) =>
  linkTo((await issueEmailVerification(client, userId)).token);

export const leave = (client: Client, userId: UserId) => deleteAccount(client, userId);
