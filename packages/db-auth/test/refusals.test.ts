import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  beginLogin,
  beginMailedLogin,
  beginSecondFactor,
  type Client,
  enableTwoFactor,
  type PrismaClient,
  proveMailedCode,
  provePassword,
  proveRecoveryCode,
  proveSecondFactor,
  requestPasswordReset,
  startTwoFactorEnrolment,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { otherPasswordHash as decoyHash, newAccount, passwordHash } from './fixtures.js';

/**
 * That a refusal tells nothing, not even by its time. Compared is not the time, which depends on the machine, but what is
 * done: the statements in their order, and that the service is asked to compare one hash of its own kind.
 */
let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key}`);
  return () => vi.unstubAllEnvs();
});
const key = randomBytes(32).toString('base64');
const ipAddress = '192.0.2.17';

/** The statements of the work, in their order, and what the sender is told. */
async function observed<Result, Told>(
  work: (client: Client) => Promise<Result>,
  told: (result: Result) => Told,
) {
  const statements: string[] = [];
  const result = await client.$transaction(async (transaction) => {
    const recording = {
      $queryRawUnsafe(text: string, ...values: unknown[]) {
        statements.push(text);
        return transaction.$queryRawUnsafe(text, ...values);
      },
    } as unknown as Client;
    return work(recording);
  });
  expect(statements.length).toBeGreaterThan(1);
  return { statements, told: told(result) };
}

const account = async () => (await newAccount(client, { emailVerified: true })).user;
const lockedUntil = () => new Date(Date.now() + 60_000);

/** Names of accounts at which a right password is refused, each for another reason. */
async function refusedNames(): Promise<Record<string, string>> {
  const [locked, deleted, suspended, byProvider] = [
    await account(),
    await account(),
    await account(),
    await account(),
  ];
  const update = (user: typeof locked, data: Parameters<typeof client.user.update>[0]['data']) =>
    client.user.update({ where: { id: user.id }, data });
  await update(locked, { loginAttempts: 5, lockedUntil: lockedUntil() });
  await update(deleted, { deletedAt: new Date() });
  await update(suspended, { isSuspended: true, suspendedAt: new Date() });
  await client.oAuthAccount.create({
    data: { userId: byProvider.id, provider: 'GITHUB', providerId: byProvider.id },
  });
  await update(byProvider, { password: null });
  return {
    locked: locked.email,
    deleted: deleted.email,
    suspended: suspended.email,
    'by a provider alone': byProvider.email,
    nobody: 'nobody@example.com',
    'no address': 'no address@',
  };
}

/** A whole login by password. The service compares what it is given, whatever that is. */
async function tryPassword(emailOrUsername: string, isRight: boolean) {
  const begun = await observed(
    (on) => beginLogin(on, { emailOrUsername, decoyHash, ipAddress }),
    (login) => login,
  );
  const { token, passwordHash: hash, legacyPasswordScheme } = begun.told;
  const proven = await observed(
    (on) => provePassword(on, { token, isRight: isRight && hash === passwordHash }),
    (login) =>
      login.step === 'REFUSED' && { step: login.step, canRetry: login.canRetry, locked: login.locked },
  );
  return {
    statements: [...begun.statements, ...proven.statements],
    told: { ...proven.told, isHash: /^\$(argon2id|2b)\$/.test(hash), legacyPasswordScheme },
  };
}

describe('a refusal does the same work and says the same as any other', () => {
  test('of a password', async () => {
    const wrong = await tryPassword((await account()).email, false);

    for (const [why, name] of Object.entries(await refusedNames()))
      for (const isRight of [true, false])
        expect({ why, isRight, ...(await tryPassword(name, isRight)) }).toEqual({ why, isRight, ...wrong });
  });

  test.each([
    ['an account', true],
    ['nobody', false],
  ])('of a password of %s, at a time that counts from the beginning of the login', async (_, isThere) => {
    const emailOrUsername = isThere ? (await account()).email : 'nobody@example.com';
    const begin = () => beginLogin(client, { emailOrUsername, decoyHash, ipAddress });
    const asked = performance.now();
    const { token } = await begin();
    await provePassword(client, { token, isRight: false, answerAfterMs: 300 });
    // A timer may fire a moment early; nothing here takes as long without it.
    expect(performance.now() - asked).toBeGreaterThan(290);

    // A comparison that took half an hour has waited enough: otherwise this one would wait longer than a test may take.
    const slow = await begin();
    const createdAt = new Date(Date.now() - 30 * 60_000);
    await client.pendingLogin.updateMany({ where: { consumedAt: null }, data: { createdAt } });
    const refused = await provePassword(client, {
      token: slow.token,
      isRight: false,
      answerAfterMs: 600_000,
    });
    expect(refused.step).toBe('REFUSED');
  });

  test('of a password alone is what waits: a right one does not', async () => {
    const { token } = await beginLogin(client, { emailOrUsername: (await account()).email, decoyHash });
    expect(await provePassword(client, { token, isRight: true, answerAfterMs: 600_000 })).toMatchObject({
      step: 'PROVEN',
    });
  });

  test('of a password, from an address that is shut out', async () => {
    const { id, email } = await account();
    const wrong = await tryPassword(email, false);
    const shutOut = { failedAttempts: 1_000, windowEndsAt: lockedUntil() };
    await client.loginSource.update({ where: { address: ipAddress }, data: shutOut });

    for (const isRight of [true, false])
      expect({ isRight, ...(await tryPassword(email, isRight)) }).toEqual({ isRight, ...wrong });

    const { loginAttempts } = await client.user.findUniqueOrThrow({ where: { id } });
    expect(loginAttempts).toBe(1);
    await client.loginSource.delete({ where: { address: ipAddress } });
  });

  test('of a password, by username', async () => {
    const wrong = await tryPassword(
      (await newAccount(client, { username: 'somebody' })).user.username ?? '',
      false,
    );

    for (const name of ['nobody', 'no name'])
      expect({ name, ...(await tryPassword(name, true)) }).toEqual({ name, ...wrong });
  });

  test('of a second factor', async () => {
    const { id: userId, email } = await account();
    const credentialId = await startTwoFactorEnrolment(client, { userId, secret: 'JBSWY3DPEHPK3PXP' });
    const step = Math.floor(Date.now() / 30_000);
    await enableTwoFactor(client, { userId, credentialId, step: step - 1 });
    const { token } = await beginLogin(client, { emailOrUsername: email, decoyHash });
    await provePassword(client, { token, isRight: true });
    const tryCode = async () => {
      const begun = await observed(
        (on) => beginSecondFactor(on, token),
        (found) => found,
      );
      const code = { token, credentialId: begun.told.credentialId, step: null };
      const proven = await observed(
        (on) => proveSecondFactor(on, code),
        (login) => login.step === 'REFUSED' && login.step,
      );
      return { statements: [...begun.statements, ...proven.statements], told: proven.told };
    };
    const wrong = await tryCode();

    await client.user.update({
      where: { id: userId },
      data: { twoFactorAttempts: 5, twoFactorLockedUntil: lockedUntil() },
    });

    expect(await tryCode()).toEqual(wrong);
  });

  test('of a recovery code', async () => {
    const { id: userId, email } = await account();
    const credentialId = await startTwoFactorEnrolment(client, { userId, secret: 'JBSWY3DPEHPK3PXP' });
    const step = Math.floor(Date.now() / 30_000);
    const [code = ''] = await enableTwoFactor(client, { userId, credentialId, step });
    const { token } = await beginLogin(client, { emailOrUsername: email, decoyHash });
    await provePassword(client, { token, isRight: true });
    const tryCode = (given: string) =>
      observed(
        (on) => proveRecoveryCode(on, { token, code: given }),
        (login) => login.step === 'REFUSED' && { step: login.step, canRetry: login.canRetry },
      );
    const wrong = await tryCode('0000000000');

    await client.user.update({
      where: { id: userId },
      data: { twoFactorAttempts: 5, twoFactorLockedUntil: lockedUntil() },
    });

    expect(await tryCode('0000000000')).toEqual(wrong);
    expect(await tryCode(code)).toEqual(wrong);
    expect(await client.recoveryCode.count({ where: { userId, consumedAt: null } })).toBe(10);
  });

  test('of a mailed code, from the question on', async () => {
    const tryMail = async (email: string) => {
      const begun = await observed(
        (on) => beginMailedLogin(on, { email, ipAddress }),
        (mailed) => mailed,
      );
      const { token } = begun.told;
      const proven = await observed(
        (on) => proveMailedCode(on, { token, code: '00000000' }),
        (login) => login.step === 'REFUSED' && { step: login.step, canRetry: login.canRetry },
      );
      return { statements: [...begun.statements, ...proven.statements], told: proven.told };
    };
    const wrong = await tryMail((await account()).email);
    const { locked: _, 'by a provider alone': __, ...names } = await refusedNames();

    for (const [why, name] of Object.entries(names))
      expect({ why, ...(await tryMail(name)) }).toEqual({ why, ...wrong });
  });

  test('of a forgotten password', async () => {
    const ask = async (email: string) =>
      (await observed((on) => requestPasswordReset(on, { email, ipAddress }), Boolean)).statements;
    const known = await ask((await account()).email);
    const { locked: _, 'by a provider alone': __, ...names } = await refusedNames();

    for (const [why, name] of Object.entries(names))
      expect({ why, statements: await ask(name) }).toEqual({ why, statements: known });
  });
});
