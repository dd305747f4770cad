import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type PrismaClient, recordFailedLogin, startSession } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { devices, logOut, logOutElsewhere } from './examples/devices.js';
import { statusOf } from './examples/errors.js';
import { countAccounts } from './examples/first-query.js';
import { logIn, whoTried } from './examples/log-in.js';
import {
  confirmMove,
  forgotPassword,
  moveAccount,
  resetPassword,
  setPassword,
} from './examples/mailed-tokens.js';
import { disconnectGitHub, gitHubToken, registerByGitHub } from './examples/oauth.js';
import { inATest } from './examples/own-tests.js';
import { account, deleteExpired, saveBio, suspend, whoLogsInWithGitHub } from './examples/prisma-calls.js';
import { leave, mailAgain, register, verify } from './examples/register.js';
import { refresh, whoIs } from './examples/requests.js';
import { candidate, registerAndLogIn } from './examples/retry.js';
import { rotate } from './examples/rotate-keys.js';
import { enrol, newRecoveryCodes, prove, recover, secondFactor, switchOff } from './examples/two-factor.js';
import { newAccount, otherPasswordHash, passwordHash, refusal } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  const key = () => randomBytes(32).toString('base64');
  vi.stubEnv('AUTH_DATABASE_URL', database.url);
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key()}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key()}`);
});
afterEach(() => vi.unstubAllEnvs());

const tokenIn = (link: string) => new URL(link).searchParams.get('token') ?? '';

test('the first query', async () => {
  expect(await countAccounts()).toBe(0);
});

test('an account and its session are one, and a candidate is found again', async () => {
  const person = { email: 'grace@example.com', passwordHash, firstName: 'Grace', lastName: 'Hopper' };
  const { user, token } = await registerAndLogIn(client, person);

  expect(await whoIs(client, token)).toMatchObject({ id: user.id });
  expect(await candidate(client, person.email)).toMatchObject({ id: user.id });
});

test('a person registers, proves the address, logs in and makes requests', async () => {
  const { user, link } = await register(client, passwordHash);
  const again = await mailAgain(client, user.id);
  expect(await refusal(verify(client, tokenIn(link)))).toBe('TOKEN_INVALID');
  expect(await verify(client, tokenIn(again))).toMatchObject({ id: user.id, emailVerified: true });

  const attempt = { email: 'Maya@example.com', ipAddress: '192.0.2.17' };
  const matches = async (hash: string | null) => hash === passwordHash;
  const session = await logIn(client, { ...attempt, matches });
  if (typeof session !== 'object' || session === null) throw new Error('no session');
  expect(await whoIs(client, session.token)).toEqual({ id: user.id, role: 'STUDENT' });

  const next = await refresh(client, session.token);
  expect(await whoIs(client, next ?? '')).toEqual({ id: user.id, role: 'STUDENT' });
  expect(await refresh(client, session.token)).toBeNull();

  const wrong = { ...attempt, matches: async () => false };
  for (let guess = 1; guess < 5; guess += 1) expect(await logIn(client, wrong)).toBeNull();
  expect(await logIn(client, wrong)).toBe('mail the owner');
  expect(await logIn(client, { ...attempt, matches })).toBeNull();
  expect((await whoTried(client, user.id)).items.map(({ success }) => success)).toEqual([
    ...Array(5).fill(false),
    true,
  ]);
  expect(await leave(client, user.id)).toMatchObject({ deletedAt: expect.any(Date) });
});

test('a person looks at the devices and ends logins', async () => {
  const { user } = await newAccount(client);
  const login = () => startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  const [here, phone] = [await login(), await login()];
  await login();

  expect((await devices(client, user.id)).devices).toHaveLength(3);
  expect(await logOut(client, user.id, phone.session.id)).toBe(true);
  expect(await logOutElsewhere(client, user.id, here.session.id)).toBe(1);
});

test('a person sets a new password and moves to another address', async () => {
  const { user } = await newAccount(client);
  const { link } = await forgotPassword(client, user.id, '192.0.2.17');
  const changed = await resetPassword(client, tokenIn(link), otherPasswordHash);
  expect(changed.passwordChangedAt).toBeInstanceOf(Date);

  const here = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  await setPassword(client, user.id, passwordHash, here.session.id);
  expect((await devices(client, user.id)).devices).toHaveLength(1);

  const move = await moveAccount(client, user.id, 'elsewhere@example.com');
  expect(await confirmMove(client, tokenIn(move))).toMatchObject({ email: 'elsewhere@example.com' });
});

test('keys rotate', async () => {
  const { user } = await newAccount(client);
  const old = process.env.AUTH_ENCRYPTION_KEYS;
  await enrol(client, user.id, 'BASE32');
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k2:${randomBytes(32).toString('base64')},${old}`);

  expect(await rotate(client)).toEqual(['k1']);
});

test('a person registers by GitHub', async () => {
  const github = { id: '1815', email: 'ada@example.com', name: 'Ada', accessToken: 'secret' };
  const { id } = await registerByGitHub(client, github);

  expect((await whoLogsInWithGitHub(client, '1815'))?.user.id).toBe(id);
  expect(await gitHubToken(client, id)).toBe('secret');
  expect(await refusal(disconnectGitHub(client, id))).toBe('LAST_WAY_IN');
});

test('a person enrols an authenticator', async () => {
  const { user } = await newAccount(client);
  const check = (secret: string, code: string) => (secret === 'BASE32' ? Number(code) : null);

  await enrol(client, user.id, 'BASE32');
  const codes = await prove(client, user.id, '1000', check);

  expect(codes).toHaveLength(10);
  expect(await secondFactor(client, user.id, '1001', check)).toBe(true);
  expect(await refusal(secondFactor(client, user.id, '1001', check))).toBe('TWO_FACTOR_CODE_REUSED');
  expect(await recover(client, user.id, codes?.[0] ?? '')).toBe(9);
  expect(await newRecoveryCodes(client, user.id)).toHaveLength(10);
  await switchOff(client, user.id);
  expect(await refusal(secondFactor(client, user.id, '1002', check))).toBe('TWO_FACTOR_NOT_FOUND');
});

test('Prisma’s own calls do the rest', async () => {
  const { user } = await newAccount(client);
  const found = await account(client, user.id);
  const profile = { userId: user.id, version: found?.profile?.version ?? -1 };

  expect(await saveBio(client, profile, 'Likes engines.')).toMatchObject({
    bio: 'Likes engines.',
    version: 1,
  });
  expect(await refusal(saveBio(client, profile, 'Lost update.'))).toBe('P2025');
  expect(await suspend(client, user.id, 'spam')).toMatchObject({ isSuspended: true });
  await startSession(client, { userId: (await newAccount(client)).user.id, loginMethod: 'OAUTH' });
  const [sessions] = await deleteExpired(client, new Date(Date.now() + 40 * 24 * 3_600_000));
  expect(sessions.count).toBeGreaterThan(0);
});

test('errors have a status', async () => {
  const { user } = await newAccount(client);
  const unknown = await recordFailedLogin(client, {
    userId: user.id.replace(/.$/, 'x') as typeof user.id,
  }).catch(statusOf);
  const taken = await newAccount(client, { email: user.email }).catch(statusOf);

  expect([unknown, taken]).toEqual([400, 409]);
});

test('a test of a service has a database of its own', async () => {
  expect(await inATest()).toEqual({ users: 2, sessions: 2 });
});
