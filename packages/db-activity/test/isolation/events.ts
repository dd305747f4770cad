import { isolationCase } from '@codezest/constraint-tests';
import type { UserId } from '@codezest/db-types';
import {
  awardBadge,
  type Client,
  foldActivityCounts,
  listActivityCounts,
  type NewActivity,
  newActivityId,
  newAnalyticsEventId,
  type PrismaClient,
  recordActivities,
  recordActivity,
  recordAnalyticsEvents,
} from '../../src/index.js';
import { badge, newUser } from '../fixtures.js';

let hours = 0;
const HOUR = 3_600_000;

export function eventCases(own: () => PrismaClient) {
  const activity = async (): Promise<NewActivity> => badge(newUser());
  const otherTry = (given: NewActivity): NewActivity => ({ ...given, description: 'Another try' });
  const stored = async (_client: Client, { id }: NewActivity) =>
    (await own().userActivity.findMany({ where: { id } })).map(({ description }) => description);
  const pageView = async () => ({ id: newAnalyticsEventId(), eventName: 'page.viewed' });
  return {
    recordActivity: isolationCase({
      given: activity,
      act: (client: Client, given: NewActivity) => recordActivity(client, given),
      rival: (client: Client, given) => recordActivity(client, otherTry(given)),
      state: stored,
    }),
    recordActivities: isolationCase({
      given: activity,
      act: (client: Client, given: NewActivity) => recordActivities(client, [given, badge(given.userId)]),
      rival: (client: Client, given) => recordActivities(client, [otherTry(given)]),
      state: stored,
    }),
    recordAnalyticsEvents: isolationCase({
      given: pageView,
      act: (client: Client, given: Awaited<ReturnType<typeof pageView>>) =>
        recordAnalyticsEvents(client, [given]),
      rival: (client: Client, given) => recordAnalyticsEvents(client, [{ ...given, eventName: 'page.left' }]),
      state: async (_client, { id }) =>
        (await own().analyticsEvent.findMany({ where: { id } })).map(({ eventName }) => eventName),
    }),
    awardBadge: isolationCase({
      given: async () => ({ userId: newUser() }),
      act: (client: Client, { userId }: { userId: UserId }) =>
        awardBadge(client, { id: newActivityId(), userId, badge: 'week', description: 'A week' }),
      rival: (client: Client, { userId }) =>
        awardBadge(client, { id: newActivityId(), userId, badge: 'week', description: 'Another week' }),
      state: async (_client, { userId }) => ({
        badges: await own().userBadge.count({ where: { userId } }),
        told: (await own().userActivity.findMany({ where: { userId } })).map(
          ({ description }) => description,
        ),
      }),
    }),
    foldActivityCounts: isolationCase({
      given: async () => {
        hours += 1;
        const from = new Date(Date.UTC(2026, 2, 1) + hours * HOUR);
        await recordActivity(own(), badge(newUser(), from));
        return { from, to: new Date(from.getTime() + HOUR) };
      },
      act: (client: Client) => foldActivityCounts(client),
      rival: (client: Client, { from }: { from: Date; to: Date }) =>
        recordActivity(client, badge(newUser(), from)),
      state: async (_client, period) =>
        (await listActivityCounts(own(), { ...period, by: 'hour' })).map(({ counts }) => counts.BADGE_EARNED),
    }),
  };
}
