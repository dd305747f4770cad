import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  deleteAccount,
  findLoginCandidate,
  type LoginHistory,
  listLoginHistory,
  type PrismaClient,
  recordFailedLogin,
  recordLogin,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, racingDatabase, refusal, rolledBack } from './fixtures.js';

const HALF_AN_HOUR = 30 * 60_000;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function failures(count: number) {
  const { user } = await newAccount(client);
  const failed = [];
  for (let n = 0; n < count; n += 1) failed.push(await recordFailedLogin(client, { userId: user.id }));
  return { userId: user.id, email: user.email, failed };
}

describe('recordLogin', () => {
  test('tells the account when and from where, keeps it in the history, and forgives earlier failures', async () => {
    const { userId } = await failures(4);

    const user = await recordLogin(client, {
      userId,
      loginMethod: 'PASSWORD',
      ipAddress: '2001:db8::7',
      userAgent: 'x'.repeat(2000),
      location: 'Stockholm, SE',
    });

    expect(user).toEqual(await client.user.findUniqueOrThrow({ where: { id: userId } }));
    expect(user).toMatchObject({ loginAttempts: 0, lockedUntil: null, lastLoginIp: '2001:db8::7' });
    const [latest] = (await listLoginHistory(client, userId)).items;
    expect(latest).toMatchObject({ success: true, location: 'Stockholm, SE', createdAt: user.lastLoginAt });
    expect(latest?.userAgent).toHaveLength(1024);
  });

  test('refuses an account that is locked, suspended or deleted', async () => {
    const { userId } = await failures(5);
    const login = { userId, loginMethod: 'PASSWORD' } as const;
    expect(await refusal(recordLogin(client, login))).toBe('ACCOUNT_LOCKED');

    await client.user.update({ where: { id: userId }, data: { isSuspended: true, suspendedAt: new Date() } });
    expect(await refusal(recordLogin(client, login))).toBe('ACCOUNT_UNAVAILABLE');

    await deleteAccount(client, userId);
    expect(await refusal(recordLogin(client, login))).toBe('ACCOUNT_NOT_FOUND');
  });

  test('by OAuth is not stopped by the lock, and does not end it', async () => {
    const { userId } = await failures(5);

    const user = await recordLogin(client, { userId, loginMethod: 'OAUTH' });

    expect(user).toMatchObject({ loginAttempts: 5, lockedUntil: expect.any(Date) });
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await newAccount(client);
    await rolledBack(client, (tx) => recordLogin(tx, { userId: user.id, loginMethod: 'PASSWORD' }));
    await rolledBack(client, (tx) => recordFailedLogin(tx, { userId: user.id }));

    expect(await client.user.findUniqueOrThrow({ where: { id: user.id } })).toEqual(user);
    expect((await listLoginHistory(client, user.id)).items).toEqual([]);
  });

  test(`keeps each of ${CALLERS} logins at once, ${ROUNDS} rounds`, async () => {
    const { user } = await newAccount(client);
    for (let round = 1; round <= ROUNDS; round += 1) {
      await race(() => recordLogin(client, { userId: user.id, loginMethod: 'PASSWORD' }));

      const kept = await client.loginHistory.count({ where: { userId: user.id, success: true } });
      expect(kept).toBe(round * CALLERS);
    }
  });
});

describe('recordFailedLogin', () => {
  test('locks for half an hour at the fifth failure, and says so once', async () => {
    const { email, failed } = await failures(6);

    expect(failed.map(({ loginAttempts }) => loginAttempts)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(failed.map(({ hasLocked }) => hasLocked)).toEqual([false, false, false, false, true, false]);
    expect(failed[3]?.lockedUntil).toBeNull();
    expect(failed[5]?.lockedUntil).toEqual(failed[4]?.lockedUntil);
    const left = (failed[4]?.lockedUntil?.getTime() ?? 0) - Date.now();
    expect(Math.abs(left - HALF_AN_HOUR)).toBeLessThan(60_000);
    expect(await findLoginCandidate(client, email)).toMatchObject({ isLocked: true });
  });

  test('counts anew once the lock is over', async () => {
    const { userId } = await failures(5);
    await client.user.update({ where: { id: userId }, data: { lockedUntil: new Date(Date.now() - 1000) } });

    const failed = await recordFailedLogin(client, { userId });

    expect(failed).toEqual({ loginAttempts: 1, lockedUntil: null, hasLocked: false });
  });

  test('refuses a deleted account', async () => {
    const { user } = await newAccount(client);
    await deleteAccount(client, user.id);

    expect(await refusal(recordFailedLogin(client, { userId: user.id }))).toBe('ACCOUNT_NOT_FOUND');
  });

  test(`counts each of ${CALLERS} at once and locks by one of them, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { user } = await newAccount(client);

      const { won: failed } = await race(() => recordFailedLogin(client, { userId: user.id }));

      const counted = failed.map(({ loginAttempts }) => loginAttempts).sort((a, b) => a - b);
      expect(counted).toEqual(Array.from({ length: CALLERS }, (_, n) => n + 1));
      expect(failed.filter(({ hasLocked }) => hasLocked)).toHaveLength(1);
      expect(await client.loginHistory.count({ where: { userId: user.id, success: false } })).toBe(CALLERS);
    }
  });

  test('lets no right guess in after the lock, however parallel', async () => {
    const { user } = await newAccount(client);
    const before = await findLoginCandidate(client, user.email);
    expect(before?.isLocked).toBe(false);
    await race(() => recordFailedLogin(client, { userId: user.id }));

    const guessed = await race(() => recordLogin(client, { userId: user.id, loginMethod: 'PASSWORD' }));

    expect(guessed).toEqual({ won: [], refused: { ACCOUNT_LOCKED: CALLERS } });
  });
});

test('listLoginHistory lists page by page, latest first, and nothing of others', async () => {
  const { userId } = await failures(7);
  await failures(1);
  const pages: LoginHistory[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await listLoginHistory(client, userId, { limit: 3, cursor });
    pages.push(page.items);
    cursor = page.nextCursor;
  }

  const all = await client.loginHistory.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
  expect(pages.flat()).toEqual(all);
  expect(await refusal(listLoginHistory(client, userId, { limit: 0 }))).toBe('PAGE_INVALID');
});
