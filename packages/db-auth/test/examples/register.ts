import { type Client, consumeEmailVerification, createAccount } from '../../src/index.js';

export async function register(client: Client, passwordHash: string) {
  const { user, verificationToken } = await createAccount(client, {
    email: 'maya@example.com',
    passwordHash, // argon2id or bcrypt: the package never sees a password
    firstName: 'Maya',
    lastName: 'Lindqvist',
    profile: { displayName: 'Maya', timezone: 'Europe/Stockholm' },
  });
  return { user, link: `https://codezest.example/verify?token=${verificationToken}` };
}

export const verify = (client: Client, token: string) => consumeEmailVerification(client, token);
