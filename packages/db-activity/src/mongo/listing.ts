import {
  type Page,
  type PageRequest,
  pageLimit,
  type TimeCursor,
  timeCursor,
  timePage,
} from '@codezest/db-core';
import { type EventId, parseUserId, type UserId } from '@codezest/db-types';
import type { Filter } from 'mongodb';
import { type ActivityLog, activityLogs } from './activity-logs.js';
import { type AnalyticsEventDocument, analyticsEvents } from './analytics-events.js';
import { type ActivityMongo, onDatabase } from './client.js';
import { safeText, safeTime } from './input-safety.js';

/** From `from` on, up to but not including `to`. */
export interface TimeSpan {
  readonly from?: Date;
  readonly to?: Date;
}

/**
 * A page of a user's log, newest first, at most 100 documents. A page costs the same however far down it is.
 *
 * @throws {InvalidPageError}
 */
export async function listUserActivityLogs(
  mongo: ActivityMongo,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<ActivityLog>> {
  return await list<ActivityLog>(mongo, activityLogs.name, { userId: parseUserId(userId) }, {}, page);
}

/** Who did it, newest first: the audit of an action over a span of time. */
export async function listActivityLogsByAction(
  mongo: ActivityMongo,
  action: string,
  { span = {}, ...page }: PageRequest & { readonly span?: TimeSpan } = {},
): Promise<Page<ActivityLog>> {
  return await list<ActivityLog>(
    mongo,
    activityLogs.name,
    { action: safeText('action', action) },
    span,
    page,
  );
}

/** The events of one name over a span of time, newest first. */
export async function listEventsByName(
  mongo: ActivityMongo,
  eventName: string,
  { span = {}, ...page }: PageRequest & { readonly span?: TimeSpan } = {},
): Promise<Page<AnalyticsEventDocument>> {
  return await list<AnalyticsEventDocument>(
    mongo,
    analyticsEvents.name,
    { eventName: safeText('eventName', eventName) },
    span,
    page,
  );
}

/** What one user did in the product, newest first. */
export async function listUserEvents(
  mongo: ActivityMongo,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<AnalyticsEventDocument>> {
  return await list<AnalyticsEventDocument>(
    mongo,
    analyticsEvents.name,
    { userId: parseUserId(userId) },
    {},
    page,
  );
}

interface Timed {
  readonly _id: EventId;
  readonly at: Date;
}

async function list<Stored extends Timed>(
  mongo: ActivityMongo,
  collection: string,
  equal: Readonly<Record<string, string>>,
  span: TimeSpan,
  page: PageRequest,
): Promise<Page<Stored>> {
  const limit = pageLimit(page);
  const listing = `${collection} ${JSON.stringify(equal)}`;
  const after = timeCursor(listing, page);
  const filter = { $and: [equal, ...within(span), ...beyond(after)] } as Filter<Stored>;
  const found = await onDatabase(mongo, { command: 'find', collection }, (database) =>
    database
      .collection<Stored>(collection)
      .find(filter)
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .toArray(),
  );
  return timePage(listing, found as unknown as Stored[], limit, ({ at, _id }) => ({ at, id: _id }));
}

function within({ from, to }: TimeSpan): object[] {
  return [
    ...(from === undefined ? [] : [{ at: { $gte: safeTime('from', from) } }]),
    ...(to === undefined ? [] : [{ at: { $lt: safeTime('to', to) } }]),
  ];
}

/** The bound on `at` alone is what reaches the index; the rest only breaks ties. */
function beyond(after: TimeCursor | undefined): object[] {
  if (after === undefined) return [];
  const at = new Date(after.at);
  return [{ at: { $lte: at } }, { $or: [{ at: { $lt: at } }, { _id: { $lt: after.id } }] }];
}
