import {
  CodezestDbError,
  GREATEST_LIMIT,
  type Page,
  type PageRequest,
  pageLimit,
  read,
  rowsOf,
  timeCursor,
  timePage,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { UserActivity } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { ActivityType } from '../generated/enums.js';
import type { Client } from './client.js';

/**
 * A page of a user's activity, newest first, at most 100 rows. The place in the feed is that of the last row seen, so a
 * page costs the same however far down it is, and what happens meanwhile moves nothing.
 *
 * @throws {InvalidPageError}
 * @example
 * const { items, nextCursor } = await listActivity(prisma, userId);
 * const older = await listActivity(prisma, userId, { cursor: nextCursor });
 */
export async function listActivity(
  client: Client,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<UserActivity>> {
  const limit = pageLimit(page);
  const listing = `activity of ${userId}`;
  const after = timeCursor(listing, page) ?? beforeTheFirst;
  const rows = await rowsOf(client, userFeed, [userId, after.at, after.id, limit + 1]);
  return timePage(listing, rows, limit, placeOf);
}

/**
 * A page of everybody's activity, newest first, as `listActivity`.
 *
 * @throws {InvalidPageError}
 */
export async function listAllActivity(client: Client, page: PageRequest = {}): Promise<Page<UserActivity>> {
  const limit = pageLimit(page);
  const listing = 'all activity';
  const after = timeCursor(listing, page) ?? beforeTheFirst;
  const rows = await rowsOf(client, feedOfAll, [after.at, after.id, limit + 1]);
  return timePage(listing, rows, limit, placeOf);
}

const beforeTheFirst = { at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
const placeOf = ({ createdAt, id }: UserActivity) => ({ at: createdAt, id });

// The row comparison finds the place in the index, which the same said with OR would not. The simple one beside it says
// nothing more, but by it alone PostgreSQL leaves out the months after that place.
//
// The inner limit is there for the planner: of a limit that is a parameter it expects a tenth of the table, and so plans
// the statement anew each time, which with a partition per month takes longer than the page itself.
const pageOf = (condition: string, at: string, id: string, limit: string) =>
  `SELECT * FROM (
     SELECT ${columnsOf.userActivity('a')} FROM user_activities a
     WHERE ${condition}(a.created_at, a.id) < (${at}::timestamptz, ${id}::uuid) AND a.created_at <= ${at}::timestamptz
     ORDER BY a.created_at DESC, a.id DESC LIMIT ${GREATEST_LIMIT + 1}
   ) AS page ORDER BY "createdAt" DESC, "id" DESC LIMIT ${limit}::int`;

const userFeed = read<UserActivity>(
  'activity.user_feed',
  pageOf('a.user_id = $1::uuid AND ', '$2', '$3', '$4'),
);

const feedOfAll = read<UserActivity>('activity.feed_of_all', pageOf('', '$1', '$2', '$3'));

/** From a moment, itself included, to another, itself not: periods that meet share nothing. */
export interface ActivityPeriod {
  readonly from: Date;
  readonly to: Date;
}

/** The end of the period is not after its beginning, or one of them is no date. */
export class InvalidPeriodError extends CodezestDbError {
  constructor() {
    super('PERIOD_INVALID', 'Nothing can be counted: a period needs two dates, and ends after it begins.');
  }
}

/**
 * How often each type of activity happened in a period, to one user or to all, the types that did not happen as 0.
 * Reads the rows of the period: keep the counts of everybody for a while instead of asking at every request.
 *
 * @throws {InvalidPeriodError}
 * @example
 * const counts = await countActivities(prisma, { userId, from: weekAgo, to: now });
 * counts.QUIZ_COMPLETED;
 */
export async function countActivities(
  client: Client,
  { userId, from, to }: ActivityPeriod & { readonly userId?: UserId },
): Promise<Record<ActivityType, number>> {
  if (!(from < to)) throw new InvalidPeriodError();
  const rows =
    userId === undefined
      ? await rowsOf(client, countsOfAll, [from, to])
      : await rowsOf(client, countsOfUser, [from, to, userId]);
  const counts = Object.fromEntries(Object.keys(ActivityType).map((type) => [type, 0]));
  for (const { type, happened } of rows) counts[type] = happened;
  return counts as Record<ActivityType, number>;
}

interface TypeCount {
  type: ActivityType;
  happened: number;
}

const countByType = (condition: string) =>
  `SELECT a.type, count(*)::int AS happened FROM user_activities a
   WHERE a.created_at >= $1::timestamptz AND a.created_at < $2::timestamptz${condition} GROUP BY a.type`;

// Two statements: with one for both, the plan that is kept for it would not use the index on the user.
const countsOfAll = read<TypeCount>('activity.counts_of_all', countByType(''));
const countsOfUser = read<TypeCount>('activity.counts_of_user', countByType(' AND a.user_id = $3::uuid'));
