import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startThrowawayServer, type ThrowawayServer } from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, emptyDefaultPartition, ensurePartitions } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventIdAt } from './event-id.js';
import { refusal } from './fixtures.js';

const user = '01900000-0000-7000-8000-000000000001';

async function record(client: Client, at: string): Promise<void> {
  await client.query(
    `INSERT INTO user_activities (id, created_at, user_id, type, description)
     VALUES ($1, $2, '${user}', 'MODULE_STARTED', 'Started')`,
    [eventIdAt(new Date(at)), at],
  );
}

/** What a database of this package is made of, in order. */
const migrations = () => {
  const folder = join(import.meta.dirname, '../prisma/migrations');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(folder, name, 'migration.sql'), 'utf8'));
};

/** As libpq's keywords: a subscription takes no other form of some passwords. */
function keywordsOf(url: string): string {
  const { hostname, port, username, password, pathname } = new URL(url);
  return `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)} dbname=${pathname.slice(1)}`;
}

async function connectedTo(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // A test that fails leaves it to the end of its server.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

describe('a month that many rows wait for', () => {
  let database: TestDatabase;
  let owner: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await connectedTo(database.owner.url);
  });

  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  const placesOf = async (month: string) =>
    (
      await owner.query(
        `SELECT tableoid::regclass::text AS place, count(*)::int AS rows FROM user_activities
         WHERE created_at >= $1::date AND created_at < $1::date + interval '1 month' GROUP BY 1 ORDER BY 1`,
        [month],
      )
    ).rows.map(({ place, rows }) => [place.replace('partitions.user_activities_', ''), rows]);

  const step = async (month: string, most: number) => {
    await owner.query(`SELECT partitions.prepare_step('user_activities', $1)`, [month]);
    const { rows } = await owner.query(
      `SELECT made, done FROM partitions.ensure_step('user_activities', $1, $2)`,
      [month, most],
    );
    return rows[0];
  };

  it('takes them in steps, the latest first, and every row is there after each', async () => {
    for (let day = 10; day < 17; day += 1) await record(owner, `2019-03-${day}T12:00:00Z`);

    expect(await step('2019-03-01', 2)).toEqual({ made: true, done: false });
    expect(await placesOf('2019-03-01')).toEqual([
      ['2019_03', 3],
      ['default', 4],
    ]);
    await record(owner, '2019-03-10T13:00:00Z');
    await record(owner, '2019-03-31T23:59:59.999Z');
    expect(await step('2019-03-01', 2)).toEqual({ made: false, done: false });
    expect(await step('2019-03-01', 2)).toEqual({ made: false, done: true });
    expect(await step('2019-03-01', 2)).toEqual({ made: false, done: true });

    expect(await placesOf('2019-03-01')).toEqual([['2019_03', 9]]);
    const { rows } = await owner.query(
      `SELECT pg_get_expr(relpartbound, oid) AS bound, (SELECT count(*)::int FROM pg_constraint
         WHERE conrelid = c.oid AND conname = 'waiting_rows_are_earlier_check') AS helpers
       FROM pg_class c WHERE oid = 'partitions.user_activities_2019_03'::regclass`,
    );
    expect(rows[0].bound).toMatch(/FROM \('2019-03-01 00:00:00\+00'\) TO \('2019-04-01 00:00:00\+00'\)/);
    expect(rows[0].helpers).toBe(0);
  });

  it('reads none of those that it has taken when it takes more', async () => {
    for (let day = 10; day < 17; day += 1) await record(owner, `2018-03-${day}T12:00:00Z`);
    await step('2018-03-01', 2);
    const said: unknown[] = [];
    owner.on('notice', ({ message }) => said.push(message));
    await owner.query('SET client_min_messages = debug1');

    await step('2018-03-01', 2);
    await owner.query('RESET client_min_messages');

    expect(said).toContain(
      'partition constraint for table "user_activities_2018_03" is implied by existing constraints',
    );
  });

  it('is completed by the next call after one that was cut off', async () => {
    for (let day = 10; day < 17; day += 1) await record(owner, `2017-03-${day}T12:00:00Z`);
    await step('2017-03-01', 2);
    const march = new Date('2017-03-15T00:00:00Z');

    expect(await ensurePartitions(database.owner.client, march, march)).toBe(1);

    expect(await placesOf('2017-03-01')).toEqual([['2017_03', 7]]);
  });

  it('is made with every other month that something waits for', async () => {
    for (let year = 2010; year < 2017; year += 1)
      for (let month = 1; month <= 12; month += 1)
        await record(owner, `${year}-${String(month).padStart(2, '0')}-15T12:00:00Z`);

    expect(await emptyDefaultPartition(database.owner.client)).toBeGreaterThanOrEqual(84);

    const { rows } = await owner.query('SELECT FROM partitions.user_activities_default LIMIT 1');
    expect(rows).toEqual([]);
  });

  it('is waited for: whoever holds the tables for a moment refuses nobody', async () => {
    const other = await connectedTo(database.owner.url);
    await other.query('BEGIN; LOCK TABLE partitions.user_activities_default IN ACCESS SHARE MODE');
    const april = new Date('2018-04-15T00:00:00Z');

    const made = ensurePartitions(database.owner.client, april, april);
    const isRefused = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await owner.query(isRefused)).rows.length === 0);
    while ((await owner.query(isRefused)).rows.length > 0);
    await other.query('COMMIT');

    expect(await made).toBe(2);
    await other.end();
  });

  it('is one that events can be of', async () => {
    const { client } = database.owner;
    const [then, now] = [new Date('2009-12-31T23:59:59Z'), new Date()];
    const farAhead = new Date(now.getTime() + 11 * 366 * 86_400_000);
    for (const [from, to] of [
      [then, now],
      [now, farAhead],
      [now, new Date('2026-01-01T00:00:00Z')],
      [new Date('x'), now],
      [now, new Date('x')],
    ] as const)
      expect(await refusal(ensurePartitions(client, from, to))).toBe('PARTITION_RANGE_INVALID');
  });
});

describe('a logical replica of the activities', () => {
  let servers: ThrowawayServer[];

  beforeAll(async () => {
    const settings = { wal_level: 'logical', max_wal_senders: '4', max_replication_slots: '4' };
    servers = await Promise.all([startThrowawayServer({ settings }), startThrowawayServer({ settings })]);
  });

  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it('has every row while months are filled in steps and others write', async () => {
    const [publisher, subscriber] = await Promise.all(
      servers.map(async ({ url }) => {
        const maintenance = await connectedTo(url);
        await maintenance.query('CREATE DATABASE activity');
        await maintenance.end();
        const own = new URL(url);
        own.pathname = '/activity';
        return own.href;
      }),
    );
    if (!publisher || !subscriber) expect.unreachable('two servers were started');
    const [source, target] = [await connectedTo(publisher), await connectedTo(subscriber)];
    for (const side of [source, target]) for (const sql of migrations()) await side.query(sql);
    for (let day = 1; day < 29; day += 1)
      await record(source, `2019-03-${day}T12:00:00Z`.replace(/-(\d)T/, '-0$1T'));
    await source.query(
      'CREATE PUBLICATION activities FOR TABLE user_activities WITH (publish_via_partition_root = true)',
    );
    await target.query(
      `CREATE SUBSCRIPTION activities CONNECTION '${keywordsOf(publisher)}' PUBLICATION activities`,
    );
    const client = createClient({ url: publisher });

    for (let round = 0; round < 3; round += 1) {
      await source.query(`SELECT partitions.prepare_step('user_activities', '2019-03-01')`);
      await source.query(`SELECT partitions.ensure_step('user_activities', '2019-03-01', 5)`);
      await record(source, `2019-03-0${round + 1}T13:00:00Z`);
      await record(source, `2019-03-30T1${round}:00:00Z`);
    }
    await emptyDefaultPartition(client);

    const content = 'SELECT id, created_at FROM user_activities ORDER BY id';
    const expected = (await source.query(content)).rows;
    expect(expected).toHaveLength(34);
    const [{ lsn }] = (await source.query('SELECT pg_current_wal_insert_lsn()::text AS lsn')).rows;
    const hasAll = `SELECT srsubstate = 'r' AND latest_end_lsn >= '${lsn}'::pg_lsn AS caught_up
      FROM pg_stat_subscription JOIN pg_subscription_rel ON srsubid = subid WHERE relid IS NULL`;
    while ((await target.query(hasAll)).rows[0]?.caught_up !== true);

    expect((await target.query(content)).rows).toEqual(expected);
    await target.query('DROP SUBSCRIPTION activities');
    await client.$disconnect();
    await source.end();
    await target.end();
  });
});
