import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import { sharedThrowawayServerUrl } from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { fillActivity } from './fill-activity.js';
import { fillAuth } from './fill-auth.js';
import { fillLearning } from './fill-learning.js';
import { fillNotifications } from './fill-notifications.js';
import { fillPayments } from './fill-payments.js';

export interface OldDatabase {
  readonly url: string;
  /** A session of the services that use it. */
  readonly client: Client;
  drop(): Promise<void>;
}

/** Statements that fill the tables of one service with so many users and their rows. */
export type Filling = (users: number) => readonly string[];

export const everything: readonly Filling[] = [
  fillAuth,
  fillLearning,
  fillPayments,
  fillNotifications,
  fillActivity,
];

/** A database of the earlier schema with so many users and their rows. */
export async function createOldDatabase(
  users: number,
  filling: readonly Filling[] = [fillAuth],
): Promise<OldDatabase> {
  const server = process.env.TEST_DATABASE_URL ?? (await sharedThrowawayServerUrl());
  const name = newTestDatabaseName('import_source');
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const client = new Client({ connectionString: url.href, options: '-c TimeZone=UTC' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'));
  for (const sql of users > 0 ? filling.flatMap((fill) => fill(users)) : []) await client.query(sql);
  await client.query('ANALYZE');
  await allCommitted(client);
  return {
    url: url.href,
    client,
    async drop() {
      await client.end();
      await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/**
 * A run reads again what may have been written since the last began, by the server's oldest open transaction. Those of other
 * tests on the same server would make a second run read everything.
 */
async function allCommitted(client: Client): Promise<void> {
  const { rows } = await client.query<{ filled: string }>('SELECT pg_current_xact_id()::text AS filled');
  for (;;) {
    const { rowCount } = await client.query(
      'SELECT FROM (SELECT) AS one WHERE pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8',
      [rows[0]?.filled],
    );
    if (rowCount === 1) return;
    await sleep(20);
  }
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
