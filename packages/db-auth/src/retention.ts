import {
  DELIVERED_EVENTS,
  deleteDeliveredEvents,
  InvalidBatchError,
  rowOf,
  type Statement,
  statement,
} from '@codezest/db-core';
import type { PrismaClient } from './client.js';

const BATCH = 1_000;

/**
 * Tables of which rows go, with what no longer needs them: what `rules.delete_expired` deletes. Resets and logins are counted
 * for an hour.
 */
const EXPIRED = {
  sessions: 'expires_at <= now()',
  password_resets: "expires_at <= now() - interval '1 hour'",
  email_verifications: 'expires_at <= now()',
  email_changes: 'undo_expires_at <= now()',
  pending_logins: "expires_at <= now() - interval '1 hour'",
  passkey_challenges: 'expires_at <= now()',
  known_devices: 'expires_at <= now()',
  login_sources: 'window_ends_at <= now()',
  login_history: "created_at <= now() - interval '90 days'",
  outbox: DELIVERED_EVENTS,
} as const;

export type RetainedTable = keyof typeof EXPIRED;

export interface RetentionOptions {
  /** Rows of a statement, from 1 to 10000: 1000. */
  readonly batch?: number;
  /** Counts what would go, and deletes nothing. */
  readonly dryRun?: boolean;
}

/**
 * Deletes what is over: expired sessions, mailed tokens, logins on their way, challenges, devices and counts, login
 * history of more than 90 days, and events that every service has had for a week. All of it holds addresses, so run it
 * daily. What ended before its time stays until it would have expired, and the application's role cannot delete it. In
 * batches, beside the site; stop it whenever you like. Returns how many rows went, by table.
 *
 * @throws {InvalidBatchError} BATCH_INVALID
 * @example
 * const deleted = await deleteExpired(prisma);
 */
export async function deleteExpired(
  client: PrismaClient,
  { batch = BATCH, dryRun = false }: RetentionOptions = {},
): Promise<Record<RetainedTable, number>> {
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > 10_000) throw new InvalidBatchError();
  const deleted = {} as Record<RetainedTable, number>;
  for (const table of Object.keys(EXPIRED) as RetainedTable[]) {
    deleted[table] = dryRun
      ? ((await rowOf(client, counting(table), []))?.rows ?? 0)
      : await inBatches(client, deleting(table), batch);
  }
  return deleted;
}

async function inBatches(client: PrismaClient, sql: Statement<Rows>, batch: number): Promise<number> {
  for (let total = 0; ; ) {
    const rows = (await rowOf(client, sql, [batch]))?.rows ?? 0;
    total += rows;
    if (rows < batch) return total;
  }
}

interface Rows {
  readonly rows: number;
}

const counting = (table: RetainedTable) =>
  statement<Rows>(
    `auth.count_expired_${table}`,
    `SELECT count(*)::int AS rows FROM ${table} WHERE ${EXPIRED[table]}`,
  );

/** Only these are no trace of anything: a function of the database deletes the others, and nobody else may. */
const FORGETTABLE: readonly RetainedTable[] = ['known_devices', 'login_sources'];

const deleting = (table: RetainedTable) => {
  if (table === 'outbox') return deleteDeliveredEvents;
  return statement<Rows>(
    `auth.delete_expired_${table}`,
    FORGETTABLE.includes(table)
      ? `WITH gone AS (
           DELETE FROM ${table} WHERE id IN (
             SELECT id FROM ${table} WHERE ${EXPIRED[table]} LIMIT $1::int FOR UPDATE SKIP LOCKED)
           RETURNING id
         )
         SELECT count(*)::int AS rows FROM gone`
      : `SELECT rules.delete_expired('${table}', $1::int) AS rows`,
  );
};

const DAYS_TO_ERASE = 30;

/**
 * Erases accounts that were deleted more than 30 days ago, with everything of theirs, the login history too. For the role
 * that owns the tables, by the command `retention`: the application's may not erase history.
 */
export async function eraseDeletedAccounts(
  client: PrismaClient,
  { batch = BATCH, dryRun = false }: RetentionOptions = {},
): Promise<number> {
  if (dryRun) return (await rowOf(client, countDeleted, [DAYS_TO_ERASE]))?.rows ?? 0;
  for (let total = 0; ; ) {
    const rows = (await rowOf(client, eraseDeleted, [DAYS_TO_ERASE, batch]))?.rows ?? 0;
    total += rows;
    if (rows < batch) return total;
  }
}

const LONG_DELETED = 'deleted_at <= now() - make_interval(days => $1::int)';

const countDeleted = statement<Rows>(
  'auth.count_deleted_accounts',
  `SELECT count(*)::int AS rows FROM users WHERE ${LONG_DELETED}`,
);

const eraseDeleted = statement<Rows>(
  'auth.erase_deleted_accounts',
  `WITH gone AS (
     DELETE FROM users WHERE id IN (SELECT id FROM users WHERE ${LONG_DELETED} LIMIT $2::int FOR UPDATE SKIP LOCKED)
     RETURNING id
   )
   SELECT count(*)::int AS rows FROM gone`,
);
