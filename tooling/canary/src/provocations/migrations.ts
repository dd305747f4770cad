import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeCli } from '@codezest/db-core/cli';
import { applyRoles } from '@codezest/db-core/roles';
import { Client } from 'pg';
import type { Collection } from '../collection.js';
import type { Evidence } from '../search.js';
import type { Give } from '../ways-in/way-in.js';
import { wrongUrls } from './connections.js';

/** Migrations that fail because of what the rows hold, by what PostgreSQL then quotes. */
const failing: Readonly<Record<string, string>> = {
  'a cast': 'ALTER TABLE people ALTER COLUMN name TYPE integer USING name::integer;',
  'a unique index': 'CREATE UNIQUE INDEX people_name_key ON people (name);',
  'a check': "ALTER TABLE people ADD CONSTRAINT people_name_check CHECK (name = 'x');",
  'a foreign key':
    'ALTER TABLE people ADD CONSTRAINT people_name_fkey FOREIGN KEY (name) REFERENCES teams (name);',
  'an exclusion': 'ALTER TABLE people ADD CONSTRAINT people_name_excl EXCLUDE USING btree (name WITH =);',
  'a function': `DO $$ BEGIN PERFORM name::date FROM people; END $$;`,
  'a cast to an id': 'ALTER TABLE people ALTER COLUMN name TYPE uuid USING name::uuid;',
};

const initial =
  'CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL); CREATE TABLE teams (name text PRIMARY KEY);';

/**
 * Migrates a database of people with migrations that their names break, by the command line as packages have it. Gives
 * what the history then holds: it is read like a log.
 */
export async function failMigrations(
  serverUrl: string,
  give: Give,
  collection: Collection,
): Promise<Evidence[]> {
  const folder = mkdtempSync(join(tmpdir(), 'canary-'));
  writeFileSync(join(folder, 'package.json'), '{"version":"1.0.0"}');
  const history: Evidence[] = [];
  try {
    for (const [index, [kind, sql]] of Object.entries(failing).entries()) {
      const url = await createDatabase(
        serverUrl,
        `canary_migration_${index}`,
        give.secret('password of the migrator'),
      );
      writeMigration(folder, '20260101000000_initial', initial);
      rmSync(join(folder, 'prisma/migrations/20260201000000_next'), { recursive: true, force: true });
      await run(folder, url, ['migrate'], collection, kind);
      await fill(url, give.text('name of a person'));
      writeMigration(folder, '20260201000000_next', sql);
      for (const args of [['migrate'], ['migrate', '--json'], ['status']]) {
        await run(folder, url, args, collection, kind);
      }
      history.push({ place: `history: ${kind}`, text: await logsOf(url) });
    }
    for (const url of wrongUrls(serverUrl, give)) {
      await run(folder, url, ['status', '--wait', '0'], collection, 'a wrong URL');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return history;
}

/** A database of its own with the roles of a service; gives the way in of the one that migrates. */
async function createDatabase(serverUrl: string, database: string, password: string): Promise<string> {
  const { names } = await applyRoles({
    definition: { ...nothing, service: 'canary' },
    adminUrl: serverUrl,
    database,
    prefix: 'canary_migrations',
    passwords: { migrator: password },
  });
  const url = new URL(serverUrl);
  Object.assign(url, { username: names.migrator, password, pathname: `/${database}` });
  return url.href;
}

const nothing = { appendOnly: [], neverDeleted: [], referenceData: [], secretColumns: [], inbox: [] };

function writeMigration(folder: string, name: string, sql: string): void {
  mkdirSync(join(folder, 'prisma/migrations', name), { recursive: true });
  writeFileSync(join(folder, 'prisma/migrations', name, 'migration.sql'), sql);
}

async function run(
  packageDirectory: string,
  url: string,
  argv: string[],
  collection: Collection,
  kind: string,
): Promise<void> {
  const stream = { write: (text: string) => collection.add(`migration with ${kind}`, text) };
  await executeCli(
    { service: 'canary', package: packageDirectory },
    { argv, env: { DATABASE_URL: url, CODEZEST_DEBUG: '1' }, stdout: stream, stderr: stream },
  );
}

/** Two of one name, so that a unique index fails too. */
async function fill(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('INSERT INTO people (name) VALUES ($1), ($1)', [name]);
  await client.end();
}

async function logsOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ logs: string | null }>('SELECT logs FROM _prisma_migrations');
  await client.end();
  return rows.map(({ logs }) => logs ?? '').join('\n');
}
