import {
  type Factories as AnyFactories,
  createFactories,
  type Definitions,
  testHash,
  testId,
} from '@codezest/db-core/testing';
import type { Prisma } from '../../generated/client.js';
import type { SecretFields } from '../../generated/secret-fields.js';
import type { Client, PrismaClient } from '../client.js';

type Delegates = Pick<PrismaClient, keyof Data>;

/** What `create` gives for each model: the row without its secret fields. */
type Rows = {
  [Model in keyof Data]: Prisma.Result<
    Delegates[Model],
    Model extends keyof SecretFields ? { omit: SecretFields[Model] } : object,
    'create'
  >;
};

/** Makes valid rows of every model, each with the rows it needs: `make.userActivity()`. */
export interface Factories extends AnyFactories<Data, Rows> {}

/** Factories on a test database, one set per database: they count from 1, so that every run writes the same. */
export function factories(client: Client): Factories {
  return createFactories<Data, Rows>(client, definitions, [
    'activityDay',
    'activityCount',
    'leaderboardChange',
    'leaderboardCohort',
    'leaderboardScore',
    'leaderboardStep',
    'userBadge',
    'erasedUser',
  ]);
}

interface Data {
  userActivity: Prisma.UserActivityUncheckedCreateInput;
  analyticsEvent: Prisma.AnalyticsEventUncheckedCreateInput;
  userEngagement: Prisma.UserEngagementUncheckedCreateInput;
  pointsEntry: Prisma.PointsEntryUncheckedCreateInput;
  activityDay: Prisma.ActivityDayUncheckedCreateInput;
  activityCount: Prisma.ActivityCountUncheckedCreateInput;
  leaderboardScore: Prisma.LeaderboardScoreUncheckedCreateInput;
  leaderboardStep: Prisma.LeaderboardStepUncheckedCreateInput;
  leaderboardChange: Prisma.LeaderboardChangeUncheckedCreateInput;
  leaderboardCohort: Prisma.LeaderboardCohortUncheckedCreateInput;
  userBadge: Prisma.UserBadgeUncheckedCreateInput;
  erasedUser: Prisma.ErasedUserUncheckedCreateInput;
  receivedEvent: Prisma.ReceivedEventUncheckedCreateInput;
}

const definitions: Definitions<Data, Rows> = {
  erasedUser: (n) => ({ userHash: testHash(n), requestId: testId('Event', n) }),
  receivedEvent: (n) => ({
    id: testId('Event', n),
    type: 'user.deleted',
    version: 1,
    aggregateType: 'auth.user',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    payload: { userId: testId('User', n) },
    occurredAt: new Date(),
  }),
  userActivity: (n, given) => ({
    ...identified('UserActivity', n, given),
    userId: testId('User', n),
    type: 'USER_JOINED',
    description: `Activity ${n}`,
  }),
  analyticsEvent: (n, given) => ({
    ...identified('AnalyticsEvent', n, given),
    eventName: `test_event_${n}`,
  }),
  userEngagement: (n) => ({ userId: testId('User', n) }),
  pointsEntry: (n) => ({
    userId: testId('User', n),
    points: 10,
    reason: `Reason ${n}`,
    sourceEventId: testId('UserActivity', n),
  }),
  activityDay: (n) => {
    const day = new Date(Date.UTC(2026, 0, 5));
    const [beginsAt, endsAt] = [day, new Date(Date.UTC(2026, 0, 6))];
    return { userId: testId('User', n), day, timeZone: 'UTC', beginsAt, endsAt, lastAt: day };
  },
  activityCount: (n) => ({ hour: new Date(Date.UTC(2026, 0, 5, n)), type: 'USER_JOINED', part: 0, count: n }),
  leaderboardScore: (n) => ({ ...allTime, userId: testId('User', n), points: n, reachedAt: new Date(0) }),
  leaderboardStep: (n) => ({ ...allTime, cohort: 'of its own', level: 0, bucket: n, users: 1 }),
  // An award has left one already, unless it was of no points.
  leaderboardChange: async (_n, given, make) => ({
    entryId: given.entryId ?? (await make.pointsEntry({ points: 0 })).id,
  }),
  leaderboardCohort: (n) => ({ userId: testId('User', n), cohort: `cohort-${n}` }),
  userBadge: (n) => ({
    userId: testId('User', n),
    badge: `badge-${n}`,
    sourceEventId: testId('UserActivity', n),
    earnedAt: new Date(Date.UTC(2026, 0, 5)),
  }),
};

const allTime = { period: 'ALL_TIME' as const, startsOn: new Date(0), cohort: '' };

/** Rows lie in the partition of their month, and their id begins with their time. */
function identified(kind: string, n: number, { createdAt = new Date() }: { createdAt?: Date | string }) {
  return { id: testId(kind, n, new Date(createdAt)), createdAt };
}
