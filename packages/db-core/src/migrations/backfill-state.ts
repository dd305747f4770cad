import type { Backfill } from './backfill-files.js';
import type { BackfillProgress } from './backfill-progress.js';
import { MigrationError } from './errors.js';

export interface BackfillState {
  readonly name: string;
  readonly state: 'pending' | 'begun' | 'paused' | 'finished';
  readonly rows: number;
  readonly cursor: string | null;
}

/** Those that nobody has recorded as finished. That a migration behind one is applied says nothing about its rows. */
export function pendingBackfills(
  files: readonly Backfill[],
  progress: readonly BackfillProgress[],
): Backfill[] {
  const finished = new Set(progress.filter((row) => row.finishedAt !== null).map(({ name }) => name));
  return files.filter(({ name }) => !finished.has(name));
}

/** Pending ones that were never begun and stand below an applied migration, which may have taken away what they read. */
export function outOfOrderBackfills(
  pending: readonly Backfill[],
  progress: readonly BackfillProgress[],
  newestApplied: string,
): string[] {
  const begun = new Set(progress.filter((row) => row.begun).map(({ name }) => name));
  return pending.map(({ name }) => name).filter((name) => name < newestApplied && !begun.has(name));
}

export function refuseOutOfOrderBackfills(
  [name]: readonly string[],
  options: { readonly service: string; readonly allowOutOfOrder?: boolean | undefined },
): void {
  if (name === undefined || options.allowOutOfOrder) return;
  throw new MigrationError(
    'MIGRATION_OUT_OF_ORDER',
    `Backfill ${name} never ran, and is older than the newest migration that this database has.`,
    {
      migration: name,
      nextStep:
        'Give it a newer time stamp, so that it runs in the same order everywhere. If the order does not matter: ' +
        `codezest-db-${options.service} backfill --allow-out-of-order. If its rows are done by other means: resolve --applied ${name}.`,
    },
  );
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

function stateOf(name: string, row: BackfillProgress | undefined, open: boolean): BackfillState {
  const { rows = 0, cursor = null } = row ?? {};
  const state = !open ? 'finished' : row?.paused ? 'paused' : row?.begun ? 'begun' : 'pending';
  return { name, state, rows, cursor };
}
