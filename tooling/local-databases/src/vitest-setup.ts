import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { dropAbandonedTestDatabases } from './test-databases.js';
import { startThrowawayServer } from './throwaway-server.js';

/**
 * Vitest's global setup: one throw-away PostgreSQL per run, although vitest calls it for the root and for each project that
 * extends it. Workers inherit the variable. A server named by
 * TEST_DATABASE_URL wins; it goes on running, without the databases that this run forgot there.
 */
export async function setup(): Promise<() => Promise<void>> {
  const named = process.env.TEST_DATABASE_URL;
  if (named) return () => dropForgottenDatabases(named);

  const server = await startThrowawayServer({ lookFrom: [fileURLToPath(new URL('.', import.meta.url))] });
  process.env.TEST_DATABASE_URL = server.url;
  return async () => {
    delete process.env.TEST_DATABASE_URL;
    await server.stop();
  };
}

/** A run without tests against the database may name a server that does not answer; that is no failure of the run. */
async function dropForgottenDatabases(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch {
    return;
  }
  await dropAbandonedTestDatabases(client, { ownToo: true });
  await client.end();
}
