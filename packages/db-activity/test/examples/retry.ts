import type { UserId } from '@codezest/db-types';
import {
  awardPoints,
  findEngagement,
  type NewActivity,
  type NewAnalyticsEvent,
  type PrismaClient,
  recordAnalyticsEvents,
  transaction,
  withRetry,
} from '../../src/index.js';

/** The points and the event behind them, or neither. Events count once, so it may be done twice. */
export const earnAndMeasure = (client: PrismaClient, activity: NewActivity, event: NewAnalyticsEvent) =>
  transaction(
    client,
    async (open) => {
      await recordAnalyticsEvents(open, [event]);
      return awardPoints(open, activity, { points: 25, timeZone: 'UTC' });
    },
    { idempotent: true },
  );

/** To read twice is the same as once, so also after a lost connection. */
export const engagement = (client: PrismaClient, userId: UserId) =>
  withRetry(() => findEngagement(client, { userId, timeZone: 'UTC' }), { idempotent: true });
