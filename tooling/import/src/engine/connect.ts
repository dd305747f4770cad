import { connectionSettings } from '@codezest/db-core/connection-settings';
import { Client } from 'pg';
import { ImportError } from '../errors.js';

/**
 * A session in UTC without limits in time: the source's times have no zone, and they are in UTC. Each statement is for a batch: to
 * compile it would take longer than to run it.
 */
export async function openDatabase(url: string, name: string, settings: string): Promise<Client> {
  const { session } = connectionSettings(url, 'codezest-db-import');
  const client = new Client({ ...session, keepAlive: true });
  // A connection that breaks rejects the query in flight; the event alone would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(
      `SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET statement_timeout = 0; SET lock_timeout = '60s';
       SET idle_in_transaction_session_timeout = 0; SET jit = off; ${settings}`,
    );
    return client;
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw new ImportError(
      'IMPORT_DATABASE_UNREACHABLE',
      `The ${name} database does not let us in. Check its URL, and that the server is up.`,
      { cause },
    );
  }
}
