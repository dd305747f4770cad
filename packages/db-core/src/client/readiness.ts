import { databaseErrorFacts } from '../errors/facts.js';
import { adapterOf } from './client-class.js';
import { type ConnectableClient, type DatabaseHealth, healthCheck, reasonOf, within } from './health.js';

export interface ReadinessOptions {
  /** Default 1000. */
  readonly timeoutMs?: number;
}

export interface DatabaseReadiness extends DatabaseHealth {
  /** Healthy, and migrated as far as this package needs. */
  readonly ready: boolean;
  /** Newest migration that the database has. */
  readonly migration?: string;
}

/**
 * Whether the process may be sent requests: the database is healthy and has `expectedMigration`. One that is further is
 * fine, because a deploy migrates before it replaces the processes. Never rejects.
 */
export async function readinessCheck(
  client: ConnectableClient,
  expectedMigration: string,
  { timeoutMs = 1_000 }: ReadinessOptions = {},
): Promise<DatabaseReadiness> {
  const started = performance.now();
  const health = await healthCheck(client, { timeoutMs });
  if (!health.healthy) return { ready: false, ...health };
  try {
    const left = Math.max(1, timeoutMs - (performance.now() - started));
    const { migration, expected } = await within(left, historyOf(client, expectedMigration));
    const problem = expected
      ? {}
      : { problem: `the database has not got the migration ${expectedMigration}` };
    return { ready: expected, ...health, ...(migration === null ? {} : { migration }), ...problem };
  } catch (error) {
    return { ready: false, ...health, problem: reasonOf(error) };
  }
}

interface History {
  readonly migration: string | null;
  readonly expected: boolean;
}

async function historyOf(client: ConnectableClient, expectedMigration: string): Promise<History> {
  const schema = adapterOf(client)?.settings().schema ?? 'public';
  const table = `"${schema.replaceAll('"', '""')}"."_prisma_migrations"`;
  const sql = `SELECT max(migration_name) AS migration, coalesce(bool_or(migration_name = $1), false) AS expected
                 FROM ${table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  try {
    const [row] = (await client.$queryRawUnsafe(sql, expectedMigration)) as [History];
    return row;
  } catch (error) {
    // No table: nothing has been migrated yet.
    if (databaseErrorFacts(error).sqlState === '42P01') return { migration: null, expected: false };
    throw error;
  }
}
