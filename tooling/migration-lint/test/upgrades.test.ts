import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfill } from '@codezest/db-core/backfills';
import { migrate, readReleasedMigrations } from '@codezest/db-core/migrations';
import { dumpStructure } from '@codezest/db-core/structure';
import { createTestDatabase, type TestDatabase } from '@codezest/db-core/testing';
import { type Service, services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { afterEach, describe, expect, it, test } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';
import { structureFile } from '../src/structure.js';
import { fixtureVersions, lostRows, readFixture, writeRows } from '../src/upgrade/release-fixture.js';

/** What a later release changes in kept rows on purpose: `service version table`, with the reason. */
const intendedChanges: Record<string, string> = {};

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

    const lost = await lostRows(client, fixture.tables);
    const unintended = lost.filter(
      (line) => !(`${service} ${version} ${line.split(':')[0]}` in intendedChanges),
    );
    expect(unintended).toEqual([]);
    expect(readFileSync(structureFile(service), 'utf8')).toContain(await dumpStructure(client));
  });

  it('writes and reads today’s tables as it did its own, unless a contract has come since', async () => {
    const database = await createTestDatabase({ service, migrationsDirectory: migrationsDirectory(service) });
    const client = await connected(database);

    const broken = await writeRows(client, fixture.tables).then(
      () => lostRows(client, fixture.tables),
      (error: Error) => [error.message],
    );

    expect(contractsAfter(service, fixture.through) || broken.length === 0, broken.join('\n')).toBe(true);
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

async function restored(
  service: Service,
  version: string,
): Promise<{ client: Client; database: TestDatabase }> {
  const { through, tables } = readFixture(service, version);
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(migrationsDirectory(service))) {
    const newer = /^\d{14}_/.test(name) && name > through;
    // The lock names files that this release did not have.
    if (newer || name === 'migrations.lock') continue;
    cpSync(join(migrationsDirectory(service), name), join(folder, name), { recursive: true });
  }
  const database = await createTestDatabase({ service, migrationsDirectory: folder });
  const client = await connected(database);
  expect([...tables.values()].flat().length).toBeGreaterThan(100);
  await writeRows(client, tables);
  return { client, database };
}

async function connected(database: TestDatabase): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  undo.push(
    () => database.drop(),
    () => client.end(),
  );
  await client.connect();
  return client;
}

function contractsAfter(service: Service, through: string): boolean {
  return readdirSync(migrationsDirectory(service))
    .filter((name) => /^\d{14}_\w+$/.test(name) && name > through)
    .some((name) =>
      /^-- contract-of:/m.test(
        readFileSync(join(migrationsDirectory(service), name, 'migration.sql'), 'utf8'),
      ),
    );
}
