import type { Client } from 'pg';
import type { Backfill } from './backfill-files.js';
import {
  type BackfillProgress,
  createProgressTable,
  lockProgress,
  saveProgress,
} from './backfill-progress.js';
import { databaseAnswer, errorCode, MigrationError } from './errors.js';
import { isLockConflict } from './failure.js';
import { lockHolder } from './lock.js';
import type { MigrationClock, MigrationEvent } from './options.js';

export interface BackfillContext {
  readonly client: Client;
  readonly service: string;
  readonly clock: MigrationClock;
  readonly log?: ((event: MigrationEvent) => void) | undefined;
  /** Longest wait for a row that somebody else has locked. */
  readonly lockTimeoutMs?: number | undefined;
}

/** Not the migrations' lock: a backfill takes hours, and a deploy must not wait for it. */
const lockKey = 72707370;
const attempts = 20;
const tellEveryMs = 5_000;
/** The greatest integer, which is what a batch's size is to PostgreSQL. */
const WHOLE_TABLE = 2_147_483_647;

/**
 * Runs a backfill to its end, from where it stood. Each batch is a transaction together with its cursor: killed at any moment,
 * it repeats nothing and misses nothing. After the last row it begins again until a pass finds nothing to do, and then a look at
 * the whole table: rows that an older release writes meanwhile, behind the cursor as well, are found then. Between batches it rests as long as the batch took, and at least the file's pause.
 */
export async function runBackfill(backfill: Backfill, context: BackfillContext): Promise<number> {
  const { client, clock, log } = context;
  const { name } = backfill;
  await createProgressTable(client);
  await acquireBackfillLock(context);
  try {
    log?.({ type: 'applying', migration: name, message: `backfill ${name}` });
    const started = clock.now();
    let told = started;
    for (;;) {
      const begun = clock.now();
      const state = await runBatchPatiently(backfill, context);
      if (state.finished) {
        const durationMs = clock.now() - started;
        log?.({ type: 'applied', migration: name, durationMs, message: `${name}: ${state.rows} rows` });
        return state.rows;
      }
      const took = clock.now() - begun;
      if (clock.now() - told >= tellEveryMs) {
        told = clock.now();
        log?.({
          type: 'progress',
          migration: name,
          message: `${name}: ${state.rows} rows, at ${state.cursor}`,
        });
      }
      await clock.sleep(Math.max(backfill.pauseMs, took));
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [lockKey]).catch(() => undefined);
  }
}

interface BatchState {
  readonly rows: number;
  readonly cursor: string | null;
  readonly finished: boolean;
}

async function runBatchPatiently(backfill: Backfill, context: BackfillContext): Promise<BatchState> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runBatch(backfill, context);
    } catch (error) {
      await context.client.query('ROLLBACK').catch(() => undefined);
      if (error instanceof MigrationError) throw error;
      if (!isLockConflict(error) || attempt === attempts) throw failed(backfill, error);
      const message = `${backfill.name} met a lock: ${databaseAnswer(error)}. Try ${attempt + 1}`;
      context.log?.({ type: 'retrying', migration: backfill.name, message });
      await context.clock.sleep(Math.min(10_000, 250 * 1.5 ** attempt) * (0.5 + context.clock.random()));
    }
  }
}

async function runBatch({ name, sql, batchRows }: Backfill, context: BackfillContext): Promise<BatchState> {
  const { client, lockTimeoutMs = 1_000 } = context;
  await client.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL statement_timeout = '30s'`);
  const before = await lockProgress(client, name);
  refusePaused(before, context.service);
  if (before.finishedAt) {
    await client.query('COMMIT');
    return { rows: before.rows, cursor: null, finished: true };
  }
  const result = await client.query<{ cursor: string | null; rows: string | number }>(sql, [
    before.cursor,
    batchRows,
  ]);
  const [answer] = result.rows;
  const done = Number(answer?.rows ?? 0);
  const cursor = answer?.cursor ?? null;
  const passRows = before.passRows + done;
  const after = { name, cursor, rows: before.rows + done, passRows: cursor === null ? 0 : passRows };
  const finished =
    cursor === null && passRows === 0 && (before.cursor === null || (await isNothingLeft(client, sql)));
  await saveProgress(client, after, finished);
  await client.query('COMMIT');
  return { rows: after.rows, cursor, finished };
}

/**
 * One batch over the whole table, undone again: a pass of several batches does not see what is written behind its cursor. A
 * pass of one batch is this look itself.
 */
async function isNothingLeft(client: Client, sql: string): Promise<boolean> {
  await client.query("SAVEPOINT look; SET LOCAL statement_timeout = '15min'");
  const { rows } = await client.query<{ rows: string | number }>(sql, [null, WHOLE_TABLE]);
  await client.query('ROLLBACK TO SAVEPOINT look');
  return Number(rows[0]?.rows ?? 0) === 0;
}

/** By asking again and again, as for migrations: a session that waits in the server would hold a snapshot. */
async function acquireBackfillLock({ client, clock, log }: BackfillContext): Promise<void> {
  for (let told = false; ; told = true) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      lockKey,
    ]);
    if (rows[0]?.locked) return;
    const holder = told ? undefined : await lockHolder(client, lockKey);
    if (holder) log?.({ type: 'waiting-for-lock', message: `waiting for another backfill (${holder})` });
    await clock.sleep(500 + clock.random() * 500);
  }
}

export function refusePaused(
  { name, paused }: Pick<BackfillProgress, 'name' | 'paused'>,
  service: string,
): void {
  if (!paused) return;
  throw new MigrationError('BACKFILL_PAUSED', `${name} is paused. What it has done stays.`, {
    migration: name,
    nextStep: `codezest-db-${service} backfill --resume ${name}`,
  });
}

function failed({ name }: Backfill, cause: unknown): MigrationError {
  return new MigrationError('MIGRATION_FAILED', `Backfill ${name} failed: ${databaseAnswer(cause)}`, {
    cause,
    migration: name,
    sqlState: errorCode(cause),
    nextStep:
      'Batches before this one stay. Correct the rows, or the file if it is not released, and run it again: it continues ' +
      `here. If it can never end: resolve --applied ${name}, and another backfill in the next release.`,
  });
}
