import {
  type Page,
  type PageRequest,
  pageLimit,
  rowsOf,
  statement,
  timeCursor,
  timePage,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { UserActivity } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';

/**
 * A page of a user's activity, newest first, at most 100 rows. The place in the feed is that of the last row seen, so a
 * page costs the same however far down it is, and what happens meanwhile moves nothing.
 *
 * @throws {InvalidPageError}
 */
export async function listActivity(
  client: Client,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<UserActivity>> {
  const limit = pageLimit(page);
  const listing = `activity of ${userId}`;
  const after = timeCursor(listing, page);
  const rows = await rowsOf(client, userFeed, [
    userId,
    after?.at ?? 'infinity',
    after?.id ?? lastId,
    limit + 1,
  ]);
  return timePage(listing, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** A page of everybody's activity, newest first, as `listActivity`. */
export async function listAllActivity(client: Client, page: PageRequest = {}): Promise<Page<UserActivity>> {
  const limit = pageLimit(page);
  const listing = 'all activity';
  const after = timeCursor(listing, page);
  const rows = await rowsOf(client, feedOfAll, [after?.at ?? 'infinity', after?.id ?? lastId, limit + 1]);
  return timePage(listing, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** With the time `infinity`, the place before the first row. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

// The row comparison reaches the index; the same said with OR does not.
const userFeed = statement<UserActivity>(
  'activity.user_feed',
  `SELECT ${columnsOf.userActivity('a')} FROM user_activities a
   WHERE a.user_id = $1::uuid AND (a.created_at, a.id) < ($2::timestamptz, $3::uuid)
   ORDER BY a.created_at DESC, a.id DESC LIMIT $4::int`,
);

const feedOfAll = statement<UserActivity>(
  'activity.feed_of_all',
  `SELECT ${columnsOf.userActivity('a')} FROM user_activities a
   WHERE (a.created_at, a.id) < ($1::timestamptz, $2::uuid)
   ORDER BY a.created_at DESC, a.id DESC LIMIT $3::int`,
);
