import { randomBytes } from 'node:crypto';
import { createClient, type FailureClass, failureClass, type PrismaClient } from '@codezest/db-auth';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-auth/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let admin: Client;
let role: string;
let asRole: (url: URL) => void;
beforeAll(async () => {
  database = await createTestDatabase();
  role = database.name;
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  const password = randomBytes(16).toString('hex');
  await admin.query(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 1 PASSWORD '${password}'`);
  asRole = (url) => {
    Object.assign(url, { username: role, password });
  };
});
afterAll(async () => {
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
  await database.drop();
});

/** How the failure of `work` is classed; its client is gone afterwards. */
async function classOf(
  work: (client: PrismaClient) => Promise<unknown>,
  change: (url: URL) => void = () => {},
): Promise<FailureClass> {
  const url = new URL(database.url);
  change(url);
  const client = createClient({ url: url.href });
  try {
    await work(client);
  } catch (error) {
    return failureClass(error);
  } finally {
    await client.$disconnect();
  }
  throw new Error('nothing failed');
}

const options = (settings: string) => (url: URL) => url.searchParams.set('options', settings);

test('a model call and raw SQL that meet a lock', async () => {
  const make = factories(database.client);
  const { id } = await make.user();
  await admin.query('BEGIN');
  await admin.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [id]);

  const impatient = options('-c lock_timeout=50');
  expect(await classOf((c) => c.user.update({ where: { id }, data: { firstName: 'x' } }), impatient)).toBe(
    'lock',
  );
  expect(await classOf((c) => c.$queryRaw`SELECT 1 FROM users FOR UPDATE NOWAIT`)).toBe('lock');
  await admin.query('ROLLBACK');
});

test('a statement that runs too long', async () => {
  expect(
    await classOf((c) => c.$queryRaw`SELECT pg_sleep(5)::text`, options('-c statement_timeout=50')),
  ).toBe('cancelled');
});

test('a server that is not there, is full, or a pool that has no free connection', async () => {
  const dead = (url: URL) => {
    url.port = '1';
  };
  expect(await classOf((c) => c.user.count(), dead)).toBe('unavailable');
  expect(await classOf((c) => c.$queryRaw`SELECT 1`, dead)).toBe('unavailable');

  const onlyConnection = new URL(database.url);
  asRole(onlyConnection);
  const taken = new Client({ connectionString: onlyConnection.href });
  await taken.connect();
  expect(await classOf((c) => c.$queryRaw`SELECT 1`, asRole)).toBe('unavailable');
  await taken.end();

  const narrow = (url: URL) => {
    url.searchParams.set('connection_limit', '1');
    url.searchParams.set('connect_timeout', '1');
  };
  const both = (c: PrismaClient) =>
    Promise.all([c.$queryRaw`SELECT pg_sleep(2)::text`, c.$queryRaw`SELECT 2`]);
  expect(await classOf(both, narrow)).toBe('unavailable');
});

test('a connection that is cut', async () => {
  const work = async (client: PrismaClient) => {
    const sleeping = client.$queryRaw`SELECT pg_sleep(5)::text, 'cut me'`;
    const cut = async (): Promise<void> => {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep%' AND state = 'active'`,
      );
      if (rowCount === 0) await cut();
    };
    await Promise.all([sleeping, cut()]);
  };

  expect(await classOf(work)).toBe('connection-lost');
});

test('what would fail again', async () => {
  expect(
    await classOf((c) =>
      c.session.delete({ where: { id: '018f0000-0000-7000-8000-000000000001' as never } }),
    ),
  ).toBe('other');
  expect(await classOf((c) => c.$queryRaw`SELECT 1 / 0`)).toBe('other');
  expect(failureClass(new Error('anything'))).toBe('other');
});
