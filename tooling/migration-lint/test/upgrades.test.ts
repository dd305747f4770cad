import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfill, migrate, readReleasedMigrations } from '@codezest/db-core/migrations';
import { dumpStructure } from '@codezest/db-core/structure';
import { createTestDatabase, type TestDatabase } from '@codezest/db-core/testing';
import { type Service, services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { afterEach, describe, expect, it, test } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';
import { structureFile } from '../src/structure.js';
import { copyMigrations, worksUpTo } from '../src/upgrade/history.js';
import { fixtureVersions, lostRows, readFixture, writeRows } from '../src/upgrade/release-fixture.js';

/**
 * What later releases take out of kept rows, or rewrite in them, on purpose: `table` or `table.column`, each with its reason. A
 * contract belongs here as soon as it is written.
 */
const intendedChanges: Record<Service, Record<string, string>> = {
  auth: {},
  learning: {},
  payments: {},
  notifications: {},
  activity: {},
};

const releases = services.flatMap((service) =>
  fixtureVersions(service).map((version) => ({ service, version })),
);
const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

test('every published version has its fixture', async () => {
  for (const service of services) {
    const published = (await readReleasedMigrations(migrationsDirectory(service))).map(
      ({ version }) => version,
    );

    expect(fixtureVersions(service).length, service).toBeGreaterThan(0);
    expect(fixtureVersions(service)).toEqual(expect.arrayContaining(published));
  }
});

describe.each(releases)('db-$service $version', ({ service, version }) => {
  const fixture = readFixture(service, version);

  it('upgrades to today’s structure and keeps every row', async () => {
    const { client, database } = await restored(service, version);
    expect(await lostRows(client, fixture.tables)).toEqual([]);

    await migrate({ url: database.url, migrationsDirectory: migrationsDirectory(service), service });
    await backfill({ url: database.url, migrationsDirectory: migrationsDirectory(service), service });

    const intended = Object.keys(intendedChanges[service]);
    expect(await lostRows(client, fixture.tables, intended), 'See intendedChanges in this file.').toEqual([]);
    expect(readFileSync(structureFile(service), 'utf8')).toContain(await dumpStructure(client));
  });

  it('writes and reads today’s tables as it did its own, up to the first contract', async () => {
    const through = worksUpTo(migrationsDirectory(service), fixture.through) ?? fixture.through;
    const { client } = await migratedThrough(service, through);

    await writeRows(client, fixture.tables);

    expect(await lostRows(client, fixture.tables)).toEqual([]);
  });
});

test('a migration that loses or changes rows is noticed', async () => {
  const { client } = await restored('notifications', fixtureVersions('notifications')[0] ?? '');
  const { tables } = readFixture('notifications', fixtureVersions('notifications')[0] ?? '');
  const [table] = [...tables].find(([, rows]) => rows.length > 10) ?? [''];

  await client.query(`BEGIN; SET LOCAL session_replication_role = 'replica';
    DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} LIMIT 3)`);

  expect(await lostRows(client, tables)).toEqual([
    expect.stringMatching(`^${table}: 3 of \\d+ rows are lost`),
  ]);
});

test('a column that goes is noticed unless it is meant to, and then its rows still count', async () => {
  const [version = ''] = fixtureVersions('notifications');
  const { client } = await restored('notifications', version);
  const { tables } = readFixture('notifications', version);
  const rows = tables.get('user_devices')?.length ?? 0;
  expect(rows).toBeGreaterThan(1);
  await client.query('ALTER TABLE user_devices DROP COLUMN model');

  expect(await lostRows(client, tables)).toEqual([
    `user_devices: ${rows} of ${rows} rows are lost or changed`,
  ]);
  expect(await lostRows(client, tables, ['user_devices.model'])).toEqual([]);

  await client.query('DELETE FROM user_devices WHERE ctid IN (SELECT ctid FROM user_devices LIMIT 1)');
  expect(await lostRows(client, tables, ['user_devices.model'])).toEqual([
    `user_devices: 1 of ${rows} rows are lost or changed`,
  ]);
});

/** A database as the release left it, its rows in it. */
async function restored(
  service: Service,
  version: string,
): Promise<{ client: Client; database: TestDatabase }> {
  const { through, tables } = readFixture(service, version);
  expect([...tables.values()].flat().length).toBeGreaterThan(100);
  const made = await migratedThrough(service, through);
  await writeRows(made.client, tables);
  return made;
}

async function migratedThrough(
  service: Service,
  through: string,
): Promise<{ client: Client; database: TestDatabase }> {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  copyMigrations(migrationsDirectory(service), through, folder);
  const database = await createTestDatabase({ service, migrationsDirectory: folder });
  const client = new Client({ connectionString: database.url });
  undo.push(
    () => database.drop(),
    () => client.end(),
  );
  await client.connect();
  return { client, database };
}
