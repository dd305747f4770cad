import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropAbandonedTestDatabases, newTestDatabaseName } from '../src/test-databases.js';

const server = new Client({ connectionString: process.env.TEST_DATABASE_URL });
beforeAll(() => server.connect());
afterAll(() => server.end());

it('a name fits into what PostgreSQL keeps, and no two are the same', () => {
  const names = Array.from({ length: 1000 }, () => newTestDatabaseName('notifications'));

  expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(63);
  expect(new Set(names).size).toBe(1000);
});

it('drops what dead processes left, and nothing that lives, is in use or is not a test database', async () => {
  const living = newTestDatabaseName('auth');
  const parts = living.split('_');
  const named = (change: Record<number, string>) =>
    parts.map((part, index) => change[index] ?? part).join('_');
  const longAgo = (1_700_000_000).toString(36);
  const dead = named({ 4: 'zzzzz' });
  const deadButUsed = named({ 4: 'zzzzy' });
  const reusedNumber = named({ 5: '1' });
  const elsewhere = named({ 3: '000000' });
  const oldElsewhere = named({ 3: '000000', 6: longAgo });
  const databases = [
    living,
    dead,
    deadButUsed,
    reusedNumber,
    elsewhere,
    oldElsewhere,
    'codezest_test_by_hand',
  ];
  for (const name of databases) await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${deadButUsed}`;
  const user = new Client({ connectionString: url.href });
  await user.connect();

  await dropAbandonedTestDatabases(server);
  const left = (await names()).filter((name) => databases.includes(name));
  await user.end();
  await dropAbandonedTestDatabases(server, { ownToo: true });

  expect(left).toEqual([living, deadButUsed, elsewhere, 'codezest_test_by_hand'].sort());
  expect(await names()).not.toContain(living);
  for (const name of [elsewhere, 'codezest_test_by_hand']) await server.query(`DROP DATABASE ${name}`);
});

async function names(): Promise<string[]> {
  const { rows } = await server.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname LIKE 'codezest\\_test\\_%'`,
  );
  return rows.map((row) => row.name).sort();
}
