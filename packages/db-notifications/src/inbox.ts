import {
  CodezestDbError,
  type Page,
  type PageRequest,
  pageLimit,
  read,
  rowOf,
  rowsOf,
  statement,
  timeCursor,
  timePage,
} from '@codezest/db-core';
import type { NotificationId, UserId } from '@codezest/db-types';
import type { Notification } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';

/** The user has no such notification. */
export class NotificationNotFoundError extends CodezestDbError {
  constructor() {
    super('NOTIFICATION_NOT_FOUND', 'This user has no notification with this id.');
  }
}

export interface InboxRequest extends PageRequest {
  /** Only what the user has not opened yet. */
  readonly unreadOnly?: boolean;
}

/**
 * A page of a user's inbox, newest first: what was notified in the app and has not expired. A page costs the same however
 * far down it is, and what arrives meanwhile moves nothing.
 *
 * @throws {InvalidPageError}
 * @example const { items, nextCursor } = await listInbox(prisma, userId, { limit: 50 });
 */
export async function listInbox(
  client: Client,
  userId: UserId,
  page: InboxRequest = {},
): Promise<Page<Notification>> {
  const limit = pageLimit(page);
  const listing = `${page.unreadOnly ? 'unread inbox' : 'inbox'} of ${userId}`;
  const after = timeCursor(listing, page);
  const rows = await rowsOf(client, page.unreadOnly ? unreadPage : inboxPage, [
    userId,
    after?.at ?? 'infinity',
    after?.id ?? lastId,
    limit + 1,
  ]);
  return timePage(listing, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

export interface InboxCounts {
  readonly unread: number;
  /** Not even shown in a list yet; these are among the unread. */
  readonly unseen: number;
}

/**
 * How many notifications of the inbox are unread and unseen, from the index of the unread alone.
 *
 * @example const { unread } = await inboxCounts(prisma, userId);
 */
export async function inboxCounts(client: Client, userId: UserId): Promise<InboxCounts> {
  return (await rowOf(client, countUnread, [userId])) ?? { unread: 0, unseen: 0 };
}

/**
 * Marks a notification of this user read, and seen. Once read it stays as it is, so the first time is kept.
 *
 * @throws {NotificationNotFoundError} also for a notification of somebody else.
 * @example const notification = await markRead(prisma, { userId, notificationId });
 */
export async function markRead(
  client: Client,
  { userId, notificationId }: { userId: UserId; notificationId: NotificationId },
): Promise<Notification> {
  const notification = await rowOf(client, readOne, [notificationId, userId]);
  if (notification === undefined) throw new NotificationNotFoundError();
  return notification;
}

/** The time up to which everything shall be read is none. */
export class InvalidReadTimeError extends CodezestDbError {
  constructor() {
    super(
      'READ_TIME_INVALID',
      'Nothing was marked: upTo is no date. Give createdAt of the newest notification in view.',
    );
  }
}

/**
 * Marks what is unread in a user's inbox read, and returns how much that was.
 *
 * With `upTo`, the creation time of the newest notification in view, only what the user has seen is marked: what
 * `markSeen` has marked and is not newer. A time alone would not do, because a transaction that began earlier may commit
 * after the page was read. Given as undefined, for an empty page, it marks nothing. Left out, it marks everything.
 *
 * @throws {InvalidReadTimeError}
 * @example await markAllRead(prisma, { userId, upTo: items[0]?.createdAt });
 */
export async function markAllRead(
  client: Client,
  request: { userId: UserId; upTo?: Date | undefined },
): Promise<number> {
  const { userId, upTo } = request;
  if (!('upTo' in request)) return (await rowOf(client, readAll, [userId]))?.marked ?? 0;
  if (upTo === undefined) return 0;
  if (Number.isNaN(upTo.getTime())) throw new InvalidReadTimeError();
  return (await rowOf(client, readSeen, [userId, upTo]))?.marked ?? 0;
}

/**
 * Marks notifications of this user seen, such as those of a page that was shown, and returns how many were not before.
 * Those of others are left alone, and so is one that stands for more by now than it did when it was shown.
 *
 * @example await markSeen(prisma, { userId, notifications: items });
 */
export async function markSeen(
  client: Client,
  { userId, notifications }: { userId: UserId; notifications: readonly ShownNotification[] },
): Promise<number> {
  const ids = notifications.map(({ id }) => id);
  const occurrences = notifications.map((shown) => shown.occurrences);
  return (await rowOf(client, seeEach, [userId, ids, occurrences]))?.marked ?? 0;
}

/** A notification as it was shown. */
export type ShownNotification = Pick<Notification, 'id' | 'occurrences'>;

/** With the time `infinity`, the place before the first row. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const standsInInbox =
  'n.in_app AND (n.expires_at IS NULL OR n.expires_at > now()) AND (n.send_at IS NULL OR n.send_at <= now())';

// The row comparison reaches the index; the same said with OR does not.
const page = (condition: string) => `SELECT ${columnsOf.notification('n')} FROM notifications n
   WHERE n.user_id = $1::uuid AND (n.created_at, n.id) < ($2::timestamptz, $3::uuid) AND ${condition}
   ORDER BY n.created_at DESC, n.id DESC LIMIT $4::int`;

const inboxPage = read<Notification>('notifications.inbox_page', page(standsInInbox));
const unreadPage = read<Notification>(
  'notifications.unread_page',
  page(`n.read_at IS NULL AND ${standsInInbox}`),
);

const countUnread = read<InboxCounts>(
  'notifications.inbox_counts',
  `SELECT count(*)::int AS unread, (count(*) FILTER (WHERE n.seen_at IS NULL))::int AS unseen
   FROM notifications n WHERE n.user_id = $1::uuid AND n.read_at IS NULL AND ${standsInInbox}`,
);

// A transaction that began before the notification was written has an earlier time than it: never read before created.
const momentOf = (notification: string) => `greatest(now(), ${notification}.created_at)`;

const readOne = statement<Notification>(
  'notifications.mark_read',
  `UPDATE notifications n SET
     read_at = coalesce(n.read_at, ${momentOf('n')}),
     seen_at = coalesce(n.seen_at, ${momentOf('n')}),
     updated_at = CASE WHEN n.read_at IS NULL THEN now() ELSE n.updated_at END
   WHERE n.id = $1::uuid AND n.user_id = $2::uuid
   RETURNING ${columnsOf.notification('n')}`,
);

// Rows are locked in one order before they change: two of these at once wait for each other, they never deadlock.
const inOrder = (condition: string, change: string) => `WITH unread AS (
     SELECT n.id FROM notifications n WHERE n.user_id = $1::uuid AND ${condition} ORDER BY n.id FOR UPDATE
   ), marked AS (
     UPDATE notifications n SET ${change}, updated_at = now() FROM unread WHERE n.id = unread.id AND ${condition}
     RETURNING 1
   ) SELECT count(*)::int AS marked FROM marked`;

const readNow = `read_at = ${momentOf('n')}, seen_at = coalesce(n.seen_at, ${momentOf('n')})`;

const readAll = statement<{ marked: number }>(
  'notifications.mark_all_read',
  inOrder(`n.read_at IS NULL AND ${standsInInbox}`, readNow),
);

const readSeen = statement<{ marked: number }>(
  'notifications.mark_seen_read',
  inOrder(
    `n.read_at IS NULL AND ${standsInInbox} AND n.seen_at IS NOT NULL AND n.created_at <= $2::timestamptz`,
    readNow,
  ),
);

const seeEach = statement<{ marked: number }>(
  'notifications.mark_seen',
  inOrder(
    `n.read_at IS NULL AND n.seen_at IS NULL AND n.id = ANY($2::uuid[])
       AND n.occurrences = ($3::int[])[array_position($2::uuid[], n.id)]`,
    `seen_at = ${momentOf('n')}`,
  ),
);
