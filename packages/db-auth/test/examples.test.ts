import { randomBytes, scryptSync } from 'node:crypto';
import { compare, hash } from 'bcryptjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { beginLogin, issuePasswordReset, type PrismaClient, startSession } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { connect as connectHere } from './examples/changing-requests.js';
import { devices, logOut, logOutElsewhere } from './examples/devices.js';
import { statusOf } from './examples/errors.js';
import { tellAgain } from './examples/events.js';
import { countAccounts } from './examples/first-query.js';
import { type Hashing, proveAnyPassword } from './examples/legacy-hashes.js';
import {
  confirmMove,
  confirmWaysIn,
  forgotPassword,
  mailReset,
  moveAccount,
  resetPassword,
  setPassword,
  tellOfWayIn,
  undoMove,
} from './examples/mailed-tokens.js';
import {
  connectGitHub,
  disconnectGitHub,
  forgetGitHub,
  gitHubToken,
  logInByGoogle,
} from './examples/oauth.js';
import { inATest } from './examples/own-tests.js';
import { account, liftSuspension, saveBio, suspend, whoLogsInWithGitHub } from './examples/prisma-calls.js';
import { leave, mailAgain, register, verify } from './examples/register.js';
import { logOut as leaveBrowser, refresh, whoIs } from './examples/requests.js';
import { tidyUp } from './examples/retention.js';
import { loginsOf, registerAndLogIn } from './examples/retry.js';
import { rotate } from './examples/rotate-keys.js';
import { confirmAgain, enrol, newRecoveryCodes, prove, recover, switchOff } from './examples/two-factor.js';
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

test('an address is told again', async () => {
  const { user } = await newAccount(client);
  const id = await tellAgain(client, user.id);

  const events = await client.outboxEvent.findMany({ where: { aggregateId: user.id } });
  expect(events.at(-1)).toMatchObject({
    id,
    aggregateVersion: user.version,
    payload: events.at(-2)?.payload,
  });
});

test('an account and its session are one, and are found again', async () => {
  const person = { email: 'grace@example.com', passwordHash, firstName: 'Grace', lastName: 'Hopper' };
  const { user, token } = await registerAndLogIn(client, person);

  expect(await whoIs(client, token)).toMatchObject({ id: user.id });
  expect((await loginsOf(client, user.id)).items).toHaveLength(1);
});

test('a person registers, proves the address and makes requests', async () => {
  const { user, link } = await register(client, passwordHash);
  const again = await mailAgain(client, user.id);
  expect(await refusal(verify(client, tokenIn(link)))).toBe('TOKEN_INVALID');
  expect(await verify(client, tokenIn(again))).toMatchObject({ id: user.id, emailVerified: true });

  const { token } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  expect(await whoIs(client, token)).toEqual({ id: user.id, role: 'STUDENT' });
  const next = await refresh(client, token);
  const successor = next && 'cookie' in next ? (next.cookie ?? '') : '';
  expect(await refresh(client, token)).toEqual(next);
  expect(await whoIs(client, successor)).toMatchObject({ id: user.id });
  expect(await connectHere(client, successor, '1815')).toMatchObject({ provider: 'GITHUB' });
  expect(await leaveBrowser(client, token)).toBe(true);
  expect(await connectHere(client, successor, '1816')).toBeNull();
  expect(await whoIs(client, successor)).toBeNull();
  expect(await leave(client, user.id)).toMatchObject({ deletedAt: expect.any(Date) });
});

test('the first right password replaces a hash of better-auth, and the next one is compared with the new hash', async () => {
  const keyOf = (password: string, salt: string) =>
    scryptSync(password, salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 }).toString('hex');
  const salt = randomBytes(16).toString('hex');
  const { user } = await newAccount(client, {
    emailVerified: true,
    passwordHash: `${salt}:${keyOf('correct horse', salt)}`,
    legacyPasswordScheme: 'BETTER_AUTH_SCRYPT',
  });
  const asked: unknown[] = [];
  const hashing: Hashing = {
    hash: (password) => hash(password, 4),
    matches: async (stored, password, scheme) => {
      asked.push(scheme);
      const [oldSalt = '', key] = stored.split(':');
      return scheme === null ? compare(password, stored) : keyOf(password, oldSalt) === key;
    },
  };
  const tryPassword = async (password: string) => {
    const begun = await beginLogin(client, { emailOrUsername: user.email, decoyHash: otherPasswordHash });
    return (await proveAnyPassword(client, hashing, begun, password)).step;
  };

  expect(await tryPassword('a guess')).toBe('REFUSED');
  expect(await tryPassword('correct horse')).toBe('PROVEN');
  expect(await tryPassword('a guess')).toBe('REFUSED');
  expect(await tryPassword('correct horse')).toBe('PROVEN');
  expect(asked).toEqual(['BETTER_AUTH_SCRYPT', 'BETTER_AUTH_SCRYPT', null, null]);
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
  expect(await forgotPassword(client, 'nobody@example.com')).toBeNull();
  expect((await mailReset(client, user.id)).to).toBe(user.email);
  const mail = await forgotPassword(client, user.email.toUpperCase(), 'unknown');
  expect(mail?.to).toBe(user.email);
  const changed = await resetPassword(client, tokenIn(mail?.link ?? ''), otherPasswordHash);
  expect(changed.user).toMatchObject({ passwordChangedAt: expect.any(Date), emailVerified: true });

  const here = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  await setPassword(client, user.id, passwordHash, here.session.id);
  expect((await devices(client, user.id)).devices).toHaveLength(1);

  const [move, undo] = await moveAccount(client, user.id, 'Elsewhere@example.com');
  expect([move?.to, undo?.to]).toEqual(['elsewhere@example.com', user.email]);
  const moved = await confirmMove(client, tokenIn(move?.link ?? ''), here.session.id);
  expect(moved).toMatchObject({ email: 'elsewhere@example.com' });
  expect((await devices(client, user.id)).devices).toHaveLength(1);
  const told = await tellOfWayIn(client, user.id);
  expect(await confirmWaysIn(client, tokenIn(told.link))).toBe(0);
  const back = await undoMove(client, tokenIn(undo?.link ?? ''), otherPasswordHash);
  expect(back).toMatchObject({ user: { email: user.email }, deviceToken: expect.any(String) });
});

test('keys rotate', async () => {
  const { user } = await newAccount(client);
  const old = process.env.AUTH_ENCRYPTION_KEYS;
  await enrol(client, user.id, 'BASE32');
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k2:${randomBytes(32).toString('base64')},${old}`);

  expect(await rotate(client)).toEqual(['k1']);
});

test('a person logs in by Google, and connects GitHub', async () => {
  const claims = { sub: '1815', email: 'Ada@example.com', email_verified: true, given_name: 'Ada' };
  const first = await logInByGoogle(client, claims, { accessToken: 'a', refreshToken: 'r' });
  expect(first).toMatchObject({ step: 'PROVEN', account: 'REGISTERED' });
  expect(await logInByGoogle(client, claims, { accessToken: 'a' })).toMatchObject({ account: 'KNOWN' });
  const { user } = await newAccount(client);
  const stranger = { ...claims, sub: '1816', email: user.email };
  expect(await logInByGoogle(client, stranger, { accessToken: 'a' })).toBeNull();

  const id = first && first.step === 'PROVEN' ? first.userId : user.id;
  await connectGitHub(client, id, '1906', 'secret');
  expect((await whoLogsInWithGitHub(client, '1906'))?.user.id).toBe(id);
  expect(await gitHubToken(client, id)).toBe('secret');
  await forgetGitHub(client, id);
  expect(await gitHubToken(client, id)).toBeNull();
  await disconnectGitHub(client, id);
});

test('what has expired goes', async () => {
  const { wouldGo, gone } = await tidyUp(client);

  expect(Object.keys(gone)).toEqual(Object.keys(wouldGo));
});

test('a person enrols an authenticator', async () => {
  const { user } = await newAccount(client);
  const now = Math.floor(Date.now() / 30_000);
  const check = (secret: string, code: string) => (secret === 'BASE32' ? now + Number(code) : null);

  await enrol(client, user.id, 'BASE32');
  const codes = await prove(client, user.id, '-1', check);

  expect(codes).toHaveLength(10);
  expect(await confirmAgain(client, user.id, '0', check)).toBe(true);
  expect(await refusal(confirmAgain(client, user.id, '0', check))).toBe('TWO_FACTOR_CODE_REUSED');
  expect(await recover(client, user.id, codes?.[0] ?? '')).toBe(9);
  expect(await newRecoveryCodes(client, user.id)).toHaveLength(10);
  await switchOff(client, user.id);
  expect(await refusal(confirmAgain(client, user.id, '1', check))).toBe('TWO_FACTOR_NOT_FOUND');
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
  const { token } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  expect(await suspend(client, user.id, 'spam')).toMatchObject({ isSuspended: true });
  expect(await liftSuspension(client, user.id)).toMatchObject({ isSuspended: false });
  expect(await whoIs(client, token)).toBeNull();
});

test('errors have a status', async () => {
  const { user } = await newAccount(client);
  const unknown = await issuePasswordReset(client, {
    userId: user.id.replace(/.$/, 'x') as typeof user.id,
  }).catch(statusOf);
  const taken = await newAccount(client, { email: user.email }).catch(statusOf);

  expect([unknown, taken]).toEqual([400, 409]);
});

test('a test of a service has a database of its own', async () => {
  expect(await inATest()).toEqual({ users: 2, sessions: 2 });
});
