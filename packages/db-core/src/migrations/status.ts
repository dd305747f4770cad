import { redactUrl } from '../connection-url/redact.js';
import { compareMigrations } from './compare.js';
import { connect } from './connect.js';
import { readMigrationFiles } from './files.js';
import { MigrationHistory } from './history.js';
import { migrationLockHolder } from './lock.js';
import type { MigrateOptions, MigrationTarget } from './options.js';

export interface AppliedMigration {
  readonly name: string;
  readonly appliedAt: Date;
}

export interface UnfinishedAttempt {
  readonly name: string;
  readonly startedAt: Date;
  /** The database's answer; absent when the process died. */
  readonly reason: string | undefined;
  /** Whether the next `migrate` deals with it alone, or a person has to `resolve` it. */
  readonly recovers: boolean;
}

/** How a database stands against the package's migrations. Names are directory names. */
export interface MigrationStatus {
  /** Host, port and database; no user, no password. */
  readonly database: string;
  readonly applied: AppliedMigration[];
  readonly pending: string[];
  /** Applied, and the file has changed since. */
  readonly changed: string[];
  /** Applied, and this package holds no such file. */
  readonly missing: string[];
  /** Pending, and older than the newest applied one. */
  readonly outOfOrder: string[];
  /** Begun and not finished, while no migration is running. */
  readonly failed: UnfinishedAttempt[];
  /** The session that migrates at this moment. */
  readonly running: string | undefined;
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
    const { applied, pending, unfinished, changed, missing, outOfOrder } = compareMigrations(
      files,
      await new MigrationHistory(client, schema).rows(),
    );
    const failed = running === undefined ? unfinished : [];
    return {
      database: redactUrl(options.url),
      applied: applied.map((row) => ({ name: row.name, appliedAt: row.finishedAt as Date })),
      pending: pending.map((file) => file.name),
      changed: [...changed],
      missing: [...missing],
      outOfOrder: [...outOfOrder],
      failed: failed.map(({ row, file, mode, failure }) => ({
        name: row.name,
        startedAt: row.startedAt,
        reason: failure,
        recovers: mode === 'transaction' || (mode === 'concurrent' && file !== undefined),
      })),
      running,
      upToDate: [pending, changed, options.allowUnknown ? [] : missing, unfinished].every(
        (list) => list.length === 0,
      ),
    };
  } finally {
    await client.end();
  }
}
