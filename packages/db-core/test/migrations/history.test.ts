import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  baselineMigrations,
  type MigrationErrorCode,
  migrate,
  migrationStatus,
  planMigrations,
  resolveMigration,
} from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';

const first = '20260101000000_first';
const second = '20260102000000_second';
const between = '20260101120000_between';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(first, 'CREATE TABLE a (id int PRIMARY KEY);');
  scratch.write(second, 'ALTER TABLE a ADD COLUMN name text;');
});
afterEach(() => scratch.drop());

async function refusal(attempt: Promise<unknown>): Promise<{ code: MigrationErrorCode; message: string }> {
  const error = await attempt.then(
    () => new Error('it was accepted'),
    (caught) => caught,
  );
  return { code: error.code, message: error.message };
}

test('a file that changed after it was applied is refused by name, before anything runs', async () => {
  await migrate(scratch.options());
  scratch.write(first, 'CREATE TABLE a (id bigint PRIMARY KEY);');
  scratch.write('20260103000000_third', 'CREATE TABLE c (id int);');

  const { code, message } = await refusal(migrate(scratch.options()));

  expect(code).toBe('MIGRATION_CHANGED');
  expect(message).toContain(first);
  expect(await scratch.query("SELECT to_regclass('c') AS c")).toEqual([{ c: null }]);
  expect(await migrationStatus(scratch.options())).toMatchObject({ changed: [first], upToDate: false });
  expect((await refusal(planMigrations(scratch.options()))).code).toBe('MIGRATION_CHANGED');
});

test('line ends that a checkout converted are no change', async () => {
  scratch.write(first, 'CREATE TABLE a (\n  id int PRIMARY KEY\n);\n');
  await migrate(scratch.options());

  scratch.write(first, 'CREATE TABLE a (\r\n  id int PRIMARY KEY\r\n);\r\n');

  expect(await migrationStatus(scratch.options())).toMatchObject({ changed: [], upToDate: true });
});

test('a migration that this package does not hold is refused, unless an older release says so', async () => {
  await migrate(scratch.options());
  scratch.remove(second);

  expect((await refusal(migrate(scratch.options()))).code).toBe('MIGRATION_MISSING');
  expect(await migrationStatus(scratch.options())).toMatchObject({ missing: [second], upToDate: false });

  expect(await migrate(scratch.options({ allowUnknown: true }))).toMatchObject({ applied: [] });
  expect(await migrationStatus({ ...scratch.options(), allowUnknown: true })).toMatchObject({
    upToDate: true,
  });
});

test('a pending file older than the newest applied one is refused, unless its order does not matter', async () => {
  await migrate(scratch.options());
  scratch.write(between, 'CREATE TABLE b (id int);');

  expect((await refusal(migrate(scratch.options()))).code).toBe('MIGRATION_OUT_OF_ORDER');
  expect(await migrationStatus(scratch.options())).toMatchObject({
    outOfOrder: [between],
    pending: [between],
  });

  expect(await migrate(scratch.options({ allowOutOfOrder: true }))).toMatchObject({ applied: [between] });
});

test('files that could not be applied as a whole are refused before a connection is made', async () => {
  const nowhere = { url: 'postgresql://localhost:1/nowhere', waitMs: 0 };
  const refused = async (sql: string): Promise<string> => {
    scratch.write(second, sql);
    const { code, message } = await refusal(migrate(scratch.options(nowhere)));
    expect(code).toBe('MIGRATION_FILES_INVALID');
    return message;
  };

  expect(await refused('SELECT 1;\nCOMMIT;')).toContain('line 2');
  expect(await refused('SELECT 1;\n/* x */ CREATE INDEX CONCURRENTLY i ON a (id);')).toContain(
    'CONCURRENTLY',
  );

  // It would queue every reader behind it for as long as it waits, without a limit.
  expect(await refused('REPACK (CONCURRENTLY) a;')).toContain('none of those');

  scratch.write(second, 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;');
  expect((await refusal(migrate(scratch.options(nowhere)))).code).toBe('DATABASE_UNREACHABLE');

  scratch.write(second, "SELECT 'COMMIT; CONCURRENTLY'; -- COMMIT; CONCURRENTLY");
  expect((await refusal(migrate(scratch.options(nowhere)))).code).toBe('DATABASE_UNREACHABLE');
});

test("an attempt that Prisma's CLI left behind needs a decision; resolve records it", async () => {
  await migrate(scratch.options({ migrationsDirectory: scratch.directory }));
  const third = '20260103000000_third';
  scratch.write(third, 'CREATE TABLE c (id int);');
  const leaveBehind = `INSERT INTO _prisma_migrations (id, checksum, migration_name, logs)
    VALUES (gen_random_uuid(), repeat('0', 64), '${third}', 'A migration failed to apply.')`;
  await scratch.query(leaveBehind);

  expect((await refusal(migrate(scratch.options()))).code).toBe('MIGRATION_UNFINISHED');
  expect(await migrationStatus(scratch.options())).toMatchObject({
    failed: [{ name: third, recovers: false }],
  });

  await resolveMigration({ ...scratch.options(), name: third, as: 'rolled-back' });
  expect(await migrate(scratch.options())).toMatchObject({ applied: [third] });

  const fourth = '20260104000000_fourth';
  scratch.write(fourth, 'CREATE TABLE c (id int);');
  await scratch.query(leaveBehind.replace(third, fourth));
  await resolveMigration({ ...scratch.options(), name: fourth, as: 'applied' });
  expect(await migrationStatus(scratch.options())).toMatchObject({ upToDate: true });
});

test('resolve knows what there is to resolve', async () => {
  await migrate(scratch.options());

  expect((await refusal(resolveMigration({ ...scratch.options(), name: first, as: 'applied' }))).code).toBe(
    'MIGRATION_UNKNOWN',
  );
  expect(
    (await refusal(resolveMigration({ ...scratch.options(), name: 'x', as: 'applied' }))).message,
  ).toContain('holds no migration x');
});

test('a baseline executes nothing, and migrate continues behind it', async () => {
  await scratch.query('CREATE TABLE a (id int PRIMARY KEY)');

  expect(await baselineMigrations({ ...scratch.options(), through: first })).toEqual([first]);
  expect(await migrate(scratch.options())).toMatchObject({ applied: [second], alreadyApplied: 1 });
});

test('an older release that starts beside a newer one finds a held lock and says whose', async () => {
  const holder = await scratch.client();
  await holder.query('SELECT pg_advisory_lock(72707369)');

  const { code, message } = await refusal(migrate(scratch.options({ lockTimeoutMs: 50 })));

  expect(code).toBe('MIGRATION_LOCKED');
  expect(message).toMatch(/pid \d+, a test as /);
  expect((await migrationStatus(scratch.options())).running).toMatch(/pid \d+, a test/);
});
