import type { EventId, UserId } from '@codezest/db-types';
import {
  type ActivityMongo,
  collectionsOf,
  createMongo,
  eraseUserData,
  listActivityLogsByAction,
  listEventsByName,
  listUserActivityLogs,
  listUserEvents,
  mongoHealth,
  planSync,
  recordActivityLogs,
  recordAnalyticsEvents,
  sync,
} from '../../src/mongo.js';

/** One per process; `mongo` is it already, for the URL in ACTIVITY_MONGODB_URL. */
export const open = (url: string) => createMongo({ url });

/** In a deploy, or by `codezest-db-activity mongo sync`. The plan sends nothing that writes. */
export async function prepare(store: ActivityMongo): Promise<number> {
  const { commands } = await planSync(store);
  await sync(store);
  return commands.length;
}

/** How many were new: an event that comes again is one document. */
export const loggedIn = (store: ActivityMongo, id: EventId, userId: UserId, at: Date) =>
  recordActivityLogs(store, [{ id, userId, action: 'auth.logged_in', ip: '192.0.2.17', at }]);

export const videoPaused = (store: ActivityMongo, id: EventId, userId: UserId, at: Date) =>
  recordAnalyticsEvents(store, [
    { id, eventName: 'lesson.video_paused', userId, properties: { second: 12 }, at },
  ]);

/** Pages, newest first. */
export const trailOf = (store: ActivityMongo, userId: UserId, cursor?: string) =>
  listUserActivityLogs(store, userId, { limit: 50, cursor });

export const visitsOf = (store: ActivityMongo, userId: UserId) => listUserEvents(store, userId);

export const logins = (store: ActivityMongo, from: Date, to: Date) =>
  listActivityLogsByAction(store, 'auth.logged_in', { span: { from, to } });

export const pauses = (store: ActivityMongo, from: Date, to: Date) =>
  listEventsByName(store, 'lesson.video_paused', { span: { from, to } });

/** What there is no function for. */
export const logById = async (store: ActivityMongo, id: EventId) =>
  (await collectionsOf(store)).activityLogs.findOne({ _id: id });

/** How many documents of each collection went. */
export const forgetIn = (store: ActivityMongo, userId: UserId) => eraseUserData(store, userId);

/** Never rejects. Report it, but don't fail on it: the service works without MongoDB. */
export const isThere = async (store: ActivityMongo) => (await mongoHealth(store)).healthy;
