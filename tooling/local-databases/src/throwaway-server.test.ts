import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startThrowawayServer } from './throwaway-server.js';

it('a throw-away server answers in UTC without fsync, and leaves nothing behind', async () => {
  const server = await startThrowawayServer();

  const settings = await ask(
    server.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('TimeZone') AS zone, current_setting('lc_messages') AS messages`,
  );
  await server.stop();

  expect(settings).toEqual({ fsync: 'off', zone: 'UTC', messages: 'C' });
  expect(existsSync(server.dataDirectory)).toBe(false);
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}
