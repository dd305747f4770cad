import { randomBytes } from 'node:crypto';
import { ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  beginLogin,
  beginSecondFactor,
  changePassword,
  completeLogin,
  enableTwoFactor,
  listLoginHistory,
  type PrismaClient,
  provePassword,
  proveRecoveryCode,
  proveSecondFactor,
  startTwoFactorEnrolment,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, passwordHash, racingDatabase, refusal } from './fixtures.js';

const AT_ONCE = 64;
/** One that is lost is rare: `pnpm test:long` looks 200 times. */
const GUESSING_ROUNDS = process.env.LONG_TESTS ? 200 : ROUNDS;
const GUESSING_TIMEOUT = 3_600_000;
const decoyHash = otherPasswordHash;
const REFUSED = { step: 'REFUSED', canRetry: false, locked: null };

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase(AT_ONCE);
  client = database.client;
});
afterAll(() => database?.drop());
beforeEach(() => {
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key}`);
});
afterEach(() => vi.unstubAllEnvs());
const key = randomBytes(32).toString('base64');

const account = async () => (await newAccount(client, { emailVerified: true })).user;

/** As a service does: the password is right where the hash is the account's and the guess is meant to be. */
async function guess(
  emailOrUsername: string,
  isRight: boolean,
  origin: { deviceToken?: string; ipAddress?: string } = {},
) {
  const begun = await beginLogin(client, { emailOrUsername, decoyHash, ...origin });
  return provePassword(client, {
    token: begun.token,
    isRight: isRight && begun.passwordHash === passwordHash,
  });
}

async function logIn(email: string, deviceToken?: string) {
  const login = await guess(email, true, deviceToken === undefined ? {} : { deviceToken });
  if (login.step === 'REFUSED') throw new Error(login.reason);
  const complete = await completeLogin(client, { token: login.token });
  if (complete.step !== 'COMPLETE') throw new Error(complete.step);
  return complete;
}

describe('a login by password', () => {
  test('becomes a session, with history, last login and a known device', async () => {
    const { id, email } = await account();

    const complete = await logIn(email.toUpperCase());

    expect(complete.user).toEqual(await client.user.findUniqueOrThrow({ where: { id } }));
    expect(complete).toMatchObject({
      session: { userId: id, loginMethod: 'PASSWORD' },
      user: { loginAttempts: 0, lockedUntil: null, lastLoginAt: expect.any(Date) },
      deviceToken: expect.any(String),
    });
    expect((await listLoginHistory(client, id)).items).toMatchObject([{ success: true }]);
    expect((await logIn(email, complete.deviceToken ?? '')).deviceToken).toBeNull();
  });

  test('is refused alike for a wrong password, a locked account, nobody, a deleted and a suspended one', async () => {
    const wrong = await guess((await account()).email, false);
    const locked = await account();
    await client.user.update({
      where: { id: locked.id },
      data: { loginAttempts: 5, lockedUntil: new Date(Date.now() + 60_000) },
    });
    const deleted = await account();
    await client.user.update({ where: { id: deleted.id }, data: { deletedAt: new Date() } });
    const suspended = await account();
    await client.user.update({
      where: { id: suspended.id },
      data: { isSuspended: true, suspendedAt: new Date() },
    });
    const byProviderAlone = await newAccount(client);
    await client.oAuthAccount.create({
      data: { userId: byProviderAlone.user.id, provider: 'GITHUB', providerId: 'alone' },
    });
    await client.user.update({ where: { id: byProviderAlone.user.id }, data: { password: null } });

    expect(wrong).toEqual({ ...REFUSED, reason: 'WRONG' });
    const names = [locked, deleted, suspended, byProviderAlone.user].map(({ email }) => email);
    for (const name of [...names, 'nobody@example.com', 'nobody', 'no address@', '\0', ' ']) {
      const begun = await beginLogin(client, { emailOrUsername: name, decoyHash });
      expect(begun).toEqual({
        token: expect.any(String),
        passwordHash: decoyHash,
        legacyPasswordScheme: null,
      });
      expect(await provePassword(client, { token: begun.token, isRight: true })).toEqual({
        ...REFUSED,
        reason: 'NOT_COMPARED',
      });
    }
  });

  test('locks at the fifth failure, tells whom to mail once, and compares nothing after it', async () => {
    const { id: userId, email } = await account();

    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await guess(email, false));

    expect(answers.map((answer) => answer.step === 'REFUSED' && answer.locked)).toEqual([
      null,
      null,
      null,
      null,
      { userId, email },
      null,
    ]);
    expect(await guess(email, true)).toEqual({ ...REFUSED, reason: 'NOT_COMPARED' });
    await client.user.update({ where: { id: userId }, data: { lockedUntil: new Date(Date.now() - 1000) } });
    expect(await guess(email, true)).toMatchObject({ step: 'PROVEN' });
  });

  test(
    `compares five of ${AT_ONCE} guesses at once, exactly, ${GUESSING_ROUNDS} rounds`,
    async () => {
      for (let round = 0; round < GUESSING_ROUNDS; round += 1) {
        const { id, email } = await account();
        const ipAddress = `198.51.100.${round}`;
        const login = { emailOrUsername: email, decoyHash, ipAddress };

        const { won } = await race(() => beginLogin(client, login), AT_ONCE);

        expect(won.filter((begun) => begun.passwordHash === passwordHash)).toHaveLength(5);
        const { loginAttempts, lockedUntil } = await client.user.findUniqueOrThrow({ where: { id } });
        expect([loginAttempts, lockedUntil]).toEqual([AT_ONCE, expect.any(Date)]);
        const source = await client.loginSource.findUniqueOrThrow({ where: { address: ipAddress } });
        expect(source.failedAttempts).toBe(AT_ONCE);
        const proven = await race(
          (n) => provePassword(client, { token: won[n]?.token ?? '', isRight: false }),
          AT_ONCE,
        );
        expect(proven.won.filter((login) => login.step === 'REFUSED' && login.locked)).toHaveLength(1);
        expect(await client.loginHistory.count({ where: { userId: id, success: false } })).toBe(AT_ONCE);
      }
    },
    GUESSING_TIMEOUT,
  );

  test('by a known device gets in while strangers are locked out, and does not let them in', async () => {
    const { email } = await account();
    const { deviceToken } = await logIn(email);
    for (let n = 0; n < 6; n += 1) await guess(email, false);

    expect(await logIn(email, deviceToken ?? '')).toMatchObject({ step: 'COMPLETE' });

    expect(await guess(email, true)).toMatchObject({ step: 'REFUSED', reason: 'NOT_COMPARED' });
    const other = await account();
    for (let n = 0; n < 5; n += 1) await guess(other.email, false, { deviceToken: deviceToken ?? '' });
    expect(await guess(other.email, true, { deviceToken: deviceToken ?? '' })).toMatchObject({
      reason: 'NOT_COMPARED',
    });
  });

  test('counts a known device by itself, which becomes a stranger at the fifth failure', async () => {
    const { id, email } = await account();
    const { deviceToken } = await logIn(email);
    const device = { deviceToken: deviceToken ?? '' };
    for (let n = 0; n < 5; n += 1) await guess(email, false, device);
    expect(await client.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ loginAttempts: 0 });

    for (let n = 0; n < 5; n += 1) await guess(email, false, device);

    expect(await guess(email, true, device)).toMatchObject({ reason: 'NOT_COMPARED' });
  });

  test('shuts out an address that tries a hundred names', async () => {
    const ipAddress = '2001:db8:1:2::7';
    await client.loginSource.create({
      data: {
        address: '2001:db8:1:2::/64',
        failedAttempts: 99,
        windowEndsAt: new Date(Date.now() + 60_000),
      },
    });
    const { email } = await account();
    expect(await guess(email, false, { ipAddress: '[2001:db8:1:2::8%eth0]:443' })).toMatchObject({
      reason: 'WRONG',
    });

    expect(await guess(email, true, { ipAddress })).toMatchObject({ reason: 'NOT_COMPARED' });
    expect(await guess(email, true, { ipAddress: '2001:db8:1:3::7' })).toMatchObject({ step: 'PROVEN' });
  });

  test('is outdated by a new password, and over after its answer', async () => {
    const { id, email } = await account();
    const begun = await beginLogin(client, { emailOrUsername: email, decoyHash });
    const other = await beginLogin(client, { emailOrUsername: email, decoyHash });
    await client.user.update({ where: { id }, data: { passwordChangedAt: new Date() } });

    const outdated = await provePassword(client, { token: begun.token, isRight: true });
    await changePassword(client, { userId: id, passwordHash });

    expect(outdated).toMatchObject({ reason: 'OUTDATED' });
    for (const token of [begun.token, other.token, 'unknown']) {
      expect(await provePassword(client, { token, isRight: true })).toMatchObject({ reason: 'EXPIRED' });
      expect(await completeLogin(client, { token })).toMatchObject({ reason: 'EXPIRED' });
    }
  });

  test('asks for a new password, and for a proven address, before there is a session', async () => {
    const { user } = await newAccount(client);
    await client.user.update({ where: { id: user.id }, data: { mustChangePassword: true } });

    const login = await guess(user.email, true);
    const token = login.step === 'REFUSED' ? '' : login.token;
    expect(login.step).toBe('MUST_CHANGE_PASSWORD');
    expect((await completeLogin(client, { token })).step).toBe('MUST_CHANGE_PASSWORD');
    expect((await completeLogin(client, { token, newPasswordHash: otherPasswordHash })).step).toBe(
      'UNVERIFIED',
    );
    const complete = await completeLogin(client, {
      token,
      newPasswordHash: otherPasswordHash,
      acceptUnverified: true,
    });

    expect(complete).toMatchObject({ step: 'COMPLETE', user: { mustChangePassword: false } });
  });

  test('replaces a legacy hash once it was verified, and demands it', async () => {
    const phpass = '$P$HAtym5nIHOrIm73ai5SHgWrBSrhcR5.';
    const { user } = await newAccount(client, {
      emailVerified: true,
      passwordHash: phpass,
      legacyPasswordScheme: 'PHPASS',
    });
    const begun = await beginLogin(client, { emailOrUsername: user.email, decoyHash });
    expect(begun).toMatchObject({ passwordHash: phpass, legacyPasswordScheme: 'PHPASS' });
    const compared = { token: begun.token, isRight: true };

    expect(await refusal(provePassword(client, compared))).toBe('PASSWORD_REHASH_MISSING');
    expect(await refusal(provePassword(client, { ...compared, newPasswordHash: phpass }))).toBe(
      'PASSWORD_HASH_INVALID',
    );
    expect(await provePassword(client, { ...compared, newPasswordHash: passwordHash })).toMatchObject({
      step: 'PROVEN',
    });
    expect(await guess(user.email, true)).toMatchObject({ step: 'PROVEN' });
  });

  test(`completes once of ${AT_ONCE} at once, ${ROUNDS} rounds`, async () => {
    const { email } = await account();
    for (let round = 0; round < ROUNDS; round += 1) {
      const login = await guess(email, true);
      const token = login.step === 'REFUSED' ? '' : login.token;

      const { won } = await race(() => completeLogin(client, { token }), AT_ONCE);

      expect(won.filter(({ step }) => step === 'COMPLETE')).toHaveLength(1);
    }
  });
});

describe('a second factor', () => {
  const step = () => Math.floor(Date.now() / 30_000);

  async function guarded() {
    const user = await account();
    const credentialId = await startTwoFactorEnrolment(client, {
      userId: user.id,
      secret: 'JBSWY3DPEHPK3PXP',
    });
    const codes = await enableTwoFactor(client, { userId: user.id, credentialId, step: step() - 5 });
    const login = await guess(user.email, true);
    if (login.step !== 'SECOND_FACTOR') throw new Error(login.step);
    return { user, codes, token: login.token };
  }

  test('is asked for before there is a session, and its code works once', async () => {
    const { user, token } = await guarded();
    expect((await completeLogin(client, { token })).step).toBe('SECOND_FACTOR');

    const { credentialId, secret } = await beginSecondFactor(client, token);
    expect(secret).toBe('JBSWY3DPEHPK3PXP');
    const login = await proveSecondFactor(client, { token, credentialId, step: step() });

    expect(login.step).toBe('PROVEN');
    expect(await completeLogin(client, { token })).toMatchObject({ session: { loginMethod: 'TWO_FACTOR' } });
    const again = await guess(user.email, true);
    const next = again.step === 'REFUSED' ? '' : again.token;
    expect(await proveSecondFactor(client, { token: next, credentialId, step: step() })).toMatchObject({
      reason: 'WRONG',
      canRetry: true,
    });
  });

  test('locks at the fifth wrong one, however often the password is right', async () => {
    const { user, codes, token } = await guarded();
    const answers = [];
    for (let n = 0; n < 5; n += 1) {
      const { credentialId } = await beginSecondFactor(client, token);
      answers.push(await proveSecondFactor(client, { token, credentialId, step: null }));
      await guess(user.email, true);
    }
    expect(answers.map((answer) => answer.step === 'REFUSED' && answer.locked?.userId)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      user.id,
    ]);

    const decoy = await beginSecondFactor(client, token);

    expect(decoy.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(
      await proveSecondFactor(client, { token, credentialId: decoy.credentialId, step: step() }),
    ).toMatchObject({
      step: 'REFUSED',
    });
    expect(await proveRecoveryCode(client, { token, code: codes[0] ?? '' })).toMatchObject({
      reason: 'NOT_COMPARED',
    });
  });

  test(
    `gives its secret to five of ${AT_ONCE} at once, and its code to one, ${GUESSING_ROUNDS} rounds`,
    async () => {
      for (let round = 0; round < GUESSING_ROUNDS; round += 1) {
        const { user, token } = await guarded();

        const { won } = await race(() => beginSecondFactor(client, token), AT_ONCE);
        const { twoFactorAttempts } = await client.user.findUniqueOrThrow({ where: { id: user.id } });
        expect(twoFactorAttempts).toBe(AT_ONCE);
        const right = won.filter(({ secret }) => secret === 'JBSWY3DPEHPK3PXP');
        const proven = await race(
          (n) =>
            proveSecondFactor(client, { token, credentialId: won[n]?.credentialId as never, step: step() }),
          AT_ONCE,
        );

        expect(right).toHaveLength(5);
        expect(proven.won.filter((login) => login.step === 'PROVEN')).toHaveLength(1);
      }
    },
    GUESSING_TIMEOUT,
  );

  test(`takes a recovery code from one of ${AT_ONCE} at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { token, codes } = await guarded();

      const { won } = await race(() => proveRecoveryCode(client, { token, code: codes[0] ?? '' }), AT_ONCE);

      expect(won.filter((login) => login.step === 'PROVEN')).toHaveLength(1);
      expect(await completeLogin(client, { token })).toMatchObject({
        session: { loginMethod: 'RECOVERY_CODE' },
      });
    }
  });
});
