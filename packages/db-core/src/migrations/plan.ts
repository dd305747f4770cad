import type { Client } from 'pg';
import { type Backfill, readBackfills } from './backfill-files.js';
import { readProgress } from './backfill-progress.js';
import { outOfOrderBackfills, pendingBackfills, refuseOutOfOrderBackfills } from './backfill-state.js';
import { compareMigrations, type MigrationComparison, refuseContradictions } from './compare.js';
import type { MigrationFile } from './files.js';
import type { HistoryRow } from './history.js';
import type { MigrateOptions } from './options.js';
import { refuseUndecided } from './recover.js';
import { refusePaused } from './run-backfill.js';

export interface RunPlan {
  readonly comparison: MigrationComparison;
  /** Those that a pending migration stands behind: it may take away what they read. */
  readonly backfills: Backfill[];
}

/** What a run has to do, refusing what it would not get past before anything is changed. Reads only. */
export async function planRun(
  client: Client,
  files: readonly MigrationFile[],
  rows: readonly HistoryRow[],
  options: MigrateOptions,
): Promise<RunPlan> {
  const comparison = compareMigrations(files, rows);
  refuseContradictions(comparison, options);
  for (const unfinished of comparison.unfinished) refuseUndecided(unfinished, options.service);

  const progress = await readProgress(client);
  const open = pendingBackfills(await readBackfills(options.migrationsDirectory), progress);
  refuseOutOfOrderBackfills(outOfOrderBackfills(open, progress, comparison.newestApplied), options);
  const last = comparison.pending.at(-1)?.name ?? '';
  const backfills = open.filter(({ name }) => name < last);
  const needed = new Set(backfills.map(({ name }) => name));
  for (const row of progress) if (needed.has(row.name)) refusePaused(row, options.service);
  return { comparison, backfills };
}
