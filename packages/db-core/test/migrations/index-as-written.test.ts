import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, migrationStatus, readMigrationFiles } from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';

const last = '20260102000000_index';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(
    '20260101000000_table',
    `CREATE TYPE colour AS ENUM ('red', 'green');
     CREATE TABLE a (id int PRIMARY KEY, name text COLLATE "C", colour colour, note text);
     CREATE TABLE b (name text);`,
  );
  await migrate(scratch.options());
});
afterEach(() => scratch.drop());

/** The row of an attempt whose process died, with whatever it may have left. */
async function diedAfter(sql: string, left: string): Promise<void> {
  scratch.write(last, sql);
  const file = (await readMigrationFiles(scratch.directory)).find(({ name }) => name === last);
  await scratch.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, logs)
    VALUES ('x', '${file?.checksum}', '${last}', 'codezest-migrate concurrent: test'); ${left}`);
}

const recovered = (): boolean =>
  scratch.events.some(({ message }) => message === `${last} had finished; recorded it`);

test.each([
  'CREATE UNIQUE INDEX CONCURRENTLY "a_i" ON a (name, id DESC NULLS LAST) INCLUDE (note) -- for the list',
  "CREATE INDEX CONCURRENTLY a_i ON public.a (lower(name)) WHERE colour = 'red' AND note IS NOT NULL",
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_i ON a USING btree(name text_pattern_ops) WITH (fillfactor = 80)',
])('%s: built before its process died, it is recorded', async (sql) => {
  await diedAfter(sql, sql.replace('CONCURRENTLY', ''));

  await migrate(scratch.options());

  expect(recovered()).toBe(true);
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true });
});

test.each([
  ['other columns', 'CREATE UNIQUE INDEX a_i ON a (note)'],
  ['no UNIQUE', 'CREATE INDEX a_i ON a (name)'],
  ['another condition', 'CREATE UNIQUE INDEX a_i ON a (name) WHERE id > 1'],
  ['another table', 'CREATE UNIQUE INDEX a_i ON b (name)'],
  ['a table of that name', 'CREATE TABLE a_i (name text)'],
])('one of its name with %s is not taken for it: the server refuses', async (_, left) => {
  await diedAfter('CREATE UNIQUE INDEX CONCURRENTLY a_i ON a (name)', left);

  await expect(migrate(scratch.options())).rejects.toMatchObject({ migration: last, sqlState: '42P07' });

  expect(recovered()).toBe(false);
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: false, pending: [last] });
});

test('an unfinished index of its name on another table is not dropped', async () => {
  await diedAfter(
    'CREATE INDEX CONCURRENTLY a_i ON a (name)',
    "CREATE INDEX a_i ON b (name); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_i'::regclass",
  );

  await expect(migrate(scratch.options())).rejects.toMatchObject({ sqlState: '42P07' });

  expect(await scratch.query("SELECT to_regclass('a_i')::text AS name")).toEqual([{ name: 'a_i' }]);
});
