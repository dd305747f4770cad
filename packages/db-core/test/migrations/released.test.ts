import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  backfill,
  expectedMigration,
  migrate,
  migrationStatus,
  readMigrationFiles,
  readReleasedMigrations,
  releasedFileContent,
  releasedFileName,
} from '../../src/migrations/index.js';
import { createScratch, type Scratch } from './scratch.js';

const first = '20260101000000_first';
const second = '20260102000000_second';
const third = '20260103000000_third';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(first, 'CREATE TABLE a (id int PRIMARY KEY);\n');
  scratch.write(second, 'ALTER TABLE a ADD COLUMN name text;\n');
  await release('1.0.0');
});
afterEach(() => scratch.drop());

async function release(version: string): Promise<void> {
  const before = await readReleasedMigrations(scratch.directory);
  const added = (await readMigrationFiles(scratch.directory)).slice(before.length);
  writeFileSync(join(scratch.directory, releasedFileName), releasedFileContent(before, added, version));
}

test('released files apply, and unreleased ones after them', async () => {
  scratch.write(third, 'CREATE TABLE c (id int);');

  expect(await migrate(scratch.options())).toMatchObject({ applied: [first, second, third] });
  expect(await expectedMigration(scratch.directory)).toBe(third);
});

test.each([
  ['edited by one byte', () => scratch.write(first, 'CREATE TABLE a (id int PRIMARY KEY) ;\n')],
  ['removed', () => scratch.remove(second)],
])('a released file that was %s stops every command, also on an empty database', async (_, spoil) => {
  spoil();

  for (const command of [migrate, migrationStatus]) {
    await expect(command(scratch.options())).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('version 1.0.0'),
    });
  }
  expect(await scratch.query("SELECT to_regclass('a') AS a")).toEqual([{ a: null }]);
});

test('a released backfill is history too', async () => {
  const name = '20260103000000_fill';
  const file = join(scratch.directory, `${name}.data.sql`);
  const sql = 'SELECT NULL::text AS cursor, 0 AS rows WHERE $1::text IS NULL OR $2::int > 0';
  writeFileSync(file, sql);
  const kept = releasedFileContent(await readReleasedMigrations(scratch.directory), [{ name, sql }], '1.1.0');
  writeFileSync(join(scratch.directory, releasedFileName), kept);
  expect(await migrate(scratch.options())).toMatchObject({ applied: [first, second] });
  expect(await backfill(scratch.options())).toEqual([name]);

  writeFileSync(file, `${sql} OR true`);

  for (const command of [migrate, migrationStatus, backfill]) {
    await expect(command(scratch.options())).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      migration: name,
    });
  }
});

test('a line of the lock file that was rewritten with its file is noticed by the next line', async () => {
  scratch.write(third, 'CREATE TABLE c (id int);');
  await release('1.1.0');
  const kept = await readReleasedMigrations(scratch.directory);
  scratch.write(first, 'CREATE TABLE a (id bigint PRIMARY KEY);\n');
  const [forged] = await readMigrationFilesWithoutLock();

  writeFileSync(
    join(scratch.directory, releasedFileName),
    releasedFileContent([], forged ? [forged] : [], '1.0.0') +
      kept
        .slice(1)
        .map(({ name, version, hash }) => `${name} ${version} ${hash}\n`)
        .join(''),
  );

  await expect(migrate(scratch.options())).rejects.toMatchObject({ migration: second });
});

test('line ends that a checkout converted are no change', async () => {
  scratch.write(first, 'CREATE TABLE a (id int PRIMARY KEY);\r\n');

  expect(await migrate(scratch.options())).toMatchObject({ applied: [first, second] });
});

test('a release adds lines and keeps those that are there', async () => {
  const before = await readReleasedMigrations(scratch.directory);
  scratch.write(third, 'CREATE TABLE c (id int);');
  await release('1.1.0');

  const after = await readReleasedMigrations(scratch.directory);

  expect(after.map(({ name, version }) => [name, version])).toEqual([
    [first, '1.0.0'],
    [second, '1.0.0'],
    [third, '1.1.0'],
  ]);
  expect(after.slice(0, 2).map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
});

async function readMigrationFilesWithoutLock(): Promise<{ name: string; sql: string }[]> {
  writeFileSync(join(scratch.directory, releasedFileName), '');
  return readMigrationFiles(scratch.directory);
}
