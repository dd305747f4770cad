import { MigrationError } from './errors.js';
import type { MigrationFile, MigrationMode } from './files.js';
import { type HistoryRow, readMark } from './history.js';
import type { MigrateOptions } from './options.js';

/** An attempt that was recorded and never finished: it runs right now, or its process died, or it failed. */
export interface UnfinishedMigration {
  readonly row: HistoryRow;
  readonly file: MigrationFile | undefined;
  /** Absent when the row is not this runner's, so that nobody knows what the attempt left behind. */
  readonly mode: MigrationMode | undefined;
  /** What the database answered; absent when the process died. */
  readonly failure: string | undefined;
}

export interface FinishedRow extends HistoryRow {
  readonly finishedAt: Date;
}

/** The package's files against the database's history. */
export interface MigrationComparison {
  readonly applied: readonly FinishedRow[];
  readonly pending: readonly MigrationFile[];
  /** Applied, and the file is not what was applied. */
  readonly changed: readonly string[];
  /** Applied, and this package holds no such file. */
  readonly missing: readonly string[];
  /** Pending, and older than the newest applied one. */
  readonly outOfOrder: readonly string[];
  readonly unfinished: readonly UnfinishedMigration[];
  /** Name of the newest file that is applied; empty where none is. */
  readonly newestApplied: string;
}

export function compareMigrations(
  files: readonly MigrationFile[],
  rows: readonly HistoryRow[],
): MigrationComparison {
  const fileOf = new Map(files.map((file) => [file.name, file]));
  const applied = rows.filter((row): row is FinishedRow => row.finishedAt !== null);
  const appliedNames = new Set(applied.map((row) => row.name));
  const newestApplied = files.findLast((file) => appliedNames.has(file.name))?.name ?? '';
  const pending = files.filter((file) => !appliedNames.has(file.name));
  const changed = applied.filter((row) => fileOf.get(row.name)?.matches(row.checksum) === false);

  return {
    applied,
    pending,
    changed: changed.map((row) => row.name),
    missing: [...appliedNames].filter((name) => !fileOf.has(name)),
    outOfOrder: pending.filter((file) => file.name < newestApplied).map((file) => file.name),
    unfinished: rows
      .filter((row) => row.finishedAt === null)
      .map((row) => {
        const { mode, failure } = readMark(row);
        return { row, file: fileOf.get(row.name), mode, failure };
      }),
    newestApplied,
  };
}

/** Refuses what no automatic step can be right about: files and history that tell different stories. */
export function refuseContradictions(
  comparison: MigrationComparison,
  options: Pick<MigrateOptions, 'service' | 'allowUnknown' | 'allowOutOfOrder'>,
): void {
  const [changed] = comparison.changed;
  if (changed) {
    throw new MigrationError(
      'MIGRATION_CHANGED',
      `${list(comparison.changed)} changed after it was applied to this database.`,
      {
        migration: changed,
        nextStep:
          'Restore the file as it was released and put the change into a new migration: databases that have it will never run it again.',
      },
    );
  }
  const [missing] = comparison.missing;
  if (missing && !options.allowUnknown) {
    throw new MigrationError(
      'MIGRATION_MISSING',
      `This database has ${list(comparison.missing)}, which this package does not hold.`,
      {
        migration: missing,
        nextStep:
          'A newer release has probably migrated it: deploy that one, or pass --allow-unknown to run an older release on the newer schema.',
      },
    );
  }
  const [outOfOrder] = comparison.outOfOrder;
  if (outOfOrder && !options.allowOutOfOrder) {
    throw new MigrationError(
      'MIGRATION_OUT_OF_ORDER',
      `${list(comparison.outOfOrder)} is older than the newest migration that this database has.`,
      {
        migration: outOfOrder,
        nextStep:
          'Give it a newer time stamp, so that it runs in the same order everywhere. If the order does not matter: --allow-out-of-order.',
      },
    );
  }
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
