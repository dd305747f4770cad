import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrationsDirectory, readMigrations } from '../src/repository.js';
import { copyMigrations, worksUpTo } from '../src/upgrade/history.js';
import { packageToKeep } from '../src/upgrade/keep-package.js';
import { readKeptPackage, replaceKeptPackage } from '../src/upgrade/kept-package.js';
import { type InstalledRelease, installRelease } from '../src/upgrade/run-suite.js';

// What is built here stands for the last release, kept as one; the migrations of a next one are made up.
const SLOW = 5 * 60_000;
const service = 'notifications';
const newest = readMigrations(service, migrationsDirectory(service)).at(-1)?.name ?? '';
const next = '29990101000000_next';

let directory: string;
let migrations: string;
let release: InstalledRelease;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  migrations = join(directory, 'migrations');
  mkdirSync(join(directory, service));
  const { version } = await packageToKeep(service).then((kept) => {
    replaceKeptPackage(service, kept, directory);
    return kept;
  });
  release = installRelease(service, readKeptPackage(service, version, directory));
}, SLOW);
afterAll(() => {
  release?.remove();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(migrations, { recursive: true, force: true });
  copyMigrations(migrationsDirectory(service), newest, migrations);
});

function add(sql: string): void {
  mkdirSync(join(migrations, next));
  writeFileSync(join(migrations, next, 'migration.sql'), sql);
}

test('a migration that expands: the last release passes its tests', { timeout: SLOW }, async () => {
  add('ALTER TABLE user_devices ADD COLUMN nickname text; CREATE TABLE device_groups (id uuid PRIMARY KEY);');
  expect(worksUpTo(migrations, newest)).toBe(next);

  const { passed, failed } = await release.run(migrations, ['factories', 'recipients']);

  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(10);
});

const breaking = {
  'renames a column': 'ALTER TABLE user_devices RENAME COLUMN platform TO system;',
  'drops a column': 'ALTER TABLE user_devices DROP COLUMN platform;',
  'demands a new column': 'ALTER TABLE user_devices ADD COLUMN nickname text NOT NULL;',
};

test.each(Object.entries(breaking))('one that %s: they fail', { timeout: SLOW }, async (_, sql) => {
  add(sql);
  expect(worksUpTo(migrations, newest)).toBe(next);

  const { failed } = await release.run(migrations, ['factories']);

  expect(failed.join('\n')).toMatch(/userDevice/);
});

test('one that is marked as a contract is not asked of it, and nothing behind it', () => {
  add(`-- contract-of: ${newest}\n${breaking['drops a column']}`);
  expect(worksUpTo(migrations, newest)).toBeUndefined();

  cpSync(join(migrations, next), join(migrations, '29990101000001_behind'), { recursive: true });
  expect(worksUpTo(migrations, newest)).toBeUndefined();
});
