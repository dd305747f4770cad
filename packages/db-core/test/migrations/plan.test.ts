import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type MigrateOptions,
  migrate,
  pauseBackfill,
  planMigrations,
  readMigrationFiles,
} from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';

const next = '20260103000000_next';
const fill = '20260102000000_fill';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write('20260101000000_table', 'CREATE TABLE a (id int PRIMARY KEY, name text);');
  await migrate(scratch.options());
});
afterEach(() => scratch.drop());

/** A dry run is worth what it says only if the run then does the same. */
async function bothRefuse(error: object): Promise<void> {
  for (const run of [planMigrations, migrate] as ((options: MigrateOptions) => Promise<unknown>)[]) {
    await expect(run(scratch.options())).rejects.toMatchObject(error);
  }
}
const names = async (): Promise<string[]> =>
  (await planMigrations(scratch.options())).map(({ name }) => name);

async function leaveUnfinished(logs: string): Promise<void> {
  const file = (await readMigrationFiles(scratch.directory)).find(({ name }) => name === next);
  await scratch.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, logs)
    VALUES ('x', '${file?.checksum}', '${next}', '${logs}')`);
}

test("a dry run refuses what Prisma's CLI left unfinished, and not what it is doing now", async () => {
  scratch.write(next, 'CREATE TABLE b (id int);');
  await leaveUnfinished('');

  await bothRefuse({ code: 'MIGRATION_UNFINISHED', migration: next });

  const prisma = await scratch.client();
  await prisma.query('SELECT pg_advisory_lock(72707369)');
  expect(await names()).toEqual([next]);
});

test('a dry run refuses a paused backfill that a migration waits for, and nothing before it is applied', async () => {
  writeFileSync(
    join(scratch.directory, `${fill}.data.sql`),
    'SELECT NULL::text AS cursor, 0 AS rows WHERE $1 < $2',
  );
  const pause = (paused: boolean): Promise<void> =>
    pauseBackfill({ ...scratch.options(), name: fill, paused });
  await pause(true);
  expect(await names()).toEqual([]);
  scratch.write('20260101120000_before', 'CREATE TABLE b (id int);');
  scratch.write(next, 'CREATE TABLE c (id int);');

  await bothRefuse({
    code: 'BACKFILL_PAUSED',
    migration: fill,
    nextStep: `codezest-db-test backfill --resume ${fill}`,
  });
  expect(await scratch.query("SELECT to_regclass('b') AS b")).toEqual([{ b: null }]);

  await pause(false);
  expect(await names()).toEqual(['20260101120000_before', fill, next]);
});

test('a dry run does not name a concurrent file that had finished when its process died', async () => {
  scratch.write(next, 'CREATE INDEX CONCURRENTLY a_name_idx ON a (name)');
  await leaveUnfinished('codezest-migrate concurrent: test');
  expect(await names()).toEqual([next]);
  await scratch.query('CREATE INDEX a_name_idx ON a (name)');

  expect(await names()).toEqual([]);

  expect(await scratch.query('SELECT FROM _prisma_migrations WHERE finished_at IS NULL')).toHaveLength(1);
  await migrate(scratch.options());
  expect(scratch.events.map(({ message }) => message)).toContain(`${next} had finished; recorded it`);
});
