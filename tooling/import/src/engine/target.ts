import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@codezest/db-types';
import type { Client } from 'pg';
import { ImportError } from '../errors.js';
import { openDatabase } from './connect.js';

/** A killed import holds its lock until the server has noticed. */
const LOCK_WAIT_MS = 30_000;

/**
 * A session of the owner of the tables, alone with them as far as imports go. What is committed may be lost when the server
 * crashes, rows and progress together, and the next run writes them again.
 */
export async function openTarget(service: Service, url: string): Promise<Client> {
  const client = await openDatabase(
    url,
    service,
    `SET synchronous_commit = off; SET codezest.importing = 'on'`,
  );
  try {
    await refuseUnmigrated(client, service);
    const deadline = performance.now() + LOCK_WAIT_MS;
    for (;;) {
      const { rows } = await client.query<{ locked: boolean }>(
        `SELECT pg_try_advisory_lock(hashtextextended('codezest_import', 0)) AS locked`,
      );
      if (rows[0]?.locked) return client;
      if (performance.now() > deadline)
        throw new ImportError(
          'IMPORT_RUNNING',
          `Another import is running into the ${service} database. Wait for its end.`,
        );
      await sleep(200);
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

const FIRST_TABLES: Readonly<Record<Service, string>> = {
  auth: 'users',
  learning: 'programming_languages',
  payments: 'subscriptions',
  notifications: 'recipients',
  activity: 'user_activities',
};

async function refuseUnmigrated(client: Client, service: Service): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `public.${FIRST_TABLES[service]}`,
  ]);
  if (!rows[0]?.there)
    throw new ImportError(
      'IMPORT_DATABASE_OLD',
      `The ${service} database has not been migrated. Run codezest-db-${service} migrate first.`,
    );
}
