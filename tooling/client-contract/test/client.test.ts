import { inspect } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packages } from './packages.js';

const DEAD = 'postgresql://someone:s3cret@127.0.0.1:1/nowhere';

const byService = packages.map((each) => [each.service, each] as const);

describe.each(byService)('the client of db-%s', (service, { package: database, createTestDatabase }) => {
  const variable = `${service.toUpperCase()}_DATABASE_URL`;
  let url: string;
  let drop: () => Promise<void>;
  const opened: { $disconnect(): Promise<void> }[] = [];
  const clientOf = (options: { url?: string } = { url }) => {
    const client = new database.PrismaClient(options);
    opened.push(client);
    return client;
  };
  const ask = async <Row>(sql: string, client = clientOf()): Promise<Row> =>
    ((await client.$queryRawUnsafe(sql)) as Row[])[0] as Row;

  beforeAll(async () => {
    const created = await createTestDatabase();
    ({ url } = created);
    drop = () => created.drop();
  });
  afterEach(async () => {
    for (const client of opened.splice(0)) await client.$disconnect();
    delete process.env[variable];
    delete process.env.DATABASE_URL;
  });
  afterAll(() => drop());

  it('can be built without a URL, and names the variable at its first query', async () => {
    const client = clientOf({});

    await expect(client.$queryRawUnsafe('SELECT 1')).rejects.toThrow(variable);
    await expect(database.connect(client)).rejects.toMatchObject({ code: 'DATABASE_URL_MISSING' });
  });

  it("reads the service's own variable first, then DATABASE_URL", async () => {
    process.env.DATABASE_URL = url;
    expect(await ask('SELECT 1 AS one', clientOf({}))).toEqual({ one: 1 });

    process.env[variable] = DEAD;
    await expect(ask('SELECT 1', clientOf({}))).rejects.toThrow();
  });

  it('connects for real: a dead server is an error that says where, not who', async () => {
    const refusal = await database.connect(clientOf({ url: DEAD })).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(database.isConnectionLost(refusal)).toBe(true);
    expect(inspect(refusal, { showHidden: true, depth: 9 })).not.toMatch(/s3cret|someone/);
    expect(String(refusal)).toContain('127.0.0.1:1');
  });

  it('stores the instant it was given, whatever time zone the database has', async () => {
    const admin = new Client({ connectionString: url });
    await admin.connect();
    const { rows } = await admin.query('SELECT current_database() AS name');
    await admin.query(`ALTER DATABASE "${rows[0].name}" SET TimeZone = 'Asia/Kolkata'`);
    await admin.end();
    const instant = new Date('2026-03-29T01:30:00.123Z');

    // Nor what the URL asks for, directly or behind a pooler, which is sent no options of ours.
    for (const parameters of [
      '',
      '?options=-c%20TimeZone%3DIsrael',
      '?pgbouncer=true&options=-cTimeZone%3DIsrael',
    ]) {
      const client = clientOf({ url: url + parameters });
      const [row] = await client.$queryRaw<
        { epoch: number }[]
      >`SELECT extract(epoch FROM ${instant}::timestamptz)::float8 AS epoch`;

      expect(row?.epoch).toBe(instant.getTime() / 1000);
      expect(await database.healthCheck(client)).toMatchObject({ healthy: true, timeZone: 'UTC' });
    }
  });

  it('reads the instant that is stored, whatever style of dates the database has', async () => {
    const admin = new Client({ connectionString: url });
    await admin.connect();
    const { rows } = await admin.query('SELECT current_database() AS name');
    await admin.query(`ALTER DATABASE "${rows[0].name}" SET DateStyle = 'German'`);
    await admin.end();
    const instant = new Date('2026-03-29T01:30:00.123Z');

    for (const parameters of ['', '?options=-c%20DateStyle%3DGerman', '?pgbouncer=true']) {
      const client = clientOf({ url: url + parameters });

      expect(await client.$queryRaw`SELECT ${instant}::timestamptz AS instant`).toEqual([{ instant }]);
    }
  });

  it('bounds what the server may do for it', async () => {
    const limits = await ask<Record<string, string>>(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
              current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('application_name') AS name`,
    );

    expect(limits).toMatchObject({ statement: '15s', lock: '5s', idle: '30s' });
    expect(limits.name).toMatch(new RegExp(`^codezest-${service}@\\d`));
  });

  it('waits a bounded time for a connection', async () => {
    const client = clientOf({ url: `${url}?connection_limit=1&connect_timeout=1` });
    const held = client.$transaction((transaction) => transaction.$executeRawUnsafe('SELECT pg_sleep(2.5)'));
    await new Promise((resolve) => setTimeout(resolve, 200));

    const refusal = await client.$queryRawUnsafe('SELECT 1').catch((error: unknown) => error);

    expect(database.isTimeout(refusal)).toBe(true);
    await held;
    expect(await ask('SELECT 1 AS one', client)).toEqual({ one: 1 });
  });

  it('keeps its connection when the server refuses a statement', async () => {
    const client = clientOf({ url: `${url}?connection_limit=1` });
    const session = () => ask('SELECT pg_backend_pid() AS pid', client);
    const before = await session();

    await expect(client.$queryRawUnsafe('SELECT 1 / 0')).rejects.toThrow();

    expect(await session()).toEqual(before);
  });

  it('works in both forms of transaction, and rolls back whole', async () => {
    const client = clientOf();
    await client.$executeRawUnsafe('CREATE TABLE IF NOT EXISTS scratch (n int)');
    await client.$transaction([
      client.$executeRawUnsafe('INSERT INTO scratch VALUES (1)'),
      client.$executeRawUnsafe('INSERT INTO scratch VALUES (2)'),
    ]);
    const broken = client.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe('INSERT INTO scratch VALUES (3)');
      throw new Error('changed my mind');
    });

    await expect(broken).rejects.toThrow('changed my mind');
    expect(await ask('SELECT count(*)::int AS count FROM scratch', client)).toEqual({ count: 2 });
  });

  it('shows queries to a listener without the values in them', async () => {
    const client = new database.PrismaClient({ url, log: [{ emit: 'event', level: 'query' }] });
    opened.push(client);
    const events: unknown[] = [];
    client.$on('query', (event) => events.push(event));

    await client.$queryRaw`SELECT ${'canary'}::text AS word`;

    expect(events).toHaveLength(1);
    expect(inspect(events)).toContain('SELECT');
    expect(inspect(events)).not.toContain('canary');
  });

  it('comes back after it was disconnected, and after the server cut its connections', async () => {
    const client = clientOf();
    await ask('SELECT 1', client);
    await client.$disconnect();
    expect(await ask('SELECT 1 AS one', client)).toEqual({ one: 1 });

    const admin = new Client({ connectionString: url });
    await admin.connect();
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await admin.end();
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(await ask('SELECT 1 AS one', client)).toEqual({ one: 1 });
  });

  it('is an instance of its class, as is the one that the process shares', () => {
    expect(clientOf()).toBeInstanceOf(database.PrismaClient);
    expect(database.prisma).toBeInstanceOf(database.PrismaClient);
    expect({}).not.toBeInstanceOf(database.PrismaClient);
  });

  it('is ready on its migrated database, until it is drained', async () => {
    const client = clientOf();
    await database.connect(client);

    expect(await database.readinessCheck(client)).toMatchObject({
      ready: true,
      migration: database.expectedMigration,
    });
    expect(await database.drain(client)).toEqual({ cut: 0 });
    await expect(client.$queryRawUnsafe('SELECT 1')).rejects.toMatchObject({ code: 'CLIENT_DRAINED' });
    expect(await database.readinessCheck(client)).toMatchObject({ ready: false, healthy: false });
  });

  it('answers a health check on a dead server instead of throwing', async () => {
    const health = await database.healthCheck(clientOf({ url: DEAD }));

    expect(health.healthy).toBe(false);
    expect(inspect(health)).not.toMatch(/s3cret|someone/);
  });
});

it('keeps the shared clients of two packages apart', async () => {
  const [first, second] = packages;
  const databases = await Promise.all([first, second].map((each) => each?.createTestDatabase()));
  process.env.AUTH_DATABASE_URL = databases[0]?.url;
  process.env.LEARNING_DATABASE_URL = databases[1]?.url;

  const names = await Promise.all(
    [first, second].map(async (each) => {
      const rows = await each?.package.prisma.$queryRawUnsafe<{ name: string }[]>(
        'SELECT current_database() AS name',
      );
      return rows?.[0]?.name;
    }),
  );

  expect(new Set(names).size).toBe(2);
  for (const each of [first, second]) await each?.package.disconnect();
  for (const database of databases) await database?.drop();
});
