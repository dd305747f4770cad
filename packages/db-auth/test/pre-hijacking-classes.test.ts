import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  authenticateSession,
  beginMailedLogin,
  consumeEmailChange,
  consumePasswordReset,
  issueEmailChange,
  linkOAuthAccount,
  logInWithOAuth,
  type PrismaClient,
  proveMailedCode,
  requestPasswordReset,
  rotateSession,
  startSession,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, refusal } from './fixtures.js';

/**
 * The five classes of pre-hijacking (Sudhodanan and Paverd, USENIX Security 2022). A thief has registered the address of
 * somebody who comes later and proves the mailbox.
 */
let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${randomBytes(32).toString('base64')}`);
  return () => vi.unstubAllEnvs();
});

/** The owner has forgotten a password that she never set: what services say to who finds her address taken. */
async function reset(email: string): Promise<void> {
  const mailed = await requestPasswordReset(client, { email });
  await consumePasswordReset(client, { token: mailed?.token ?? '', passwordHash: otherPasswordHash });
}

test('classic-federated merge: a provider is linked to no account whose address was never proven here', async () => {
  const { user } = await newAccount(client);
  const byGoogle = {
    provider: 'GOOGLE',
    providerId: 'owner',
    email: user.email,
    emailVerified: true,
    firstName: 'Ada',
  } as const;

  expect(await refusal(logInWithOAuth(client, byGoogle))).toBe('EMAIL_TAKEN');
  const { token, mail } = await beginMailedLogin(client, { email: user.email });
  await proveMailedCode(client, { token, code: mail?.code ?? '' });
  expect(await logInWithOAuth(client, byGoogle)).toMatchObject({
    step: 'PROVEN',
    account: 'LINKED',
    userId: user.id,
  });
});

test('unexpired session: neither the token nor what it would be refreshed to lets anybody in', async () => {
  const { user } = await newAccount(client);
  const { token } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  expect(await authenticateSession(client, token)).not.toBeNull();

  await reset(user.email);

  expect(await authenticateSession(client, token)).toBeNull();
  expect(await refusal(rotateSession(client, { token }))).toBe('SESSION_INVALID');
});

test('trojan identifier: the linked account opens another one, and not this', async () => {
  const { user } = await newAccount(client);
  const trojan = { provider: 'GITHUB', providerId: 'trojan' } as const;
  await linkOAuthAccount(client, { userId: user.id, ...trojan });
  const login = { ...trojan, email: 'thief@example.com', firstName: 'Mallory' };
  expect(await logInWithOAuth(client, login)).toMatchObject({ account: 'KNOWN', userId: user.id });

  await reset(user.email);

  const after = await logInWithOAuth(client, login);
  expect(after).toMatchObject({ account: 'REGISTERED' });
  expect(after).not.toMatchObject({ userId: user.id });
});

test('unexpired e-mail change: the link in the thief’s mailbox moves nothing', async () => {
  const { user } = await newAccount(client);
  const { token } = await issueEmailChange(client, { userId: user.id, newEmail: 'mallory@example.com' });

  await reset(user.email);

  expect(await refusal(consumeEmailChange(client, token))).toBe('TOKEN_INVALID');
  expect(await client.user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({
    email: user.email,
  });
});

test('non-verifying provider: what it says of an address links nothing, and its account goes by a reset', async () => {
  const { user } = await newAccount(client, { emailVerified: true });
  const unverified = { provider: 'FACEBOOK', providerId: 'trojan', firstName: 'Mallory' } as const;
  expect(await refusal(logInWithOAuth(client, { ...unverified, email: user.email }))).toBe('EMAIL_TAKEN');
  expect(await refusal(logInWithOAuth(client, unverified))).toBe('EMAIL_MISSING');
  const planted = await logInWithOAuth(client, { ...unverified, email: 'Victim@example.com' });
  expect(planted).toMatchObject({ step: 'UNVERIFIED', account: 'REGISTERED' });

  await reset('victim@example.com');

  const { id: userId } = await client.user.findFirstOrThrow({ where: { email: 'victim@example.com' } });
  expect(await client.oAuthAccount.count({ where: { userId } })).toBe(0);
  expect(await refusal(logInWithOAuth(client, { ...unverified, email: 'victim@example.com' }))).toBe(
    'EMAIL_TAKEN',
  );
});
