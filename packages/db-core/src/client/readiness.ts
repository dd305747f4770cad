import { databaseErrorFacts } from '../errors/facts.js';
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

/** The newest migration of a version of the package. */
export interface ExpectedMigration {
  readonly name: string;
  /** Any of them will do. */
  readonly checksums: readonly string[];
}

/**
 * Whether the process may be sent requests: the database is healthy and has the expected migration, told by name and
 * checksum. One that is further is fine, because a deploy migrates before it replaces the processes. Never rejects.
 */
export async function readinessCheck(
  client: ConnectableClient,
  expected: ExpectedMigration,
  { timeoutMs = 1_000 }: ReadinessOptions = {},
): Promise<DatabaseReadiness> {
  const started = performance.now();
  const health = await healthCheck(client, { timeoutMs });
  if (!health.healthy) return { ready: false, ...health };
  try {
    const left = Math.max(1, timeoutMs - (performance.now() - started));
    const { migration, named, done } = await within(left, historyOf(client, expected));
    const problem = named
      ? `its migration ${expected.name} is another one: this is another service's database, or an edited file was applied`
      : `the database has not got the migration ${expected.name}`;
    return {
      ready: done,
      ...health,
      ...(migration === null ? {} : { migration }),
      ...(done ? {} : { problem }),
    };
  } catch (error) {
    return { ready: false, ...health, problem: reasonOf(error) };
  }
}

interface History {
  readonly migration: string | null;
  readonly named: boolean;
  readonly done: boolean;
}

async function historyOf(
  client: ConnectableClient,
  { name, checksums }: ExpectedMigration,
): Promise<History> {
  const sql = `SELECT max(migration_name) AS migration, coalesce(bool_or(migration_name = $1), false) AS named,
                      coalesce(bool_or(migration_name = $1 AND checksum = ANY ($2::text[])), false) AS done
                 FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  try {
    const [row] = (await client.$queryRawUnsafe(sql, name, checksums)) as [History];
    return row;
  } catch (error) {
    // No table: nothing has been migrated yet.
    if (databaseErrorFacts(error).sqlState === '42P01') return { migration: null, named: false, done: false };
    throw error;
  }
}
