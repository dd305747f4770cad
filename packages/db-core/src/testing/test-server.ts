import { sharedThrowawayServerUrl } from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { connectionSettings } from '../client/connection-settings.js';
import { redactUrl } from '../connection-url/redact.js';
import { TestDatabaseError } from './errors.js';

/** `CREATE DATABASE … STRATEGY`, and everything that the migrations use. */
const OLDEST_SERVER = 150_000;

/**
 * The server that TEST_DATABASE_URL names; without it, a throw-away PostgreSQL that all workers of this run share and
 * that ends with the run. Its programs are looked for as the package sees them, then as the working directory does.
 */
export async function testServerUrl(packageFolder?: string): Promise<string> {
  return (
    process.env.TEST_DATABASE_URL ||
    sharedThrowawayServerUrl(packageFolder === undefined ? [] : [packageFolder])
  );
}

/** Runs `work` on one connection of its own, so that an idle test process holds none. */
export async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { pool } = connectionSettings(url, 'codezest-test-databases');
  const client = new Client({
    connectionString: pool.connectionString,
    application_name: pool.application_name,
    connectionTimeoutMillis: 10_000,
    ...(pool.ssl === undefined ? {} : { ssl: pool.ssl }),
  });
  // A connection that breaks rejects the query in flight too; the event alone would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new TestDatabaseError(
      'TEST_SERVER_UNREACHABLE',
      `The test server ${redactUrl(url)} does not let us in. Check TEST_DATABASE_URL, or unset it to have a server started.`,
      { cause },
    );
  }
  try {
    await refuseOldServer(client);
    return await work(client);
  } finally {
    await client.end();
  }
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function refuseOldServer(client: Client): Promise<void> {
  // Waiting for another worker's template, and cloning, take as long as they take.
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version, set_config('statement_timeout', '0', false),
            set_config('lock_timeout', '0', false)`,
  );
  const version = rows[0]?.version ?? 0;
  if (version >= OLDEST_SERVER) return;
  throw new TestDatabaseError(
    'TEST_SERVER_TOO_OLD',
    `The test server runs PostgreSQL ${(version / 10_000) | 0}; 15 or later is needed.`,
  );
}
