import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { backfill, backfillStatus } from '@codezest/db-core/migrations';
import { createTestDatabase } from '@codezest/db-core/testing';
import { packageDirectory } from '@codezest/schema-docs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lint } from '../src/lint.js';
import { reportLocks } from '../src/locks/report-locks.js';
import { createBackfill, createMigration } from '../src/new-migration.js';
import { parseMigration } from '../src/parse.js';

// A call of Prisma's CLI takes seconds.
const SLOW = 120_000;
const service = 'notifications';
const now = new Date('2027-01-02T03:04:05Z');

let directory: string;
beforeAll(() => {
  const original = packageDirectory(service);
  directory = mkdtempSync(join(tmpdir(), 'package-'));
  for (const part of ['prisma', 'prisma.config.ts', 'package.json']) {
    cpSync(join(original, part), join(directory, part), { recursive: true });
  }
  symlinkSync(join(original, 'node_modules'), join(directory, 'node_modules'), 'dir');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('what the schema has more becomes a file with limits, its locks said', { timeout: SLOW }, async () => {
  const schema = join(directory, 'prisma/schema/email.prisma');
  const before = readFileSync(schema, 'utf8');
  writeFileSync(schema, before.replace(/^model \w+ \{$/m, '$&\n  nickname String? @db.VarChar(50)'));

  const file = await createMigration({ service, directory }, 'add_nickname', now);

  const text = readFileSync(file, 'utf8');
  expect(basename(dirname(file))).toBe('20270102030405_add_nickname');
  expect(text).toMatch(/^-- add nickname: .*\nSET LOCAL lock_timeout = '3s';\nSET LOCAL statement_timeout/);
  expect(text).toMatch(/ALTER TABLE "\w+" ADD COLUMN\s+"nickname" VARCHAR\(50\)/);
  const migration = parseMigration({ service, name: 'x', path: 'x', text });
  expect(reportLocks(migration)).toMatch(
    /ADD COLUMN "nickname".*\n.*ACCESS EXCLUSIVE on \w+.*: stops reads and writes; changes the catalog only/,
  );
});

test('a backfill’s frame is what the linter wants, but for the names in it', () => {
  const file = createBackfill({ service, directory }, 'fill_nickname', now);

  const text = readFileSync(file, 'utf8');
  rmSync(file);
  expect(basename(file)).toMatch(/^\d{14}_fill_nickname\.data\.sql$/);
  const migration = parseMigration({ service, name: '20270102030406_fill_nickname', path: file, text });
  const surroundings = { migrations: [], released: [], foreignTables: new Map<string, string>() };
  expect(lint([{ migration, surroundings }], directory).map(({ rule }) => rule)).toEqual([
    'backfill-known-tables',
  ]);
  expect(reportLocks(migration)).toMatch(
    /In batches.*\n.*\n.*ROW EXCLUSIVE on the_table.*: stops nothing but the rows it writes/,
  );
});

test('the frame moves every row of a table with UUIDs once', async () => {
  const migrationsDirectory = join(directory, 'filled/prisma/migrations');
  mkdirSync(join(migrationsDirectory, '20260101000000_initial'), { recursive: true });
  writeFileSync(
    join(migrationsDirectory, '20260101000000_initial/migration.sql'),
    `CREATE TABLE the_table (id uuid PRIMARY KEY, old_form int, new_form int);
     INSERT INTO the_table SELECT gen_random_uuid(), n FROM generate_series(1, 2500) n;`,
  );
  const database = await createTestDatabase({ service, migrationsDirectory });
  createBackfill({ service, directory: join(directory, 'filled') }, 'fill', now);

  expect(await backfill({ url: database.url, migrationsDirectory, service })).toHaveLength(1);

  expect(await backfillStatus({ url: database.url, migrationsDirectory, service })).toMatchObject([
    { state: 'finished', rows: 2500 },
  ]);
  await database.drop();
});

test('a name is given once, and a slow clock does not put a file before another', {
  timeout: SLOW,
}, async () => {
  const first = join(directory, 'prisma/migrations/20280101000000_first');
  mkdirSync(first);
  writeFileSync(join(first, 'migration.sql'), 'SELECT 1;');

  await expect(createMigration({ service, directory }, 'first', now)).rejects.toThrow(
    '_first is there already',
  );
  const second = await createMigration({ service, directory }, 'second', now);

  expect(basename(dirname(second))).toBe('20280101000001_second');
});
