import type { UserId } from '@codezest/db-types';
import {
  type AnalyticsEventWriter,
  type Client,
  createAnalyticsEventWriter,
  newAnalyticsEventId,
  type PrismaClient,
  recordAnalyticsEvents,
} from '../../src/index.js';

const pageViewed = (userId: UserId, path: string) => ({
  id: newAnalyticsEventId(),
  eventName: 'page.viewed',
  userId,
  properties: { path },
});

export const countPageView = (client: Client, userId: UserId, path: string) =>
  recordAnalyticsEvents(client, [pageViewed(userId, path)]);

/** Where many callers record one event each. */
export const openWriter = (client: PrismaClient) => createAnalyticsEventWriter(client);

export const countSoon = (writer: AnalyticsEventWriter, userId: UserId, path: string) =>
  writer.record(pageViewed(userId, path));
