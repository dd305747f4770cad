import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, migrationStatus } from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';

const tables = '20260101000000_tables';
const last = '20260102000000_concurrent';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(
    tables,
    `CREATE SCHEMA rules;
     CREATE TABLE rules.a (id int PRIMARY KEY, name text);
     INSERT INTO rules.a SELECT g FROM generate_series(1, 100) g;
     CREATE INDEX a_id_idx ON rules.a (id);
     CREATE TABLE months (at int) PARTITION BY RANGE (at);
     CREATE TABLE january PARTITION OF months FOR VALUES FROM (0) TO (10);
     CREATE INDEX months_at_idx ON months (at);
     INSERT INTO months VALUES (1);`,
  );
  await migrate(scratch.options());
});
afterEach(() => scratch.drop());

const indexes = `SELECT c.relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
  WHERE indrelid = 'rules.a'::regclass AND NOT indisprimary ORDER BY 1`;
const partitions = `SELECT inhrelid::regclass::text AS name, inhdetachpending AS pending FROM pg_inherits
  WHERE inhparent = 'months'::regclass`;
const partitionIndexes = `SELECT c.relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
  WHERE indrelid = 'january'::regclass ORDER BY 1`;
const old = { name: 'a_id_idx', valid: true };

test.each([
  {
    sql: 'CREATE INDEX CONCURRENTLY a_name_idx ON rules.a (name)',
    state: indexes,
    half: [old, { name: 'a_name_idx', valid: false }],
    whole: [old, { name: 'a_name_idx', valid: true }],
  },
  {
    sql: 'DROP INDEX CONCURRENTLY rules.a_id_idx',
    state: indexes,
    half: [{ name: 'a_id_idx', valid: false }],
    whole: [],
  },
  {
    sql: 'REINDEX INDEX CONCURRENTLY rules.a_id_idx',
    state: indexes,
    half: [old, { name: 'a_id_idx_ccnew', valid: false }],
    whole: [old],
  },
  {
    sql: 'REINDEX (CONCURRENTLY) INDEX rules.a_id_idx',
    state: indexes,
    half: [old, { name: 'a_id_idx_ccnew', valid: false }],
    whole: [old],
  },
  {
    sql: 'REINDEX TABLE CONCURRENTLY months',
    state: partitionIndexes,
    half: [
      { name: 'january_at_idx', valid: true },
      // By how far it had come.
      { name: expect.stringMatching(/^january_at_idx_cc(?:new|old)$/), valid: false },
    ],
    whole: [{ name: 'january_at_idx', valid: true }],
  },
  {
    sql: 'ALTER TABLE months DETACH PARTITION january /* of last year */ CONCURRENTLY -- nobody reads it',
    state: partitions,
    half: [{ name: 'january', pending: true }],
    whole: [],
  },
])('$sql, cut off halfway, is mended by the next run', async ({ sql, state, half, whole }) => {
  scratch.write(last, sql);
  const user = await scratch.client();
  await user.query("BEGIN; UPDATE rules.a SET name = 'x' WHERE id = 1; SELECT * FROM months");
  const run = migrate(scratch.options());
  run.catch(() => undefined);
  await cutOff();
  await expect(run).rejects.toMatchObject({ migration: last });
  expect(await scratch.query(state)).toEqual(half);
  await user.query('COMMIT');

  expect(await migrate(scratch.options())).toMatchObject({ applied: [last] });

  expect(await scratch.query(state)).toEqual(whole);
  expect(await scratch.query('SELECT count(*)::int AS n FROM january')).toEqual([{ n: 1 }]);
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true, failed: [] });
});

test.each([
  'ALTER TABLE months DETACH PARTITION january CONCURRENTLY',
  'DROP INDEX CONCURRENTLY /* unused */ "rules"."a_id_idx" -- nobody reads it',
])('%s, done when its process died, is recorded and not run again', async (sql) => {
  scratch.write(last, sql);
  await migrate(scratch.options());
  await scratch.query(`UPDATE _prisma_migrations SET finished_at = NULL, logs = 'codezest-migrate concurrent: test'
    WHERE migration_name = '${last}'`);

  await migrate(scratch.options());

  expect(scratch.events.map(({ message }) => message)).toContain(`${last} had finished; recorded it`);
});

test('an invalid index of somebody else stays', async () => {
  await scratch.query('CREATE INDEX b_ccnew ON rules.a (name)');
  await scratch.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'rules.b_ccnew'::regclass");
  scratch.write(last, 'CREATE INDEX CONCURRENTLY a_name_idx ON rules.a (name)');

  await migrate(scratch.options());

  expect(await scratch.query(indexes)).toContainEqual({ name: 'b_ccnew', valid: false });
});

/** Ends the server's session once it waits for the user's transaction, as the death of either process does. */
async function cutOff(): Promise<void> {
  for (;;) {
    const ended = await scratch.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'test-migrate@1.0.0' AND wait_event_type = 'Lock'`,
    );
    if (ended.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
