import { CodezestDbError } from '@codezest/db-core';
import type { Client } from './client.js';

/** The month is not over: dropping what lies before it would be a mistake rather than the end of a retention. */
export class RetentionTooShortError extends CodezestDbError {
  constructor() {
    super(
      'RETENTION_TOO_SHORT',
      'Nothing was dropped: retention can end for months that are over. Give a date that is not in the future.',
    );
  }
}

/**
 * Makes the monthly partitions of both tables from one month to another, in UTC, and returns how many were missing. Rows
 * that waited for them in the default partition move there. Call it monthly, a quarter ahead: without it nothing is lost,
 * but the default partition grows and cannot be dropped by month.
 *
 * Needs the role that owns the tables. Readers and writers of other months do not wait for it; held up by somebody else
 * for three seconds, it gives up and can be called again.
 *
 * @example const made = await ensurePartitions(prisma, now, inThreeMonths);
 */
export async function ensurePartitions(client: Client, from: Date, to: Date): Promise<number> {
  const [row] = await client.$queryRawUnsafe<{ made: number }[]>(
    `SELECT partitions.ensure(($1::timestamptz AT TIME ZONE 'UTC')::date, ($2::timestamptz AT TIME ZONE 'UTC')::date) AS made`,
    from.toISOString(),
    to.toISOString(),
  );
  return row?.made ?? 0;
}

/**
 * Ends the retention of the months before the one of `date`, in UTC: drops their partitions and returns their names.
 * Nothing brings the rows back. Needs the role that owns the tables.
 *
 * @throws {RetentionTooShortError} when the date is in the future.
 * @example const dropped = await dropPartitionsBefore(prisma, twoYearsAgo);
 */
export async function dropPartitionsBefore(client: Client, date: Date): Promise<string[]> {
  if (date.getTime() > Date.now()) throw new RetentionTooShortError();
  const rows = await client.$queryRawUnsafe<{ name: string }[]>(
    `SELECT name FROM partitions.drop_before(($1::timestamptz AT TIME ZONE 'UTC')::date) AS name`,
    date.toISOString(),
  );
  return rows.map(({ name }) => name);
}
