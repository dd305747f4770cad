import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type MigrationClock,
  migrate,
  migrationStatus,
  planMigrations,
  systemClock,
} from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';

const first = '20260101000000_first';
const second = '20260102000000_second';
const third = '20260103000000_third';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(first, "SET LOCAL lock_timeout = '3s';\nCREATE TABLE a (id int PRIMARY KEY);\n");
  scratch.write(second, 'ALTER TABLE a ADD COLUMN name text;\n');
});
afterEach(() => scratch.drop());

const hurried: MigrationClock = { ...systemClock, sleep: (ms) => systemClock.sleep(ms / 20) };

test('an empty database gets every migration, with the bytes’ checksum in Prisma’s table', async () => {
  const result = await migrate(scratch.options());

  expect(result).toMatchObject({ applied: [first, second], alreadyApplied: 0 });
  const rows = await scratch.query<{
    migration_name: string;
    checksum: string;
    finished_at: Date;
    applied_steps_count: number;
  }>('SELECT * FROM _prisma_migrations ORDER BY started_at');
  expect(rows.map((row) => row.migration_name)).toEqual([first, second]);
  for (const row of rows) {
    const bytes = readFileSync(join(scratch.directory, row.migration_name, 'migration.sql'));
    expect(row.checksum).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(row.finished_at).toBeInstanceOf(Date);
    expect(row.applied_steps_count).toBe(1);
  }
});

test('a second run applies nothing', async () => {
  await migrate(scratch.options());

  expect(await migrate(scratch.options())).toMatchObject({ applied: [], alreadyApplied: 2 });
});

test('a failing file is all or nothing, and says where, what and what next', async () => {
  scratch.write(
    third,
    'CREATE TABLE b (id int);\n\n-- ünïcode 🙂 before it\nINSERT INTO a VALUES (1);\nINSERT INTO a\n  VALUES (1);\n',
  );

  const failure = migrate(scratch.options());

  await expect(failure).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    migration: third,
    sqlState: '23505',
    statement: { number: 3, line: 5 },
  });
  await expect(failure).rejects.toThrow(
    `Migration ${third} failed at statement 3 of 3, line 5:\n  INSERT INTO a VALUES (1)\nERROR: duplicate key value violates unique constraint "a_pkey" (SQLSTATE 23505)`,
  );
  expect(await scratch.query("SELECT to_regclass('b') AS b")).toEqual([{ b: null }]);
  const status = await migrationStatus(scratch.options());
  expect(status).toMatchObject({
    pending: [third],
    failed: [{ name: third, recovers: true }],
    upToDate: false,
  });
  expect(JSON.stringify(status)).not.toContain('already exists');
});

test('a position in the answer finds the line inside the statement', async () => {
  scratch.write(
    third,
    '-- 🙂\nCREATE TABLE b (id int);\nCREATE INDEX b_idx\n  ON b (\n    nothing\n  );\nSELECT 1;',
  );
  await expect(migrate(scratch.options())).rejects.toMatchObject({
    statement: { number: 2 },
    sqlState: '42703',
  });

  scratch.write(third, 'CREATE TABLE b (id int);\nCREATE TABLE c (\n  id int,\n  oops oops\n);');
  await expect(migrate(scratch.options())).rejects.toMatchObject({
    statement: { number: 2, line: 4 },
    sqlState: '42704',
  });
});

test('a corrected file runs after its failure', async () => {
  scratch.write(third, 'SELECT 1/0;');
  await expect(migrate(scratch.options())).rejects.toMatchObject({ sqlState: '22012' });

  scratch.write(third, 'SELECT 1;');
  expect(await migrate(scratch.options())).toMatchObject({ applied: [third] });
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true, failed: [] });
});

test('a locked table is given up, tried again, and taken once it is free', async () => {
  await migrate(scratch.options());
  scratch.write(third, "SET LOCAL lock_timeout = '100ms';\nALTER TABLE a ADD COLUMN other text;");
  const reader = await scratch.client();
  await reader.query('BEGIN; SELECT * FROM a');

  let end: Promise<unknown> | undefined;
  const run = migrate(
    scratch.options({
      clock: hurried,
      log: (event) => {
        scratch.events.push(event);
        if (scratch.events.filter(({ type }) => type === 'retrying').length === 3)
          end ??= reader.query('COMMIT');
      },
    }),
  );

  expect(await run).toMatchObject({ applied: [third] });
  await end;
  const retries = scratch.events.filter((event) => event.type === 'retrying');
  expect(retries).toHaveLength(3);
  expect(retries[0]?.message).toMatch(/SQLSTATE 55P03.*pid \d+, a test/);
});

test.each([
  [0, [750, 1125]],
  [0.5, [1500, 2250]],
])(
  'tries of several migrators drift apart (chance %d), grow, and end with what to do',
  async (chance, pauses) => {
    await migrate(scratch.options());
    scratch.write(third, "SET LOCAL lock_timeout = '20ms';\nALTER TABLE a ADD COLUMN other text;");
    const reader = await scratch.client();
    await reader.query('BEGIN; SELECT * FROM a');
    const slept: number[] = [];
    const clock: MigrationClock = {
      ...systemClock,
      random: () => chance,
      sleep: async (ms) => {
        slept.push(ms);
      },
    };

    await expect(migrate(scratch.options({ clock, attempts: 3 }))).rejects.toMatchObject({
      sqlState: '55P03',
      message: expect.stringContaining('(tried 3 times)'),
      nextStep: expect.stringContaining('end long transactions'),
    });

    expect(slept).toEqual(pauses);
    await reader.query('COMMIT');
    expect(await migrate(scratch.options())).toMatchObject({ applied: [third] });
  },
);

test('a statement that takes too long is ended, and nothing of its file stays', async () => {
  await migrate(scratch.options());
  scratch.write(third, 'CREATE TABLE b (id int);\nSELECT pg_sleep(30);');

  await expect(migrate(scratch.options({ statementTimeoutMs: 100 }))).rejects.toMatchObject({
    sqlState: '57014',
    nextStep: expect.stringContaining('statement_timeout'),
  });

  expect(await scratch.query("SELECT to_regclass('b') AS b")).toEqual([{ b: null }]);
});

test('a plan names what would run and writes nothing, not even the history table', async () => {
  const plan = await planMigrations(scratch.options());

  expect(plan.map((migration) => migration.name)).toEqual([first, second]);
  expect(await scratch.query("SELECT to_regclass('_prisma_migrations') AS t, to_regclass('a') AS a")).toEqual(
    [{ t: null, a: null }],
  );
});

test('a long script says whom it waits for', async () => {
  await migrate(scratch.options());
  scratch.write(third, 'CREATE INDEX CONCURRENTLY a_name_idx ON a (name);');
  const writer = await scratch.client();
  await writer.query('BEGIN; INSERT INTO a VALUES (1)');
  const impatient: MigrationClock = { ...systemClock, every: (_, action) => systemClock.every(20, action) };

  await migrate(
    scratch.options({
      clock: impatient,
      log: (event) => {
        scratch.events.push(event);
        if (event.type === 'progress') void writer.query('COMMIT');
      },
    }),
  );

  const progress = scratch.events.find(({ type }) => type === 'progress');
  expect(progress?.message).toMatch(
    /_third: \d+ s, waiting for pid \d+, a test as \w+, whose transaction is open for \d+ s/,
  );
});

test('a long index says how far it is', async () => {
  await migrate(scratch.options());
  await scratch.query('INSERT INTO a SELECT g FROM generate_series(1, 60) g');
  await scratch.query(`CREATE FUNCTION slow(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_sleep(0.01); RETURN id; END'`);
  scratch.write(third, 'CREATE INDEX CONCURRENTLY a_slow_idx ON a (slow(id));');
  const impatient: MigrationClock = { ...systemClock, every: (_, action) => systemClock.every(20, action) };

  await migrate(scratch.options({ clock: impatient }));

  const progress = scratch.events.filter(({ type }) => type === 'progress').map(({ message }) => message);
  expect(progress.join('\n')).toMatch(/_third: \d s, index: building index/);
});

test('a notice is passed on, but not that IF NOT EXISTS did what it is for', async () => {
  scratch.write(third, "DO $$ BEGIN RAISE WARNING 'careful'; END $$;\nCREATE TABLE IF NOT EXISTS a ();");

  await migrate(scratch.options());

  const notices = scratch.events.filter(({ type }) => type === 'notice');
  expect(notices.map(({ message }) => message)).toEqual(['WARNING: careful']);
});

test('a connection that breaks is reported as such, and the next run continues', async () => {
  await migrate(scratch.options());
  scratch.write(third, 'CREATE TABLE b (id int);\nSELECT pg_terminate_backend(pg_backend_pid());');

  await expect(migrate(scratch.options())).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    nextStep: expect.stringContaining('The connection broke'),
  });

  scratch.write(third, 'CREATE TABLE b (id int);');
  expect(await migrate(scratch.options())).toMatchObject({ applied: [third] });
});
