import { isolationCase } from '@codezest/constraint-tests';
import type { UserActivityId, UserId } from '@codezest/db-types';
import {
  awardPoints,
  type Client,
  deleteLeaderboardsBefore,
  findStanding,
  foldLeaderboards,
  freezeDay,
  type PrismaClient,
  reversePoints,
  setCohort,
} from '../../src/index.js';
import { badge, newUser } from '../fixtures.js';

interface Learner {
  readonly userId: UserId;
  readonly activityId: UserActivityId;
}

const AT = '2026-02-04T10:00:00Z';
const week = { period: 'WEEK', at: new Date(AT) } as const;
const award = (client: Client, { userId }: Learner) => awardPoints(client, badge(userId, AT), { points: 5 });

export function pointsCases(own: () => PrismaClient) {
  const newcomer = async () => ({ userId: newUser(), activityId: badge(newUser()).id });
  const learner = async (): Promise<Learner> => {
    const activity = badge(newUser(), AT);
    await awardPoints(own(), activity, { points: 10 });
    return { userId: activity.userId, activityId: activity.id };
  };
  const state = async (_client: Client, { userId }: Learner) => {
    const engagement = await own().userEngagement.findUnique({ where: { userId } });
    const entries = await own().pointsEntry.findMany({ where: { userId } });
    const days = await own().activityDay.findMany({ where: { userId } });
    return {
      sum: engagement && [engagement.points, engagement.streak, engagement.longestStreak],
      ledger: entries.map(({ points, cohort }) => `${points} ${cohort}`).sort(),
      days: days.map(({ day, lastAt }) => `${day.toISOString()} ${lastAt !== null}`).sort(),
    };
  };
  /** What nobody has folded yet comes in last, so that nothing may be missing. */
  const ranked = async (_client: Client, { userId }: Learner) => {
    await foldLeaderboards(own());
    const standing = await findStanding(own(), { ...week, userId });
    return { ...(await state(own(), { userId } as Learner)), points: standing?.points ?? null };
  };
  return {
    awardPoints: isolationCase({ given: newcomer, act: award, rival: award, state }),
    reversePoints: isolationCase({
      given: learner,
      act: (client: Client, { activityId }: Learner) =>
        reversePoints(client, activityId, { reason: 'Copied' }),
      rival: award,
      state,
    }),
    freezeDay: isolationCase({
      given: learner,
      act: (client: Client, { userId }: Learner) =>
        freezeDay(client, { userId, at: new Date('2026-02-05T10:00:00Z') }),
      rival: (client: Client, { userId }) =>
        awardPoints(client, badge(userId, '2026-02-05T12:00:00Z'), { points: 1 }),
      state,
    }),
    setCohort: isolationCase({
      given: learner,
      act: (client: Client, { userId }: Learner) => setCohort(client, { userId, cohort: 'league-7' }),
      rival: (client: Client, { userId }) => setCohort(client, { userId, cohort: 'league-8' }),
      state: async (_client, { userId }) =>
        await own().leaderboardCohort.findMany({ where: { userId }, select: { cohort: true } }),
    }),
    foldLeaderboards: isolationCase({
      given: learner,
      act: (client: Client) => foldLeaderboards(client),
      rival: award,
      state: ranked,
    }),
    deleteLeaderboardsBefore: isolationCase({
      given: async () => {
        const given = await learner();
        await foldLeaderboards(own());
        await award(own(), given);
        return given;
      },
      act: (client: Client) => deleteLeaderboardsBefore(client, new Date('2026-03-01T00:00:00Z')),
      rival: (client: Client) => foldLeaderboards(client),
      state: async (_client, { userId }: Learner) =>
        (await findStanding(own(), { ...week, userId }))?.points ?? null,
    }),
  };
}
