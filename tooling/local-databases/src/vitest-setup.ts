import { fileURLToPath } from 'node:url';
import { startThrowawayServer } from './throwaway-server.js';

/**
 * Vitest's global setup: one throw-away PostgreSQL per run. Workers inherit the variable. A server named by
 * TEST_DATABASE_URL wins; it is left running.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined;

  const server = await startThrowawayServer({ lookFrom: [fileURLToPath(import.meta.url)] });
  process.env.TEST_DATABASE_URL = server.url;
  return async () => {
    delete process.env.TEST_DATABASE_URL;
    await server.stop();
  };
}
