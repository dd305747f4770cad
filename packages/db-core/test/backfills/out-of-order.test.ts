import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  backfill,
  backfillStatus,
  baselineMigrations,
  migrate,
  migrationStatus,
  planMigrations,
  resolveMigration,
} from '../../src/migrations/index.js';
import { createScratch, type Scratch } from '../migrations/scratch.js';

const table = '20260101000000_table';
const hotfix = '20261205000000_hotfix';
const expand = '20261201000000_expand';
const fill = '20261201000100_fill';
const contract = '20270101000000_contract';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(
    table,
    'CREATE TABLE a (id int PRIMARY KEY, old int); INSERT INTO a VALUES (1, 10), (2, 20);',
  );
  scratch.write(hotfix, 'CREATE INDEX a_old_idx ON a (old);');
});
afterEach(() => scratch.drop());

const writeFill = (): void =>
  writeFileSync(
    join(scratch.directory, `${fill}.data.sql`),
    `WITH batch AS (
  SELECT id FROM a WHERE id > coalesce($1::int, 0) AND new IS NULL ORDER BY id LIMIT $2 FOR UPDATE
), changed AS (
  UPDATE a SET new = old FROM batch WHERE a.id = batch.id
)
SELECT max(id)::text AS cursor, count(*) AS rows FROM batch`,
  );
const writeExpandAndFill = (): void => {
  scratch.write(expand, 'ALTER TABLE a ADD COLUMN new int;');
  writeFill();
};
const writeContract = (): void => scratch.write(contract, 'ALTER TABLE a DROP COLUMN old;');
const moved = (): Promise<unknown[]> => scratch.query('SELECT id, new FROM a ORDER BY id');
const bothMoved = [
  { id: 1, new: 10 },
  { id: 2, new: 20 },
];
const allowed = (): Parameters<typeof migrate>[0] => scratch.options({ allowOutOfOrder: true });
const refused = { code: 'MIGRATION_OUT_OF_ORDER', migration: fill };

test('a contract takes nothing away before a backfill that came in below an applied migration', async () => {
  await migrate(scratch.options());
  writeExpandAndFill();
  writeContract();
  await expect(migrate(scratch.options())).rejects.toMatchObject({ code: 'MIGRATION_OUT_OF_ORDER' });

  expect((await planMigrations(allowed())).map(({ name }) => name)).toEqual([expand, fill, contract]);
  await migrate(allowed());

  expect(await moved()).toEqual(bothMoved);
  expect(await backfillStatus(scratch.options())).toMatchObject([{ name: fill, state: 'finished', rows: 2 }]);
});

test('where it alone is older, every command refuses it by name, and says how to run it', async () => {
  scratch.write('20261130000000_expand', 'ALTER TABLE a ADD COLUMN new int;');
  await migrate(scratch.options());
  writeFill();

  await expect(migrate(scratch.options())).rejects.toMatchObject(refused);
  await expect(planMigrations(scratch.options())).rejects.toMatchObject(refused);
  await expect(backfill(scratch.options())).rejects.toMatchObject({
    ...refused,
    nextStep: expect.stringContaining('backfill --allow-out-of-order'),
  });
  expect(await migrationStatus(scratch.options())).toMatchObject({
    outOfOrder: [fill],
    upToDate: false,
    backfills: [{ name: fill, state: 'pending' }],
  });

  expect(await backfill(allowed())).toEqual([fill]);
  expect(await moved()).toEqual(bothMoved);
  expect(await migrate(scratch.options())).toMatchObject({ applied: [] });
  expect(await migrationStatus(scratch.options())).toMatchObject({ outOfOrder: [], upToDate: true });
});

test('a person may say that its rows are done', async () => {
  scratch.write('20261130000000_expand', 'ALTER TABLE a ADD COLUMN new int;');
  await migrate(scratch.options());
  writeFill();

  await resolveMigration({ ...scratch.options(), name: fill, as: 'applied' });

  expect(await migrate(scratch.options())).toMatchObject({ applied: [] });
  expect(await backfill(scratch.options())).toEqual([]);
});

test('a baseline records the backfills before it as finished, and leaves those behind it', async () => {
  writeExpandAndFill();
  const later = '20270201000000_later';
  writeFileSync(
    join(scratch.directory, `${later}.data.sql`),
    'SELECT NULL::text AS cursor, 0 AS rows WHERE $1 < $2',
  );
  await scratch.query('CREATE TABLE a (id int PRIMARY KEY, new int)');

  const recorded = await baselineMigrations({ ...scratch.options(), through: hotfix });

  expect(recorded).toEqual([table, expand, fill, hotfix]);
  expect(await migrate(scratch.options())).toMatchObject({ applied: [], alreadyApplied: 3 });
  expect(await backfillStatus(scratch.options())).toMatchObject([
    { name: fill, state: 'finished' },
    { name: later, state: 'pending' },
  ]);
});

test('an empty database runs it in its place, and has nothing left to refuse', async () => {
  writeExpandAndFill();
  writeContract();

  await migrate(scratch.options());

  expect(await moved()).toEqual(bothMoved);
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true, outOfOrder: [] });
  expect(await migrate(scratch.options())).toMatchObject({ applied: [] });
});
