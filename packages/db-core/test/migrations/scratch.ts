import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { MigrateOptions, MigrationEvent } from '../../src/migrations/index.js';

/** An empty database and an empty migrations folder, both gone at the end. */
export interface Scratch {
  readonly url: string;
  /** Holds prisma/migrations. */
  readonly packageDirectory: string;
  readonly directory: string;
  readonly events: MigrationEvent[];
  options(overrides?: Partial<MigrateOptions>): MigrateOptions;
  write(name: string, sql: string): void;
  remove(name: string): void;
  query<T extends object>(sql: string): Promise<T[]>;
  client(): Promise<Client>;
  drop(): Promise<void>;
}

export async function createScratch(): Promise<Scratch> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('TEST_DATABASE_URL is set by the vitest setup');
  const name = `runner_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const parsed = new URL(server);
  parsed.pathname = `/${name}`;
  const url = parsed.toString();
  const packageDirectory = mkdtempSync(join(tmpdir(), 'package-'));
  const directory = join(packageDirectory, 'prisma', 'migrations');
  mkdirSync(directory, { recursive: true });
  const open: Client[] = [];
  const events: MigrationEvent[] = [];

  const client = async (): Promise<Client> => {
    const connection = new Client({ connectionString: url, application_name: 'a test' });
    connection.on('error', () => undefined);
    await connection.connect();
    open.push(connection);
    return connection;
  };
  const shared = await client();
  return {
    url,
    packageDirectory,
    directory,
    events,
    client,
    options: (overrides = {}) => ({
      url,
      migrationsDirectory: directory,
      service: 'test',
      version: '1.0.0',
      log: (event) => events.push(event),
      ...overrides,
    }),
    write: (migration, sql) => {
      mkdirSync(join(directory, migration), { recursive: true });
      writeFileSync(join(directory, migration, 'migration.sql'), sql);
    },
    remove: (migration) => rmSync(join(directory, migration), { recursive: true }),
    query: async <T extends object>(sql: string) => (await shared.query<T>(sql)).rows,
    drop: async () => {
      for (const connection of open) await connection.end().catch(() => undefined);
      rmSync(packageDirectory, { recursive: true, force: true });
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
