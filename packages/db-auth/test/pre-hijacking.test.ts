import { randomBytes } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  authenticateSession,
  beginMailedLogin,
  completeLogin,
  consumeEmailChange,
  consumeEmailVerification,
  consumePasswordReset,
  consumeWaysInConfirmation,
  deleteAccount,
  enableTwoFactor,
  issueEmailChange,
  issuePasswordReset,
  issueWaysInConfirmation,
  type LoginStep,
  linkOAuthAccount,
  logInWithOAuth,
  logInWithPasskey,
  type PrismaClient,
  proveMailedCode,
  registerPasskey,
  requestPasswordReset,
  startSession,
  startTwoFactorEnrolment,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, racingDatabase, refusal } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key}`);
});
afterEach(() => vi.unstubAllEnvs());
const key = randomBytes(32).toString('base64');

let sequence = 0;
const unique = () => {
  sequence += 1;
  return `planted${sequence}`;
};

/** What somebody does who has the account before its owner, or its password. */
async function plant(userId: UserId) {
  const credentialId = await startTwoFactorEnrolment(client, { userId, secret: 'PLANTED' });
  await enableTwoFactor(client, { userId, credentialId, step: Math.floor(Date.now() / 30_000) });
  await linkOAuthAccount(client, { userId, provider: 'GITHUB', providerId: unique() });
  await registerPasskey(client, {
    userId,
    credentialId: randomBytes(16),
    publicKey: randomBytes(77),
    signCount: 0,
    backupEligible: false,
    backedUp: false,
    userVerified: true,
  });
  const { token: session } = await startSession(client, { userId, loginMethod: 'PASSWORD' });
  const change = await issueEmailChange(client, { userId, newEmail: `${unique()}@thief.example` });
  const mailed = await beginMailedLogin(client, {
    email: (await client.user.findUniqueOrThrow({ where: { id: userId } })).email,
  });
  return { session, change: change.token, pending: mailed.token };
}

const waysIn = async (userId: UserId) => ({
  links: await client.oAuthAccount.count({ where: { userId } }),
  passkeys: await client.passkey.count({ where: { userId } }),
  authenticators: await client.twoFactorCredential.count({ where: { userId } }),
  sessions: await client.session.count({ where: { userId, revokedAt: null } }),
  devices: await client.knownDevice.count({ where: { userId } }),
  pending: await client.pendingLogin.count({ where: { userId, consumedAt: null } }),
});
/** The browser in which the password was reset is known, and nothing else. */
const OWNERS = { devices: 1 };
const NONE = { links: 0, passkeys: 0, authenticators: 0, sessions: 0, devices: 0, pending: 0 };

async function byMail(email: string): Promise<LoginStep> {
  const { token, mail } = await beginMailedLogin(client, { email });
  return proveMailedCode(client, { token, code: mail?.code ?? '' });
}

describe('who holds the mailbox evicts what was planted before', () => {
  test('all that a thief can plant: by a reset', async () => {
    const { user } = await newAccount(client);
    const planted = await plant(user.id);
    const { token } = await issuePasswordReset(client, { userId: user.id });

    const { user: changed } = await consumePasswordReset(client, {
      token,
      passwordHash: otherPasswordHash,
    });

    expect(changed).toMatchObject({ emailVerified: true, twoFactorEnabled: false });
    expect(await waysIn(user.id)).toEqual({ ...NONE, ...OWNERS });
    expect(await authenticateSession(client, planted.session)).toBeNull();
    expect(await refusal(consumeEmailChange(client, planted.change))).toBe('TOKEN_INVALID');
    expect(await completeLogin(client, { token: planted.pending })).toMatchObject({ reason: 'EXPIRED' });
  });

  test('the same by the verification of the address, but for the login in which it was given', async () => {
    const { user, verificationToken } = await newAccount(client);
    await plant(user.id);
    const here = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });

    const verified = await consumeEmailVerification(client, verificationToken ?? '', {
      exceptSessionId: here.session.id,
    });

    expect(verified).toMatchObject({ emailVerified: true, twoFactorEnabled: false });
    expect(await waysIn(user.id)).toEqual({ ...NONE, sessions: 1 });
    expect(await authenticateSession(client, here.token)).not.toBeNull();
  });

  test('the same by a change of address', async () => {
    const { user } = await newAccount(client);
    await plant(user.id);
    const { token } = await issueEmailChange(client, { userId: user.id, newEmail: 'mine@owner.example' });

    expect(await consumeEmailChange(client, token)).toMatchObject({ twoFactorEnabled: false });

    expect(await waysIn(user.id)).toEqual(NONE);
  });

  test('the same by a mailed code, whose own login goes on', async () => {
    const { user } = await newAccount(client);
    await plant(user.id);

    const login = await byMail(user.email);

    expect(login.step).toBe('PROVEN');
    expect(await waysIn(user.id)).toEqual({ ...NONE, pending: 1 });
    expect(await client.user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({
      emailVerified: true,
    });
  });

  test('but the last way in stays when an address is verified', async () => {
    const login = {
      provider: 'GITHUB',
      providerId: unique(),
      email: 'only@example.com',
      firstName: 'O',
    } as const;
    await logInWithOAuth(client, login);

    expect(await byMail('only@example.com')).toMatchObject({ step: 'PROVEN' });
    expect(await logInWithOAuth(client, login)).toMatchObject({ step: 'PROVEN', account: 'KNOWN' });
  });
});

describe('what the mailbox has confirmed', () => {
  test('outlives a reset, and is to be confirmed anew after a change of address', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    await plant(user.id);
    const { token, email, waysIn: named } = await issueWaysInConfirmation(client, user.id);
    expect(email).toBe(user.email);
    expect(named).toMatchObject([
      { kind: 'AUTHENTICATOR', addedAt: expect.any(Date) },
      { kind: 'OAUTH_ACCOUNT', provider: 'GITHUB' },
      { kind: 'PASSKEY', name: null },
    ]);
    expect(await consumeWaysInConfirmation(client, token)).toBe(3);
    const reset = async () => {
      const issued = await issuePasswordReset(client, { userId: user.id });
      await consumePasswordReset(client, { token: issued.token, passwordHash: otherPasswordHash });
    };

    await reset();
    expect(await waysIn(user.id)).toEqual({ ...NONE, ...OWNERS, links: 1, passkeys: 1, authenticators: 1 });

    const change = await issueEmailChange(client, { userId: user.id, newEmail: `${unique()}@example.com` });
    await consumeEmailChange(client, change.token);
    expect(await waysIn(user.id)).toMatchObject({ links: 1, passkeys: 1, authenticators: 1 });
    await reset();
    expect(await waysIn(user.id)).toEqual({ ...NONE, ...OWNERS });
  });

  test('is nothing that came after the mail', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const { token } = await issueWaysInConfirmation(client, user.id);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await plant(user.id);

    expect(await consumeWaysInConfirmation(client, token)).toBe(0);
  });
});

describe('a token', () => {
  test('is bound to the address that it was mailed to', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const reset = await issuePasswordReset(client, { userId: user.id });
    const mailed = await beginMailedLogin(client, { email: user.email });
    await client.user.update({ where: { id: user.id }, data: { email: `${unique()}@example.com` } });

    expect(reset.email).toBe(user.email);
    const consumed = consumePasswordReset(client, { token: reset.token, passwordHash: otherPasswordHash });
    expect(await refusal(consumed)).toBe('TOKEN_INVALID');
    const { token, mail } = mailed;
    expect(await proveMailedCode(client, { token, code: mail?.code ?? '' })).toMatchObject({
      reason: 'OUTDATED',
    });
  });

  test('is neither issued nor taken while the account is suspended', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const planted = await plant(user.id);
    const reset = await issuePasswordReset(client, { userId: user.id });
    const suspension = { isSuspended: true, suspendedAt: new Date() };
    await client.user.update({ where: { id: user.id }, data: suspension });

    expect(await refusal(issuePasswordReset(client, { userId: user.id }))).toBe('ACCOUNT_UNAVAILABLE');
    expect(await requestPasswordReset(client, { email: user.email })).toBeNull();
    expect((await beginMailedLogin(client, { email: user.email })).mail).toBeNull();
    await client.user.update({ where: { id: user.id }, data: { isSuspended: false, suspendedAt: null } });
    expect(await refusal(consumeEmailChange(client, planted.change))).toBe('TOKEN_INVALID');
    const consumed = consumePasswordReset(client, { token: reset.token, passwordHash: otherPasswordHash });
    expect(await refusal(consumed)).toBe('TOKEN_INVALID');
    expect(await authenticateSession(client, planted.session)).toBeNull();
  });
});

describe('a mailed code', () => {
  test('works five times at most, in the browser that asked, and five mails go out in an hour', async () => {
    const { user } = await newAccount(client);
    const { token, mail } = await beginMailedLogin(client, {
      email: user.email.toUpperCase(),
      ipAddress: 'unknown',
    });
    const other = await beginMailedLogin(client, { email: user.email });
    expect(mail).toMatchObject({
      userId: user.id,
      email: user.email,
      code: expect.stringMatching(/^\d{8}$/),
    });
    const code = mail?.code ?? '';
    const wrong = `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;

    expect(await proveMailedCode(client, { token: other.token, code })).toMatchObject({ reason: 'WRONG' });
    for (let n = 1; n <= 5; n += 1) {
      expect(await proveMailedCode(client, { token, code: wrong })).toMatchObject({ canRetry: n < 5 });
    }
    expect(await proveMailedCode(client, { token, code })).toMatchObject({ reason: 'EXPIRED' });
    for (let n = 0; n < 3; n += 1)
      expect((await beginMailedLogin(client, { email: user.email })).mail).not.toBeNull();
    const sixth = await beginMailedLogin(client, { email: user.email });
    expect(sixth.mail).toBeNull();
    expect((await beginMailedLogin(client, { email: 'nobody@example.com' })).mail).toBeNull();
    expect(await proveMailedCode(client, { token: sixth.token, code })).toMatchObject({
      reason: 'NOT_COMPARED',
    });
  });

  test('gets its owner in while strangers have locked the account', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const lockedUntil = new Date(Date.now() + 60_000);
    await client.user.update({ where: { id: user.id }, data: { loginAttempts: 5, lockedUntil } });

    const login = await byMail(user.email);

    expect(await completeLogin(client, { token: login.step === 'REFUSED' ? '' : login.token })).toMatchObject(
      {
        step: 'COMPLETE',
        session: { loginMethod: 'EMAIL' },
      },
    );
  });

  test(`is mailed five times to ${CALLERS} who ask at once, and taken by one of them, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { user } = await newAccount(client);

      const { won } = await race(() => beginMailedLogin(client, { email: user.email }));
      const mailed = won.filter(({ mail }) => mail !== null);
      const [first] = mailed;
      const proven = await race(() =>
        proveMailedCode(client, { token: first?.token ?? '', code: first?.mail?.code ?? '' }),
      );

      expect(mailed).toHaveLength(5);
      expect(proven.won.filter(({ step }) => step !== 'REFUSED')).toHaveLength(1);
    }
  });
});

test(`a confirmation is taken by one of ${CALLERS}, and issued as one, ${ROUNDS} rounds`, async () => {
  const { user } = await newAccount(client);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { won: issued } = await race(() => issueWaysInConfirmation(client, user.id));
    const { won } = await race((n) => consumeWaysInConfirmation(client, issued[n]?.token ?? ''));

    expect(issued).toHaveLength(CALLERS);
    expect(won).toHaveLength(1);
  }
});

test(`a reset that ${CALLERS} ask for by address is mailed five times and works once, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { user } = await newAccount(client);
    const { won } = await race(() => requestPasswordReset(client, { email: user.email }));

    expect(won.filter((reset) => reset?.email === user.email)).toHaveLength(5);
    expect(await client.passwordReset.count({ where: { userId: user.id, consumedAt: null } })).toBe(1);
  }
});

test(`${CALLERS} first logins by one provider at once are one account, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const providerId = unique();
    const login = {
      provider: 'GOOGLE',
      providerId,
      email: `${providerId}@example.com`,
      firstName: 'Ada',
    } as const;

    const { won, refused } = await race(() => logInWithOAuth(client, { ...login, emailVerified: true }));

    expect(refused).toEqual({});
    expect(won.filter(({ account }) => account === 'REGISTERED')).toHaveLength(1);
    expect(await client.oAuthAccount.count({ where: { providerId } })).toBe(1);
    expect(await client.user.count({ where: { email: login.email } })).toBe(1);
  }
});

test('a provider gets nobody into a deleted account, and asks for the second factor', async () => {
  const { user } = await newAccount(client, { emailVerified: true });
  await plant(user.id);
  const login = { provider: 'GOOGLE', providerId: unique(), email: user.email, firstName: 'A' } as const;
  expect(await logInWithOAuth(client, { ...login, emailVerified: true })).toMatchObject({
    step: 'SECOND_FACTOR',
  });

  await client.user.update({ where: { id: user.id }, data: { isActive: false } });
  expect(await logInWithOAuth(client, login)).toMatchObject({ step: 'REFUSED', account: null });
  await deleteAccount(client, user.id);
  expect(await logInWithOAuth(client, login)).toMatchObject({ account: 'REGISTERED' });
});

test(`a passkey and a linked account that ${CALLERS - 1} use during a reset open nothing after it, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { user } = await newAccount(client, { emailVerified: true });
    const { id: userId, email } = user;
    const providerId = unique();
    const credentialId = randomBytes(16);
    await linkOAuthAccount(client, { userId, provider: 'GITHUB', providerId });
    await registerPasskey(client, {
      userId,
      credentialId,
      publicKey: randomBytes(77),
      signCount: 0,
      backupEligible: false,
      backedUp: false,
      userVerified: true,
    });
    const { token } = await issuePasswordReset(client, { userId });
    const byPasskey = { credentialId, signCount: 0, backedUp: false, userVerified: true };

    const { won, refused } = await race<unknown>((caller) => {
      if (caller === 3) return consumePasswordReset(client, { token, passwordHash: otherPasswordHash });
      if (caller % 2) return logInWithPasskey(client, byPasskey);
      return logInWithOAuth(client, { provider: 'GITHUB', providerId, email, firstName: 'Ada' });
    });

    const { EMAIL_TAKEN: _, ...others } = refused;
    expect(others).toEqual({});
    for (const login of won as LoginStep[])
      if (login.step === 'PROVEN')
        expect(await completeLogin(client, { token: login.token })).toMatchObject({ step: 'REFUSED' });
    expect(await waysIn(userId)).toEqual({ ...NONE, ...OWNERS });
  }
});
