import type { Client } from 'pg';
import { redactUrl } from '../connection-url/redact.js';
import { readBackfills } from './backfill-files.js';
import { progressAccess, readProgress } from './backfill-progress.js';
import {
  type BackfillState,
  backfillStates,
  outOfOrderBackfills,
  pendingBackfills,
} from './backfill-state.js';
import { compareMigrations } from './compare.js';
import { connect } from './connect.js';
import { readMigrationFiles } from './files.js';
import { MigrationHistory } from './history.js';
import { migrationLockHolder } from './lock.js';
import type { MigrateOptions, MigrationTarget } from './options.js';
import type { MigrationSource } from './source.js';

export interface AppliedMigration {
  readonly name: string;
  readonly appliedAt: Date;
  /** 0 for one that was recorded by `resolve` or `baseline` and not run. */
  readonly durationMs: number;
}

export interface UnfinishedAttempt {
  readonly name: string;
  readonly startedAt: Date;
  /** The database's answer; absent when the process died. */
  readonly reason: string | undefined;
  /** Whether the next `migrate` deals with it alone, or a person has to `resolve` it. */
  readonly recovers: boolean;
}

/** An attempt that was merely cut off is done again by the next `migrate`; what failed wants its cause mended. */
export function needsPerson({ recovers, reason }: UnfinishedAttempt): boolean {
  return !recovers || reason !== undefined;
}

/** How a database stands against the package's migrations. Names are directory names. */
export interface MigrationStatus {
  /** Host, port and database; no user, no password. */
  readonly database: string;
  /** Version of the server: `18.4`. */
  readonly serverVersion: string;
  readonly applied: AppliedMigration[];
  readonly pending: string[];
  /** Applied, and the file has changed since. */
  readonly changed: string[];
  /** Applied, and this package holds no such file. */
  readonly missing: string[];
  /** Pending, and older than the newest applied one; migrations and backfills that never ran. */
  readonly outOfOrder: string[];
  /** Begun and not finished, while no migration is running. */
  readonly failed: UnfinishedAttempt[];
  /** The session that migrates at this moment. */
  readonly running: string | undefined;
  /**
   * Data migrations and how far each is; none where this role may not read that. They run beside the site and keep no database
   * from being up to date, except one that is out of order.
   */
  readonly backfills: BackfillState[];
  /** Nothing pending, and nothing that `migrate` would refuse. */
  readonly upToDate: boolean;
}

/** Reads where the database stands; writes nothing and takes no lock. */
export async function migrationStatus(
  options: MigrationTarget & Pick<MigrateOptions, 'allowUnknown'>,
): Promise<MigrationStatus> {
  const files = await readMigrationFiles(options.migrationsDirectory);
  const { client, schema } = await connect(options);
  try {
    await client.query('SET default_transaction_read_only = on');
    const running = await migrationLockHolder(client);
    const { applied, pending, unfinished, changed, missing, outOfOrder, newestApplied } = compareMigrations(
      files,
      await new MigrationHistory(client, schema).rows(),
    );
    const failed = running === undefined ? unfinished : [];
    const backfills = await backfillsOf(client, options.migrationsDirectory, newestApplied);
    return {
      database: redactUrl(options.url),
      serverVersion: await serverVersion(client),
      applied: applied.map(({ name, startedAt, finishedAt }) => ({
        name,
        appliedAt: finishedAt,
        durationMs: finishedAt.getTime() - startedAt.getTime(),
      })),
      pending: pending.map((file) => file.name),
      changed: [...changed],
      missing: [...missing],
      outOfOrder: [...outOfOrder, ...backfills.outOfOrder].sort(),
      failed: failed.map(({ row, file, mode, failure }) => ({
        name: row.name,
        startedAt: row.startedAt,
        reason: failure,
        recovers: mode === 'transaction' || (mode === 'concurrent' && file !== undefined),
      })),
      running,
      backfills: backfills.states,
      upToDate: [
        pending,
        changed,
        options.allowUnknown ? [] : missing,
        unfinished,
        backfills.outOfOrder,
      ].every((list) => list.length === 0),
    };
  } finally {
    await client.end();
  }
}

async function backfillsOf(
  client: Client,
  migrationsDirectory: MigrationSource,
  newestApplied: string,
): Promise<{ states: BackfillState[]; outOfOrder: string[] }> {
  const files = await readBackfills(migrationsDirectory);
  if (files.length === 0 || (await progressAccess(client)) === 'denied')
    return { states: [], outOfOrder: [] };
  const progress = await readProgress(client);
  const pending = pendingBackfills(files, progress);
  return {
    states: backfillStates(files, pending, progress),
    outOfOrder: outOfOrderBackfills(pending, progress, newestApplied),
  };
}

async function serverVersion(client: Client): Promise<string> {
  const { rows } = await client.query<{ version: string }>(
    "SELECT current_setting('server_version') AS version",
  );
  // Distributions append their own name: "16.4 (Debian 16.4-1)".
  return rows[0]?.version.split(' ')[0] ?? 'unknown';
}
