import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packageDirectory } from '@codezest/schema-docs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportLocks } from '../src/locks/report-locks.js';
import { createMigration } from '../src/new-migration.js';
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
