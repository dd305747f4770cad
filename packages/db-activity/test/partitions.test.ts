import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyDefaultPartition } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventIdAt } from './event-id.js';

let database: TestDatabase;
let clients: Client[];

beforeEach(async () => {
  database = await createTestDatabase();
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
});

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: database.owner.url });
  clients.push(client);
  await client.connect();
  return client;
}

async function record(client: Client, at: string): Promise<void> {
  const id = eventIdAt(new Date(at));
  await client.query(`INSERT INTO user_activities (id, created_at, user_id, type, description)
    VALUES ('${id}', '${at}', '01900000-0000-7000-8000-000000000001', 'MODULE_STARTED', 'Started')`);
}

async function values(client: Client, sql: string): Promise<unknown[]> {
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  return rows.map(([value]) => value);
}

const whereRowsAre = 'SELECT tableoid::regclass::text FROM user_activities ORDER BY created_at';

describe('partitions', () => {
  it('hold a row in the month of its time in UTC, whatever the session’s zone', async () => {
    const client = await connected();
    await client.query("SET TimeZone = 'Pacific/Auckland'");

    await record(client, '2026-06-30T23:59:59.999Z');
    await record(client, '2026-07-01T00:00:00.000Z');

    expect(await values(client, whereRowsAre)).toEqual([
      'partitions.user_activities_2026_06',
      'partitions.user_activities_2026_07',
    ]);
  });

  it('reach a quarter ahead after the migration', async () => {
    const client = await connected();

    const missing = "SELECT partitions.ensure(current_date, (current_date + interval '3 months')::date)";

    expect(await values(client, missing)).toEqual([0]);
  });

  it('lose nothing of a month that has none, and take it over when they are made', async () => {
    const client = await connected();
    await record(client, '2019-03-10T12:00:00Z');
    await record(client, '2019-03-31T23:59:59Z');
    await record(client, '2019-04-01T00:00:00Z');

    const before = await values(client, whereRowsAre);
    const made = await values(client, "SELECT partitions.ensure('2019-03-17', '2019-03-18')");
    const after = await values(client, whereRowsAre);

    expect(before).toEqual(Array(3).fill('partitions.user_activities_default'));
    expect(made).toEqual([2]);
    expect(after).toEqual([
      ...Array(2).fill('partitions.user_activities_2019_03'),
      'partitions.user_activities_default',
    ]);
    expect(await values(client, 'SELECT month::text FROM partitions.waiting()')).toEqual(['2019-04-01']);
    expect(await emptyDefaultPartition(database.owner.client)).toBe(1);
    expect(await values(client, 'SELECT count(*)::int FROM partitions.user_activities_default')).toEqual([0]);
  });

  it('stay append-only, the default one as well, after rows have moved', async () => {
    const client = await connected();
    await record(client, '2019-03-10T12:00:00Z');
    await client.query("SELECT partitions.ensure('2019-03-01', '2019-03-01')");
    await record(client, '2018-03-10T12:00:00Z');

    for (const partition of ['user_activities_2019_03', 'user_activities_default']) {
      await expect(client.query(`DELETE FROM partitions.${partition}`)).rejects.toMatchObject({
        code: '42501',
      });
    }
  });

  it('have the indexes, checks and triggers of their parent', async () => {
    const client = await connected();
    await client.query("SELECT partitions.ensure('2019-03-01', '2019-03-01')");
    const countsOf = async (table: string) =>
      values(
        client,
        `SELECT count(*)::int FROM pg_index WHERE indrelid = '${table}'::regclass AND indisvalid
         UNION ALL SELECT count(*)::int FROM pg_constraint WHERE conrelid = '${table}'::regclass
         UNION ALL SELECT count(*)::int FROM pg_trigger
           WHERE tgrelid = '${table}'::regclass AND tgenabled = 'O' AND (tgtype & 32) = 0 AND tgnewtable IS NULL`,
      );

    for (const table of ['user_activities', 'analytics_events']) {
      const parent = await countsOf(table);

      expect(Math.min(...(parent as number[]))).toBeGreaterThan(0);
      expect(await countsOf(`partitions.${table}_2019_03`)).toEqual(parent);
    }
  });

  it('are made once when several sessions ask at the same time', async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, connected));

    const made = await Promise.all(
      sessions.map((session) => values(session, "SELECT partitions.ensure('2018-01-01', '2018-06-01')")),
    );

    expect(made.flat().reduce((sum: number, count) => sum + Number(count), 0)).toBe(12);
  });

  it('are made while somebody else is in the middle of writing', async () => {
    const [writer, maintainer] = [await connected(), await connected()];
    await writer.query('BEGIN');
    await record(writer, '2026-10-01T12:00:00Z');

    const made = await values(maintainer, "SELECT partitions.ensure('2018-01-01', '2018-01-01')");
    await record(writer, '2026-10-01T12:00:01Z');
    await writer.query('COMMIT');

    expect(made).toEqual([2]);
  });

  it('go when their time is over, with what waited for them, and the rest stays', async () => {
    const client = await connected();
    for (const at of ['2019-03-10T12:00:00Z', '2026-05-31T23:59:59Z', '2026-06-01T00:00:00Z'])
      await record(client, at);

    const dropped = await values(client, "SELECT * FROM partitions.drop_before('2026-06-20')");

    expect(dropped).toContain('user_activities_2019_03');
    expect(dropped).toContain('analytics_events_2026_05');
    expect(dropped).not.toContain('user_activities_2026_06');
    expect(await values(client, whereRowsAre)).toEqual(['partitions.user_activities_2026_06']);
  });
});
