import { rowOf, rowsOf, statement } from '@codezest/db-core';
import { ActivityType } from '../generated/enums.js';
import type { Client } from './client.js';
import { type ActivityPeriod, InvalidPeriodError } from './feed.js';

/** What happened in an hour or on a day. */
export interface CountsOfPeriod {
  /** Its first moment. */
  readonly from: Date;
  /** The types that did not happen are 0. */
  readonly counts: Record<ActivityType, number>;
}

/**
 * How often each type of activity happened to everybody, hour by hour or day by day (in UTC), oldest first; hours and days
 * without any are left out. Reads counts that are kept as activities are recorded, and not the activities: a week takes
 * less than a millisecond at any number of them, and months that were dropped stay counted.
 *
 * What is committed is counted, and nothing else: each transaction that records activities leaves its own part of the counts.
 * Have `foldActivityCounts` add the parts up every minute, or a reader adds up many.
 *
 * @param request.from the hour or day that contains it is the first.
 * @param request.to the hour or day that contains it is left out, unless it has begun before.
 * @throws {InvalidPeriodError}
 * @example const days = await listActivityCounts(prisma, { from: weekAgo, to: now, by: 'day' });
 */
export async function listActivityCounts(
  client: Client,
  { from, to, by }: ActivityPeriod & { readonly by: 'hour' | 'day' },
): Promise<CountsOfPeriod[]> {
  if (!(from < to)) throw new InvalidPeriodError();
  const rows = await rowsOf(client, countsBy[by === 'day' ? 'day' : 'hour'], [from, to]);
  const periods = new Map<number, CountsOfPeriod>();
  for (const { at, type, happened } of rows) {
    const period = periods.get(at.getTime()) ?? { from: at, counts: noCounts() };
    period.counts[type] = happened;
    periods.set(at.getTime(), period);
  }
  return [...periods.values()];
}

/**
 * Adds up the parts of the counts that transactions have left, and returns how many there were. To be called every minute
 * or so. Counts are the same before, during and after; several at once share the work.
 *
 * @example await foldActivityCounts(prisma);
 */
export async function foldActivityCounts(client: Client): Promise<number> {
  let folded = 0;
  for (;;) {
    const parts = (await rowOf(client, fold, [partsPerStatement]))?.parts ?? 0;
    folded += parts;
    if (parts < partsPerStatement) return folded;
  }
}

const partsPerStatement = 5_000;

function noCounts(): Record<ActivityType, number> {
  return Object.fromEntries(Object.keys(ActivityType).map((type) => [type, 0])) as Record<
    ActivityType,
    number
  >;
}

const countsIn = (period: string) =>
  statement<{ at: Date; type: ActivityType; happened: number }>(
    `activity.counts_by_${period}`,
    `SELECT date_trunc('${period}', c.hour, 'UTC') AS at, c.type, sum(c.count)::int AS happened FROM activity_counts c
     WHERE c.hour >= date_trunc('${period}', $1::timestamptz, 'UTC') AND c.hour < $2::timestamptz GROUP BY 1, 2 ORDER BY 1, 2`,
  );

const countsBy = { hour: countsIn('hour'), day: countsIn('day') };

// Parts are taken in one order, and the sums written in the same: two folders never wait for each other in a circle.
const fold = statement<{ parts: number }>(
  'activity.fold_counts',
  `WITH parts AS (
     SELECT hour, type, part FROM activity_counts WHERE part <> 0
     ORDER BY hour, type, part LIMIT $1::int FOR UPDATE SKIP LOCKED
   ), taken AS (
     DELETE FROM activity_counts c USING parts
     WHERE (c.hour, c.type, c.part) = (parts.hour, parts.type, parts.part) RETURNING c.hour, c.type, c.count
   ), added AS (
     INSERT INTO activity_counts AS c (hour, type, part, count, updated_at)
     SELECT hour, type, 0, sum(count), now() FROM taken GROUP BY hour, type ORDER BY hour, type
     ON CONFLICT (hour, type, part) DO UPDATE SET count = c.count + excluded.count, updated_at = excluded.updated_at
   )
   SELECT count(*)::int AS parts FROM taken`,
);
