import { randomUUID } from 'node:crypto';
import type * as Activity from '@codezest/db-activity';
import { receiveTold } from './received-events.js';
import type { Give, WaysIn } from './way-in.js';

type PrismaClient = Activity.PrismaClient;
type UserId = Activity.NewActivity['userId'];

export function activityWaysIn(activity: typeof Activity): WaysIn<PrismaClient> {
  const userId = randomUUID() as UserId;
  const newActivity = (give: Give) =>
    ({
      id: activity.newActivityId(),
      userId: give.id(userId),
      type: 'MODULE_STARTED',
      description: give.text('description'),
      metadata: { moduleId: give.text('metadata') },
    }) as unknown as Activity.NewActivity;
  const newEvent = (give: Give): Activity.NewAnalyticsEvent => ({
    id: activity.newAnalyticsEventId(),
    userId: give.id(userId),
    eventName: give.text('event name'),
    properties: { [give.text('key of properties')]: give.text('properties') } as never,
  });

  return {
    async 'an activity'(give, client) {
      await activity.recordActivity(client, newActivity(give));
      await activity.recordActivities(client, [newActivity(give), newActivity(give)]);
      await give.refusal(
        activity.recordActivity(client, {
          ...newActivity(give),
          id: give.secret('token as the id of an activity') as Activity.NewActivity['id'],
        }),
      );
      await give.refusal(
        activity.recordActivity(client, { ...newActivity(give), type: give.text('unknown type') as never }),
      );
    },
    'an analytics event': (give, client) => activity.recordAnalyticsEvents(client, [newEvent(give)]),
    async 'the batching writers'(give, client) {
      const writers = [
        activity.createActivityWriter(client, { giveUpAfterMs: 50 }),
        activity.createAnalyticsEventWriter(client, { giveUpAfterMs: 50, maxQueued: 2 }),
      ] as const;
      try {
        const future = activity.newActivityId(new Date(Date.now() + 86_400_000));
        await give.refusal(writers[0].record({ ...newActivity(give), id: future }));
        await writers[0].record(newActivity(give));
        const taken = [writers[1].record(newEvent(give)), writers[1].record(newEvent(give))];
        await give.refusal(writers[1].record(newEvent(give)));
        await Promise.all(taken);
      } finally {
        await Promise.all(writers.map((writer) => writer.drain()));
      }
      await give.refusal(writers[0].record(newActivity(give)));
    },
    async points(give, client) {
      await activity.awardPoints(client, newActivity(give), { points: 10 });
      const timeZone = give.text('unknown time zone');
      await give.refusal(activity.awardPoints(client, newActivity(give), { points: 10, timeZone }));
      await activity.findEngagement(client, { userId: give.id(userId) });
      await give.refusal(activity.findEngagement(client, { userId, timeZone }));
      await activity.freezeDay(client, { userId: give.id(userId) });
      const earned = newActivity(give);
      await activity.awardPoints(client, earned, { points: 10, reason: give.text('reason of points') });
      await activity.reversePoints(client, earned.id, { reason: give.text('reason of a reversal') });
      await give.refusal(
        activity.reversePoints(client, newActivity(give).id, { reason: give.text('reason of nothing') }),
      );
    },
    async 'a feed'(give, client) {
      await activity.listActivity(client, give.id(userId));
      await activity.listAllActivity(client);
      await give.refusal(activity.listActivity(client, userId, { cursor: give.secret('token as a cursor') }));
      const period = { from: new Date(Date.now() - 86_400_000), to: new Date() };
      await activity.countActivities(client, { ...period, userId: give.id(userId) });
      activity.levelOf(activity.pointsForLevel(2));
      await activity.listActivityCounts(client, { ...period, by: 'day' });
      await activity.foldActivityCounts(client);
    },
    async leaderboards(give, client) {
      const cohort = give.text('cohort');
      await activity.setCohort(client, { userId: give.id(userId), cohort });
      await activity.awardPoints(client, newActivity(give), { points: 10 });
      await activity.foldLeaderboards(client);
      const board = { period: 'WEEK' as const, at: new Date(), cohort };
      await activity.listLeaderboard(client, board, { limit: 10 });
      await activity.findStanding(client, { ...board, userId: give.id(userId), neighbours: 2 });
      await activity.deleteLeaderboardsBefore(client, new Date(0));
      await give.refusal(activity.listLeaderboard(client, { period: give.text('period') as never }));
    },
    async badges(give, client) {
      const badge = {
        id: newActivity(give).id,
        userId: give.id(userId),
        description: give.text('badge in the feed'),
      };
      await activity.awardBadge(client, { ...badge, badge: 'week-in-a-row' });
      await activity.listBadges(client, badge.userId);
      await give.refusal(
        activity.awardBadge(client, {
          ...badge,
          badge: give.text('name of a badge', (text) => `No slug: ${text}`),
        }),
      );
    },
    // Only the owner of the tables may; what a service is told is printed where it is not.
    async partitions(_give, client) {
      await activity.ensurePartitions(client, new Date(), new Date()).catch(() => undefined);
      await activity.emptyDefaultPartition(client).catch(() => undefined);
      await activity.dropPartitionsBefore(client, new Date(0)).catch(() => undefined);
    },
    async 'what others tell'(give, client) {
      await receiveTold(activity, client, give, {
        type: 'module.completed',
        aggregateType: 'learning.completion',
        aggregateId: randomUUID(),
        payload: {
          userId: give.id(userId),
          moduleId: randomUUID(),
          moduleTitle: give.text('title of a completed module'),
        },
      });
    },
    async 'the rights of a person'(give, client) {
      const person = randomUUID() as Parameters<typeof Activity.exportUser>[1];
      await activity.exportUser(client, give.id(person), () => undefined);
      // Only the owner of the tables may; what a service is told is printed where it is not.
      await activity
        .eraseUser(client, {
          userId: person,
          requestId: randomUUID() as Parameters<typeof Activity.eraseUser>[1]['requestId'],
        })
        .catch(() => undefined);
    },
  };
}
