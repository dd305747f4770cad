import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  baselineMigrations,
  migrate,
  migrationStatus,
  readMigrationFiles,
} from '@codezest/db-core/migrations';
import { dumpStructure } from '@codezest/db-core/structure';
import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import { type Service, services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';

const server = process.env.TEST_DATABASE_URL ?? '';

describe.each(services)('db-%s', (service) => {
  let folder: string;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'migrations-'));
    cpSync(migrationsDirectory(service), folder, { recursive: true });
    // What is released is refused when it differs, and a copy with a mistake in it differs.
    rmSync(join(folder, 'migrations.lock'), { force: true });
    url = await createDatabase(service);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await dropDatabase(url);
  });

  it('a mistake at the end of any of its files leaves nothing of the file behind', async () => {
    const files = await readMigrationFiles(folder);
    expect(files.length).toBeGreaterThan(0);

    for (const [at, { name, sql, mode }] of files.entries()) {
      const file = join(folder, name, 'migration.sql');
      const before = await structureOf(url);
      writeFileSync(file, `${readFileSync(file, 'utf8')}\nSELECT 1/0;\n`);

      // The files before it are applied, and those behind are not reached.
      await expect(migrate({ url, migrationsDirectory: folder, service })).rejects.toMatchObject({
        migration: name,
        // Beside a CONCURRENTLY statement nothing may stand, so that the file is refused before it begins.
        ...(mode === 'transaction' ? { sqlState: '22012' } : { code: 'MIGRATION_FILES_INVALID' }),
      });
      expect(await structureOf(url)).toBe(before);

      writeFileSync(file, sql);
      const rest = files.slice(at + 1).map((other) => other.name);
      for (const other of rest) rmSync(join(folder, other), { recursive: true });
      expect(await migrate({ url, migrationsDirectory: folder, service })).toMatchObject({ applied: [name] });
      for (const other of rest) {
        cpSync(join(migrationsDirectory(service), other), join(folder, other), { recursive: true });
      }
    }
  });
});

test.each(services)(
  'db-%s: a database that has its tables already is adopted, and not a statement runs',
  async (service) => {
    const url = await createDatabase(service);
    const target = { url, migrationsDirectory: migrationsDirectory(service), service };
    await migrate(target);
    const names = (await migrationStatus(target)).applied.map(({ name }) => name);
    await query(url, 'DROP TABLE _prisma_migrations');
    const before = await structureOf(url);
    // Whatever changes a structure is refused from here on, but for the history's own table.
    await query(
      url,
      `CREATE FUNCTION refuse_changes() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
       IF current_query() NOT LIKE 'CREATE TABLE "public"."_prisma_migrations"%' THEN RAISE 'a statement ran'; END IF; END $$;
     CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION refuse_changes()`,
    );

    await expect(migrate(target)).rejects.toMatchObject({
      message: expect.stringContaining('a statement ran'),
    });
    await query(url, 'DELETE FROM _prisma_migrations');
    expect(await baselineMigrations({ ...target, through: names.at(-1) ?? '' })).toEqual(names);
    expect(await migrate(target)).toMatchObject({ applied: [], alreadyApplied: names.length });

    await query(url, 'DROP EVENT TRIGGER refuse; DROP FUNCTION refuse_changes');
    expect(await structureOf(url)).toBe(before);
    expect(await migrationStatus(target)).toMatchObject({ upToDate: true });
    await dropDatabase(url);
  },
);

test('all five: from nothing in 15 seconds, and with nothing to do in one', async () => {
  const urls = new Map<Service, string>();
  for (const service of services) urls.set(service, await createDatabase(service));
  const all = (): Promise<unknown> =>
    Promise.all(
      services.map((service) =>
        migrate({
          url: urls.get(service) ?? '',
          migrationsDirectory: migrationsDirectory(service),
          service,
        }),
      ),
    );

  const fromNothing = await secondsOf(all);
  const upToDate = await secondsOf(all);

  console.log(`from nothing ${fromNothing.toFixed(2)} s, up to date ${upToDate.toFixed(2)} s`);
  expect(upToDate).toBeLessThan(fromNothing);
  for (const url of urls.values()) await dropDatabase(url);
});

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

async function createDatabase(service: Service): Promise<string> {
  const name = newTestDatabaseName(service);
  await query(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function dropDatabase(url: string): Promise<void> {
  await query(server, `DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

async function query(connectionString: string, sql: string): Promise<void> {
  await connected(connectionString, (client) => client.query(sql));
}

function structureOf(connectionString: string): Promise<string> {
  return connected(connectionString, dumpStructure);
}

async function connected<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
