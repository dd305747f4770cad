import { runSeed } from '@codezest/db-core/seed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../src/seed/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

test('the small seed fills its tables, and a second run adds nothing', async () => {
  const first = await runSeed({ url: database.owner.url, seed, size: 'small' });
  const second = await runSeed({ url: database.owner.url, seed, size: 'small' });

  expect(Object.keys(first.tables).filter((table) => first.tables[table] === 0)).toEqual([]);
  expect(second.rows).toBe(0);
  // The other services' seeds have the same people.
  expect(await database.client.outboxEvent.count()).toBe(0);
  expect(await database.client.user.count({ where: { version: { not: 2 } } })).toBe(0);
});

test('the seed holds every way to log in', async () => {
  const { client } = database;

  const byPasswordOnly = { password: { not: null }, oauthAccounts: { none: {} } };
  const counts = await Promise.all([
    client.user.count({ where: byPasswordOnly }),
    client.user.count({ where: { password: null, oauthAccounts: { some: {} } } }),
    client.session.count({ where: { revokedAt: null } }),
    client.session.count({ where: { revokedReason: 'ROTATED' } }),
    client.loginHistory.count({ where: { success: false } }),
  ]);

  expect(counts.every((count) => count > 0)).toBe(true);
});

test('nothing in the seed happened after its clock stood still', async () => {
  const late = { gt: new Date('2026-11-01T00:00:00Z') };
  const { client } = database;

  const counts = await Promise.all([
    client.user.count({ where: { OR: [{ createdAt: late }, { updatedAt: late }, { lastLoginAt: late }] } }),
    client.session.count({ where: { OR: [{ createdAt: late }, { lastUsedAt: late }, { revokedAt: late }] } }),
    client.loginHistory.count({ where: { createdAt: late } }),
    client.passwordReset.count({ where: { OR: [{ createdAt: late }, { consumedAt: late }] } }),
    client.emailVerification.count({ where: { OR: [{ createdAt: late }, { consumedAt: late }] } }),
  ]);

  expect(counts).toEqual([0, 0, 0, 0, 0]);
});

test('the seed refuses a database that has users and nobody of its own, and writes nothing', async () => {
  const other = await createTestDatabase();
  try {
    // As a developer's own test account may look: only its id is not of the cast.
    await newAccount(other.client, { email: 'ada.lovelace9@example.com', username: 'ada_lovelace9' });

    expect(await refusal(runSeed({ url: other.owner.url, seed, size: 'small' }))).toBe('SEED_REFUSED');
    expect(await other.client.user.count()).toBe(1);
  } finally {
    await other.drop();
  }
});

test('whoever registered in a seeded database is no hindrance to another seed', async () => {
  await newAccount(database.client, { email: 'grace.hopper9@example.com', username: 'grace_hopper9' });

  expect((await runSeed({ url: database.owner.url, seed, size: 'small' })).rows).toBe(0);
});

test('a larger seed adds no example account beside somebody who registered', async () => {
  const before = await database.client.user.count();

  expect(await refusal(runSeed({ url: database.owner.url, seed, size: 'medium' }))).toBe('SEED_REFUSED');
  expect(await database.client.user.count()).toBe(before);
});
