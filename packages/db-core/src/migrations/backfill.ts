import { type Backfill, readBackfills } from './backfill-files.js';
import { type BackfillProgress, readProgress, setPaused } from './backfill-progress.js';
import {
  type BackfillState,
  backfillStates,
  outOfOrderBackfills,
  pendingBackfills,
  refuseOutOfOrderBackfills,
} from './backfill-state.js';
import { compareMigrations, type MigrationComparison } from './compare.js';
import { connect, type MigrationConnection } from './connect.js';
import { MigrationError } from './errors.js';
import { readMigrationFiles } from './files.js';
import { MigrationHistory } from './history.js';
import { type MigrateOptions, type MigrationTarget, systemClock } from './options.js';
import { runBackfill } from './run-backfill.js';

/**
 * Runs every backfill whose migrations are applied, in their order. A job beside the running site, to be stopped and started at
 * any time; `migrate` itself runs only those that a migration behind them needs.
 *
 * @throws {MigrationError} `MIGRATION_OUT_OF_ORDER` before any runs, where one was passed over; `MIGRATION_PENDING` once it comes
 * to one that stands behind a migration which is not applied.
 */
export async function backfill(
  options: MigrationTarget & Pick<MigrateOptions, 'allowOutOfOrder'>,
): Promise<string[]> {
  return withBackfills(options, async ({ pending, progress, connection, migrations }) => {
    refuseOutOfOrderBackfills(outOfOrderBackfills(pending, progress, migrations.newestApplied), options);
    for (const each of pending) {
      const missing = migrations.pending.find(({ name }) => name < each.name);
      if (missing) throw tooEarly(each.name, missing.name, options.service);
      const clock = options.clock ?? systemClock;
      await runBackfill(each, {
        client: connection.client,
        service: options.service,
        clock,
        log: options.log,
      });
    }
    return pending.map(({ name }) => name);
  });
}

/** Where each backfill stands. Reads only. */
export async function backfillStatus(options: MigrationTarget): Promise<BackfillState[]> {
  const files = await readBackfills(options.migrationsDirectory);
  return withBackfills(options, async ({ pending, progress }) => backfillStates(files, pending, progress));
}

/** The kill switch, from any machine: a running backfill ends before its next batch, and none begins. */
export async function pauseBackfill(
  options: MigrationTarget & { readonly name: string; readonly paused: boolean },
): Promise<void> {
  const known = (await readBackfills(options.migrationsDirectory)).map(({ name }) => name);
  if (!known.includes(options.name)) {
    throw new MigrationError('MIGRATION_UNKNOWN', `This package holds no backfill ${options.name}.`, {
      migration: options.name,
      nextStep: `It holds: ${known.join(', ') || 'none'}.`,
    });
  }
  await withBackfills(options, ({ connection }) =>
    setPaused(connection.client, options.name, options.paused),
  );
}

interface Backfills {
  readonly pending: readonly Backfill[];
  readonly progress: readonly BackfillProgress[];
  readonly migrations: MigrationComparison;
  readonly connection: MigrationConnection;
}

async function withBackfills<T>(
  options: MigrationTarget,
  work: (backfills: Backfills) => Promise<T>,
): Promise<T> {
  const files = await readBackfills(options.migrationsDirectory);
  const migrationFiles = await readMigrationFiles(options.migrationsDirectory);
  const connection = await connect(options);
  const { client, schema } = connection;
  try {
    const migrations = compareMigrations(migrationFiles, await new MigrationHistory(client, schema).rows());
    const progress = await readProgress(client);
    return await work({ pending: pendingBackfills(files, progress), progress, migrations, connection });
  } finally {
    await client.end();
  }
}

function tooEarly(name: string, migration: string, service: string): MigrationError {
  return new MigrationError(
    'MIGRATION_PENDING',
    `Backfill ${name} stands behind ${migration}, which is not applied.`,
    {
      migration,
      nextStep: `codezest-db-${service} migrate, then this again.`,
    },
  );
}
