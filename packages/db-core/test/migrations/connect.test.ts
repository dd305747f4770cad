import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../src/migrations/index.js';
import {
  type DatabaseProxy,
  startDisguisingProxy,
  startPooler,
  startProxy,
  startRotatingPooler,
} from './proxy.js';
import { createScratch, type Scratch } from './scratch.js';

let scratch: Scratch;
let entrance: DatabaseProxy | undefined;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(
    '20260101000000_session',
    `CREATE TABLE session AS
    SELECT current_setting('TimeZone') AS zone, current_setting('application_name') AS name,
      current_setting('search_path') AS path, current_setting('work_mem') AS work_mem, current_setting('lock_timeout') AS lock_timeout,
      current_setting('statement_timeout') AS statement_timeout,
      current_setting('client_connection_check_interval') AS check_interval;`,
  );
});
afterEach(async () => {
  await entrance?.close();
  entrance = undefined;
  await scratch.drop();
});

test('every script meets the same session, whatever the role or an earlier script has set', async () => {
  const name = new URL(scratch.url).pathname.slice(1);
  await scratch.query(`ALTER DATABASE ${name} SET TimeZone = 'Asia/Tokyo'`);
  await scratch.query(`ALTER DATABASE ${name} SET search_path = 'nowhere'`);
  scratch.write(
    '20260100000000_before',
    "SET TimeZone = 'Asia/Kolkata'; SET search_path = pg_catalog; SET work_mem = '77MB'",
  );

  await migrate(scratch.options());

  expect(await scratch.query('SELECT * FROM public.session')).toEqual([
    {
      zone: 'UTC',
      name: 'test-migrate@1.0.0',
      path: 'public',
      work_mem: expect.not.stringContaining('77'),
      lock_timeout: '3s',
      statement_timeout: '15min',
      check_interval: '1s',
    },
  ]);
});

test('a database that is starting is waited for', async () => {
  const reserved = await startProxy(scratch.url);
  await reserved.close();
  const { port } = new URL(reserved.url);

  const run = migrate(
    scratch.options({
      url: reserved.url,
      waitMs: 20_000,
      log: (event) => {
        scratch.events.push(event);
        if (event.type === 'waiting-for-database') {
          void startProxy(scratch.url, Number(port)).then((started) => {
            entrance = started;
          });
        }
      },
    }),
  );

  expect(await run).toMatchObject({ applied: ['20260101000000_session'] });
  expect(scratch.events[0]?.message).toMatch(
    /^waiting for postgres\w*:\/\/127\.0\.0\.1:\d+\/runner_\w+: .*ECONNREFUSED/,
  );
});

test('a pooler in transaction mode is noticed, although nothing in its URL says so', async () => {
  entrance = await startPooler(scratch.url);

  await expect(migrate(scratch.options({ url: entrance.url }))).rejects.toMatchObject({
    code: 'DATABASE_BEHIND_POOLER',
    message: expect.stringContaining('two sessions share one server process'),
    nextStep: expect.stringContaining('TEST_MIGRATE_DATABASE_URL'),
  });
});

test('a pooler that spreads sessions over many server processes is noticed as well', async () => {
  entrance = await startRotatingPooler(scratch.url);
  const other = new Client(entrance.url);
  other.on('error', () => undefined);
  await other.connect();

  await expect(migrate(scratch.options({ url: entrance.url }))).rejects.toMatchObject({
    code: 'DATABASE_BEHIND_POOLER',
    message: expect.stringContaining('a session moves from one server process to another'),
  });
});

test('a URL that says pgbouncer=true is refused without a connection', async () => {
  const url = 'postgresql://user:secret@localhost:1/x?pgbouncer=true';

  const refused = migrate(scratch.options({ url }));

  await expect(refused).rejects.toMatchObject({ code: 'DATABASE_BEHIND_POOLER' });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
});

test('a proxy that keeps a session per client is fine', async () => {
  entrance = await startDisguisingProxy(scratch.url);

  expect(await migrate(scratch.options({ url: entrance.url }))).toMatchObject({
    applied: ['20260101000000_session'],
  });
});

test('script and record are one transaction: a record that cannot be written takes the script back', async () => {
  scratch.write('20260102000000_second', 'CREATE TABLE b (id int);');
  await migrate(scratch.options());
  scratch.write('20260103000000_third', 'CREATE TABLE c (id int);');
  await scratch.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no record''; END'`,
  );
  await scratch.query(
    `CREATE TRIGGER refuse BEFORE UPDATE OF finished_at ON _prisma_migrations EXECUTE FUNCTION refuse()`,
  );

  await expect(migrate(scratch.options())).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    statement: undefined,
    message: expect.stringContaining('no record'),
  });

  expect(await scratch.query("SELECT to_regclass('c') AS c")).toEqual([{ c: null }]);
});
