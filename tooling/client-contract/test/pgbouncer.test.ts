import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  authenticateSession,
  connect,
  createClient,
  failureClass,
  healthCheck,
  isTimeout,
  type PrismaClient,
  readinessCheck,
  startSession,
  transaction,
} from '@codezest/db-auth';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-auth/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PgBouncer, pgBouncerVersion, startPgBouncer } from './pgbouncer.js';

let database: TestDatabase;
let userId: Awaited<ReturnType<ReturnType<typeof factories>['user']>>['id'];
let token: string;
const opened: { $disconnect(): Promise<void> }[] = [];
const started: PgBouncer[] = [];
beforeAll(async () => {
  if (pgBouncerVersion === undefined) return;
  database = await createTestDatabase();
  ({ id: userId } = await factories(database.client).user());
  ({ token } = await startSession(database.client, { userId, loginMethod: 'PASSWORD' }));
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`ALTER DATABASE ${database.name} SET TimeZone = 'Asia/Kolkata'`);
  await admin.query('CREATE TABLE written (n int)');
  await admin.end();
});
afterAll(async () => {
  for (const client of opened) await client.$disconnect();
  for (const bouncer of started) await bouncer.stop();
  await database?.drop();
});

async function bouncerOf(settings: Record<string, string | number>): Promise<string> {
  const bouncer = await startPgBouncer(database.url, settings);
  started.push(bouncer);
  return bouncer.url;
}
function clientOf(url: string): PrismaClient {
  const client = createClient({ url });
  opened.push(client);
  return client;
}

/** Every way in which a call can be made. */
const calls: Record<string, (client: PrismaClient) => Promise<unknown>> = {
  'connect()': (c) => connect(c),
  'a model call': (c) => c.user.findUniqueOrThrow({ where: { id: userId } }),
  'hand-written SQL': (c) => authenticateSession(c, token),
  'a list of calls': (c) => c.$transaction([c.user.count(), c.session.count()]),
  'a callback': (c) =>
    c.$transaction(async (open) => {
      await open.$executeRaw`INSERT INTO written VALUES (1)`;
      return open.user.count();
    }),
  'transaction()': (c) => transaction(c, (open) => open.session.count()),
};

const notRun = pgBouncerVersion === undefined ? ' (not run: PgBouncer is not installed)' : '';
describe.skipIf(pgBouncerVersion === undefined).each(['session', 'transaction'])(
  `behind ${pgBouncerVersion ?? 'PgBouncer'} in %s mode${notRun}`,
  (mode) => {
    let url: string;
    beforeAll(async () => {
      url = await bouncerOf({ pool_mode: mode });
    });

    test('a URL that does not say so gets an error that names the cause and the parameter, whatever is called', async () => {
      const client = clientOf(url);
      for (const call of Object.values(calls)) {
        const refused = await call(client).then(
          () => 'answered',
          (error: unknown) => error,
        );
        expect(refused).toMatchObject({
          code: 'DATABASE_BEHIND_POOLER',
          message: expect.stringContaining('pgbouncer=true'),
        });
      }
      expect(await healthCheck(client)).toMatchObject({
        healthy: false,
        problem: expect.stringContaining('pgbouncer=true'),
      });
    });

    test('with pgbouncer=true every call works, 64 at a time, and the client is ready', async () => {
      const client = clientOf(`${url}?pgbouncer=true`);

      const ways = Object.values(calls);
      await Promise.all(Array.from({ length: 64 }, (_, at) => ways[at % ways.length]?.(client)));

      expect(await readinessCheck(client)).toMatchObject({ ready: true, timeZone: 'UTC' });
    });

    test('an instant is stored as it was given, whatever zone the database has', async () => {
      const instant = new Date('2026-03-29T01:30:00.123Z');
      const client = clientOf(`${url}?pgbouncer=true`);
      const [row] = await client.$queryRaw<
        { epoch: number }[]
      >`SELECT extract(epoch FROM ${instant}::timestamptz)::float8 AS epoch`;

      expect(row?.epoch).toBe(instant.getTime() / 1000);
    });

    test('migrate and doctor name the pooler and what to set', () => {
      const entry = createRequire(import.meta.url).resolve('@codezest/db-auth');
      const cli = join(dirname(entry), '../../bin/codezest-db-auth.js');
      const run = (command: string) =>
        spawnSync(process.execPath, [cli, command], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, AUTH_DATABASE_URL: url },
        });

      // A session of its own is all that a migration needs.
      if (mode === 'session') expect(run('migrate')).toMatchObject({ status: 0 });
      else expect(run('migrate').stderr).toContain('AUTH_MIGRATE_DATABASE_URL');
      expect(run('doctor').stderr).toContain('pgbouncer=true');
    });
  },
);

describe.skipIf(pgBouncerVersion === undefined)(`behind PgBouncer${notRun}`, () => {
  test('statements that other clients have named too run all the same, and health names the pooler', async () => {
    const url = await bouncerOf({
      pool_mode: 'transaction',
      default_pool_size: 4,
      ignore_startup_parameters: 'options',
    });
    const clients = [clientOf(url), clientOf(url)];
    const failures: string[] = [];
    const ways = Object.entries(calls);
    await Promise.all(
      Array.from({ length: 96 }, async (_, at) => {
        const [way, call] = ways[at % ways.length] as (typeof ways)[number];
        await call(clients[at % 2] as PrismaClient).catch((error: unknown) =>
          failures.push(`${way}: ${error}`),
        );
      }),
    );

    expect(failures).toEqual([]);
    expect(await healthCheck(clients[0])).toMatchObject({
      healthy: false,
      problem: expect.stringContaining('pgbouncer=true'),
    });
  });

  test('more connections than the pooler has are a class of their own', async () => {
    const url = await bouncerOf({ pool_mode: 'transaction', default_pool_size: 1, query_wait_timeout: 1 });
    const client = clientOf(`${url}?pgbouncer=true`);

    await client.$transaction(async (open) => {
      await open.$executeRaw`SELECT 1`;
      const refused = await client.user.count().catch((error: unknown) => error);
      expect(failureClass(refused)).toBe('unavailable');
    });
  });

  test('an answer that a pooler never gives has a name, a cause and a class', async () => {
    const url = await bouncerOf({ pool_mode: 'transaction', default_pool_size: 1 });
    const holder = clientOf(`${url}?pgbouncer=true`);
    const client = clientOf(`${url}?pgbouncer=true&query_timeout=300`);

    await holder.$transaction(async (open) => {
      await open.$executeRaw`SELECT 1`;
      for (const call of ['a model call', 'hand-written SQL', 'a callback']) {
        const refused = await calls[call]?.(client).catch((error: unknown) => error);
        expect(refused).toMatchObject({
          code: 'DATABASE_ANSWER_TIMEOUT',
          message: expect.stringContaining('connection_limit'),
        });
        expect([failureClass(refused), isTimeout(refused)]).toEqual(['connection-lost', true]);
      }
    });
    await expect.poll(() => client.user.count().catch(() => 0), { timeout: 30_000 }).toBe(1);
  });
});
