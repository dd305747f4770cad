import { connect, type MigrationConnection } from '../migrations/connect.js';
import { MigrationError } from '../migrations/errors.js';
import { readMigrationFiles } from '../migrations/files.js';
import { MigrationHistory } from '../migrations/history.js';
import { type MigrationTarget, systemClock } from '../migrations/options.js';
import { type Backfill, readBackfills } from './files.js';
import { type BackfillProgress, readProgress, setPaused } from './progress.js';
import { runBackfill } from './run-backfill.js';

export interface BackfillState {
  readonly name: string;
  readonly state: 'pending' | 'begun' | 'paused' | 'finished';
  readonly rows: number;
  readonly cursor: string | null;
}

/**
 * Runs every backfill whose migrations are applied, in their order. A job beside the running site, to be stopped and started at
 * any time; `migrate` itself runs only those that a migration behind them needs.
 *
 * @throws {MigrationError} `MIGRATION_PENDING` once it comes to one that stands behind a migration which is not applied.
 */
export async function backfill(options: MigrationTarget): Promise<string[]> {
  const migrations = await readMigrationFiles(options.migrationsDirectory);
  return withBackfills(options, async (pending, connection, applied) => {
    for (const each of pending) {
      const missing = migrations.find(({ name }) => name < each.name && !applied.includes(name));
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
  return withBackfills(options, async (pending, { client }) => {
    return backfillStates(files, pending, await readProgress(client));
  });
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
  await withBackfills(options, (_, { client }) => setPaused(client, options.name, options.paused));
}

/**
 * Those that are not finished. One that was never begun and has an applied migration behind it is none: the database was built by
 * other means or baselined, and the migration would not be there if rows had been missing.
 */
export function pendingBackfills(
  files: readonly Backfill[],
  progress: readonly BackfillProgress[],
  applied: readonly string[],
): Backfill[] {
  const newestApplied = [...applied].sort().at(-1) ?? '';
  const known = new Map(progress.map((row) => [row.name, row]));
  return files.filter(({ name }) => {
    const row = known.get(name);
    return row ? row.finishedAt === null : name > newestApplied;
  });
}

export function backfillStates(
  files: readonly Backfill[],
  pending: readonly Backfill[],
  progress: readonly BackfillProgress[],
): BackfillState[] {
  const rowOf = new Map(progress.map((row) => [row.name, row]));
  const open = new Set(pending.map(({ name }) => name));
  return files.map(({ name }) => stateOf(name, rowOf.get(name), open.has(name)));
}

async function withBackfills<T>(
  options: MigrationTarget,
  work: (pending: Backfill[], connection: MigrationConnection, applied: string[]) => Promise<T>,
): Promise<T> {
  const files = await readBackfills(options.migrationsDirectory);
  const connection = await connect(options);
  const { client, schema } = connection;
  try {
    const applied = (await new MigrationHistory(client, schema).rows())
      .filter((row) => row.finishedAt !== null)
      .map(({ name }) => name);
    return await work(pendingBackfills(files, await readProgress(client), applied), connection, applied);
  } finally {
    await client.end();
  }
}

function stateOf(name: string, row: BackfillProgress | undefined, open: boolean): BackfillState {
  const { rows = 0, cursor = null } = row ?? {};
  const state = !open ? 'finished' : row?.paused ? 'paused' : row ? 'begun' : 'pending';
  return { name, state, rows, cursor };
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
