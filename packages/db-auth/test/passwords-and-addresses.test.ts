import { randomToken, tokenHash } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authenticateSession,
  beginLogin,
  changePassword,
  consumeEmailChange,
  consumeEmailVerification,
  consumePasswordReset,
  deleteAccount,
  issueEmailChange,
  issueEmailVerification,
  issuePasswordReset,
  type PrismaClient,
  requestPasswordReset,
  rotateSession,
  startSession,
  type UserWithoutSecrets,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  newAccount,
  otherPasswordHash,
  passwordHash,
  racingDatabase,
  refusal,
  rolledBack,
} from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const passwordOf = async (id: UserId) =>
  (await client.user.findUniqueOrThrow({ where: { id }, select: { password: true } })).password;
const login = (user: UserWithoutSecrets) =>
  startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });

test('a verified address is marked so on the account', async () => {
  const { user, verificationToken } = await newAccount(client);

  const verified = await consumeEmailVerification(client, verificationToken ?? '');

  expect(verified).toEqual(await client.user.findUniqueOrThrow({ where: { id: user.id } }));
  expect(verified.emailVerified).toBe(true);
});

describe('a new password', () => {
  test('by reset ends all sessions, the lock and a pending move to another address', async () => {
    const { user } = await newAccount(client);
    const { token: session } = await login(user);
    const move = await issueEmailChange(client, { userId: user.id, newEmail: 'thief@example.com' });
    await client.user.update({
      where: { id: user.id },
      data: { loginAttempts: 5, lockedUntil: new Date(Date.now() + 60_000), mustChangePassword: true },
    });
    const { token } = await issuePasswordReset(client, { userId: user.id, ipAddress: '192.0.2.1' });

    const { user: changed } = await consumePasswordReset(client, { token, passwordHash: otherPasswordHash });

    expect(changed).toMatchObject({ loginAttempts: 0, lockedUntil: null, mustChangePassword: false });
    expect(changed.passwordChangedAt).toBeInstanceOf(Date);
    expect(await passwordOf(user.id)).toBe(otherPasswordHash);
    expect(await authenticateSession(client, session)).toBeNull();
    expect(await refusal(consumeEmailChange(client, move.token))).toBe('TOKEN_INVALID');
    const ended = { userId: user.id, revokedReason: 'PASSWORD_CHANGED' } as const;
    expect(await client.session.count({ where: ended })).toBe(1);
  });

  test('by reset gives the browser a device, which strangers who go on guessing do not keep out', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const { token } = await issuePasswordReset(client, { userId: user.id });
    const { deviceToken } = await consumePasswordReset(client, {
      token,
      passwordHash: otherPasswordHash,
      userAgent: 'Lynx',
    });
    await client.user.update({
      where: { id: user.id },
      data: { loginAttempts: 5, lockedUntil: new Date(Date.now() + 60_000) },
    });

    const login = { emailOrUsername: user.email, decoyHash: passwordHash };

    expect((await beginLogin(client, login)).passwordHash).toBe(passwordHash);
    expect((await beginLogin(client, { ...login, deviceToken })).passwordHash).toBe(otherPasswordHash);
  });

  test('is mailed five times an hour to who asks, and the last link goes on to work', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const ask = () => requestPasswordReset(client, { email: user.email });
    const resets = [];
    for (let n = 0; n < 6; n += 1) resets.push(await ask());

    expect(resets.map(Boolean)).toEqual([true, true, true, true, true, false]);
    const last = { token: resets[4]?.token ?? '', passwordHash: otherPasswordHash };
    expect((await consumePasswordReset(client, last)).user.id).toBe(user.id);
    expect(await ask()).toBeNull();
    await client.passwordReset.updateMany({
      where: { userId: user.id },
      data: { createdAt: new Date(Date.now() - 3_600_000) },
    });
    expect(await ask()).not.toBeNull();
  });

  test('by its owner keeps the login in which it was set, and no mailed reset', async () => {
    const { user } = await newAccount(client);
    const [here, there] = [await login(user), await login(user)];
    const reset = await issuePasswordReset(client, { userId: user.id });

    await changePassword(client, {
      userId: user.id,
      passwordHash: otherPasswordHash,
      exceptSessionId: here.session.id,
    });

    expect(await authenticateSession(client, here.token)).not.toBeNull();
    expect(await authenticateSession(client, there.token)).toBeNull();
    const late = { token: reset.token, passwordHash: otherPasswordHash };
    expect(await refusal(consumePasswordReset(client, late))).toBe('TOKEN_INVALID');
  });

  test('that a thief with a session sets again and again does not keep the owner from the link that she asks for', async () => {
    const { user } = await newAccount(client, { emailVerified: true });
    const changedByThief = () => changePassword(client, { userId: user.id, passwordHash: otherPasswordHash });
    // He uses up the mails of the hour, and then ends the last of them.
    for (let n = 0; n < 5; n += 1) await requestPasswordReset(client, { email: user.email });
    await changedByThief();

    const mail = await requestPasswordReset(client, { email: user.email });
    await changedByThief();
    await changedByThief();

    const { user: recovered } = await consumePasswordReset(client, {
      token: mail?.token ?? '',
      passwordHash,
    });
    expect(recovered.id).toBe(user.id);
  });

  test('is refused for a deleted account, and goes with its transaction', async () => {
    const { user } = await newAccount(client);
    const { token } = await login(user);
    const change = { userId: user.id, passwordHash: otherPasswordHash };
    await rolledBack(client, (tx) => changePassword(tx, change));
    expect(await authenticateSession(client, token)).not.toBeNull();

    await deleteAccount(client, user.id);
    expect(await refusal(changePassword(client, change))).toBe('ACCOUNT_NOT_FOUND');
  });

  test(`leaves no session alive that is refreshed meanwhile, ${ROUNDS} rounds`, async () => {
    const { user } = await newAccount(client);
    const change = { userId: user.id, passwordHash: otherPasswordHash };
    for (let round = 0; round < ROUNDS; round += 1) {
      const logins = await Promise.all(Array.from({ length: CALLERS - 1 }, () => login(user)));

      await race((caller): Promise<unknown> => {
        const started = logins[caller];
        return started ? rotateSession(client, { token: started.token }) : changePassword(client, change);
      });

      expect(await client.session.count({ where: { userId: user.id, revokedAt: null } })).toBe(0);
    }
  });
});

describe('a new address', () => {
  test('is the account’s and proven, and what was mailed to the old one stops working', async () => {
    const { user } = await newAccount(client);
    const reset = await issuePasswordReset(client, { userId: user.id });
    const verification = await issueEmailVerification(client, user.id);
    const { token } = await issueEmailChange(client, { userId: user.id, newEmail: 'Ada@Work.example ' });

    const moved = await consumeEmailChange(client, token);

    expect(moved).toMatchObject({ id: user.id, email: 'ada@work.example', emailVerified: true });
    const late = { token: reset.token, passwordHash: otherPasswordHash };
    expect(await refusal(consumePasswordReset(client, late))).toBe('TOKEN_INVALID');
    expect(await refusal(consumeEmailVerification(client, verification.token))).toBe('TOKEN_INVALID');
  });

  test('is refused when it is the old one, or taken by the time it is confirmed', async () => {
    const { user } = await newAccount(client);
    const same = { userId: user.id, newEmail: user.email.toUpperCase() };
    expect(await refusal(issueEmailChange(client, same))).toBe('EMAIL_UNCHANGED');

    const { token } = await issueEmailChange(client, { userId: user.id, newEmail: 'wanted@example.com' });
    const owner = await newAccount(client, { email: 'Wanted@example.com' });
    expect(await refusal(consumeEmailChange(client, token))).toBe('EMAIL_TAKEN');

    await deleteAccount(client, owner.user.id);
    expect(await consumeEmailChange(client, token)).toMatchObject({ email: 'wanted@example.com' });
  });

  test('is refused when the account has moved elsewhere since', async () => {
    const { user } = await newAccount(client);
    const { token } = await issueEmailChange(client, { userId: user.id, newEmail: 'late@example.com' });
    await client.user.update({ where: { id: user.id }, data: { email: 'elsewhere@example.com' } });

    expect(await refusal(consumeEmailChange(client, token))).toBe('TOKEN_INVALID');
  });

  test(`is taken by one of ${CALLERS} accounts, ${ROUNDS} rounds`, async () => {
    const accounts = await Promise.all(Array.from({ length: CALLERS }, () => newAccount(client)));
    const ids = accounts.map(({ user }) => user.id);
    const expiresAt = new Date(Date.now() + 60 * 60_000);
    const issueToAll = async (newEmail: string) => {
      const tokens = accounts.map(randomToken);
      const users = await client.user.findMany({ where: { id: { in: ids } } });
      await client.emailChange.updateMany({
        where: { userId: { in: ids }, consumedAt: null },
        data: { consumedAt: new Date() },
      });
      await client.emailChange.createMany({
        data: users.map(({ id, email }, index) => ({
          userId: id,
          oldEmail: email,
          newEmail,
          tokenHash: tokenHash(tokens[index] ?? ''),
          expiresAt,
          undoTokenHash: tokenHash(tokens[index] ?? ''),
          undoExpiresAt: new Date(expiresAt.getTime() + 60_000),
        })),
      });
      return tokens;
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const tokens = await issueToAll(`contested${round}@example.com`);

      const { won, refused } = await race((caller) => consumeEmailChange(client, tokens[caller] ?? ''));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ EMAIL_TAKEN: CALLERS - 1 });
    }
  });
});
