import { CodezestDbError, rowOf, statement } from '@codezest/db-core';
import type { Client } from './client.js';

/** The months for which something is kept are none, or a key would go before what it made. */
export class InvalidRetentionError extends CodezestDbError {
  constructor() {
    super(
      'RETENTION_INVALID',
      'Nothing was deleted: months are whole numbers from 1 to 1200, and keys are kept at least as long as the inbox, or an event that comes again would notify twice.',
    );
  }
}

/** For how many months something is kept. What is left out is kept for good. */
export interface Retention {
  /** Notifications, with their deliveries. */
  readonly inbox?: number;
  readonly emailLogs?: number;
  /** That an event has notified a user. Longer than any event may come again. */
  readonly keys?: number;
}

/** How many rows were deleted. Deliveries go with their notification and are not counted. */
export type Deleted = Record<keyof Retention, number>;

/**
 * Deletes what is older than so many months, in batches of a thousand rows, each a statement of its own: nobody waits for
 * long, and a run that is cut short has deleted what it has deleted. Several at once share the work. For a daily schedule.
 *
 * @throws {InvalidRetentionError}
 * @example await deleteOld(prisma, { inbox: 12, emailLogs: 24, keys: 36 });
 */
export async function deleteOld(client: Client, retention: Retention): Promise<Deleted> {
  const { inbox, emailLogs, keys } = retention;
  for (const months of [inbox, emailLogs, keys])
    if (months !== undefined && !(Number.isInteger(months) && months >= 1 && months <= 1_200))
      throw new InvalidRetentionError();
  if (keys !== undefined && (inbox === undefined || keys < inbox)) throw new InvalidRetentionError();
  const deleted = { inbox: 0, emailLogs: 0, keys: 0 };
  for (const name of ['inbox', 'emailLogs', 'keys'] as const) {
    const months = retention[name];
    for (let rows = months === undefined ? 0 : rowsPerBatch; rows > 0; ) {
      rows = (await rowOf(client, batches[name], [months, rowsPerBatch]))?.deleted ?? 0;
      deleted[name] += rows;
    }
  }
  return deleted;
}

const rowsPerBatch = 1_000;

// A row that somebody else has locked is left to the next batch, or to tomorrow.
const batchOf = (name: string, table: string, key: string) =>
  statement<{ deleted: number }>(
    `notifications.${name}`,
    `WITH old AS (
       SELECT ${key} FROM ${table} WHERE created_at < now() - make_interval(months => $1::int)
       LIMIT $2::int FOR UPDATE SKIP LOCKED
     ), deleted AS (
       DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM old) RETURNING 1
     ) SELECT count(*)::int AS deleted FROM deleted`,
  );

const batches = {
  inbox: batchOf('delete_old_notifications', 'notifications', 'id'),
  emailLogs: batchOf('delete_old_email_logs', 'email_logs', 'id'),
  keys: batchOf('delete_old_keys', 'notification_keys', 'event_id, user_id'),
};
