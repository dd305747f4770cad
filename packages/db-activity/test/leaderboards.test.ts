import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  awardPoints,
  deleteLeaderboardsBefore,
  findStanding,
  foldLeaderboards,
  type Leaderboard,
  listLeaderboard,
  newActivityId,
  reversePoints,
  setCohort,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { badge, newUser, racingDatabase } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  await foldLeaderboards(database.client);
  await database.client.leaderboardScore.deleteMany({});
});

/** A Wednesday. */
const WEDNESDAY = '2026-10-07T10:00:00Z';
const week: Leaderboard = { period: 'WEEK', at: new Date(WEDNESDAY) };
const award = async (userId: UserId, points: number, at: string = WEDNESDAY) => {
  const activity = badge(userId, at);
  await awardPoints(database.client, activity, { points });
  return activity.id;
};
const fold = () => foldLeaderboards(database.client);
const ranksOf = async (leaderboard: Leaderboard = week, limit = 100) =>
  (await listLeaderboard(database.client, leaderboard, { limit })).map(({ userId, points, rank }) => [
    userId,
    points,
    rank,
  ]);
const standingOf = (userId: UserId, values: Partial<Parameters<typeof findStanding>[1]> = {}) =>
  findStanding(database.client, { ...week, userId, ...values });

/** What the scores say, counted one by one. */
const countedRank = async (points: number) =>
  1 + (await scoresOfWeek()).filter((each) => each > points).length;
const scoresOfWeek = async () =>
  (await database.client.leaderboardScore.findMany({ where: { period: 'WEEK', cohort: '' } })).map(
    ({ points }) => points,
  );

describe('leaderboards', () => {
  it('add up a week from Monday, a month and all time, in UTC, by when the activity was', async () => {
    const [ada, ben] = [newUser(), newUser()];
    await award(ada, 10, '2026-10-04T23:59:59.999Z');
    await award(ada, 20, '2026-10-05T00:00:00Z');
    await award(ada, 30, '2026-10-11T23:59:59.999Z');
    await award(ben, 25, '2026-09-30T23:59:59.999Z');

    expect(await ranksOf()).toEqual([]);
    expect(await fold()).toBe(4);
    expect(await fold()).toBe(0);

    expect(await ranksOf()).toEqual([[ada, 50, 1]]);
    expect(await ranksOf({ period: 'WEEK', at: new Date('2026-10-04T00:00:00Z') })).toEqual([
      [ben, 25, 1],
      [ada, 10, 2],
    ]);
    expect(await ranksOf({ period: 'MONTH', at: new Date(WEDNESDAY) })).toEqual([[ada, 60, 1]]);
    expect(await ranksOf({ period: 'ALL_TIME' })).toEqual([
      [ada, 60, 1],
      [ben, 25, 2],
    ]);
    expect(await standingOf(ada, { period: 'ALL_TIME', at: new Date(0) })).toMatchObject({
      points: 60,
      rank: 1,
    });
  });

  it('give who has as many points the same rank, and put in front who has had them for longer', async () => {
    const [first, early, late, last] = [newUser(), newUser(), newUser(), newUser()];
    await award(late, 50, '2026-10-07T12:00:00Z');
    await award(early, 50, '2026-10-07T11:00:00Z');
    await award(last, 49);
    await award(first, 51);
    await fold();

    expect(await ranksOf()).toEqual([
      [first, 51, 1],
      [early, 50, 2],
      [late, 50, 2],
      [last, 49, 4],
    ]);
    expect(await standingOf(late)).toEqual({
      userId: late,
      points: 50,
      rank: 2,
      users: 4,
      above: [
        { userId: first, points: 51, rank: 1 },
        { userId: early, points: 50, rank: 2 },
      ],
      below: [{ userId: last, points: 49, rank: 4 }],
    });
    expect(await standingOf(first, { neighbours: 1 })).toMatchObject({
      above: [],
      below: [{ userId: early, rank: 2 }],
    });
    expect(await standingOf(last, { neighbours: 0 })).toMatchObject({ rank: 4, above: [], below: [] });
    expect(await standingOf(newUser())).toBeNull();
  });

  it('have the ranks that counting gives, however the points lie', async () => {
    const many = [
      0,
      1,
      62,
      63,
      64,
      65,
      127,
      128,
      4_095,
      4_096,
      4_097,
      262_143,
      262_144,
      2 ** 30 - 1,
      2 ** 30,
      2 ** 31 - 1,
    ];
    const users = [...many, ...many.slice(3, 9)].map((points) => ({ userId: newUser(), points }));
    const startsOn = new Date('2026-10-05');
    await database.client.leaderboardScore.createMany({
      data: users.map((user) => ({
        ...user,
        period: 'WEEK' as const,
        startsOn,
        cohort: '',
        reachedAt: startsOn,
      })),
    });

    const expectRanks = async () => {
      const scores = await scoresOfWeek();
      const rankOf = (points: number) => 1 + scores.filter((each) => each > points).length;
      for (const { userId } of await database.client.leaderboardScore.findMany({
        where: { period: 'WEEK' },
      })) {
        const standing = await standingOf(userId, { neighbours: 4 });
        expect(standing?.users).toBe(scores.length);
        for (const { points, rank } of standing ? [standing, ...standing.above, ...standing.below] : [])
          expect({ points, rank }).toEqual({ points, rank: rankOf(points) });
      }
    };
    await expectRanks();
    for (const { userId } of users.slice(0, 5))
      await database.client.leaderboardScore.deleteMany({ where: { userId } });
    await expectRanks();
    await database.client.leaderboardScore.updateMany({
      where: { points: { lt: 64 } },
      data: { points: 64 },
    });
    await expectRanks();
  });

  it('of a cohort have what was awarded while the user was in it', async () => {
    const userId = newUser();
    const league = (n: number): Leaderboard => ({ ...week, cohort: `league-${n}` });
    await award(userId, 1);
    await setCohort(database.client, { userId, cohort: 'league-7' });
    const taken = await award(userId, 10);
    await award(userId, 20);
    await setCohort(database.client, { userId, cohort: 'league-8' });
    await award(userId, 100);
    await reversePoints(database.client, taken, { reason: 'Copied' });
    await setCohort(database.client, { userId, cohort: null });
    await award(userId, 1_000);
    await fold();

    expect(await ranksOf(league(7))).toEqual([[userId, 20, 1]]);
    expect(await ranksOf(league(8))).toEqual([[userId, 100, 1]]);
    expect(await ranksOf()).toEqual([[userId, 1_121, 1]]);
    expect(await standingOf(userId, league(9))).toBeNull();
  });

  it('take back from the week of the activity what is taken back, in whatever order they are folded', async () => {
    const [ada, ben] = [newUser(), newUser()];
    const id = await award(ada, 30);
    await award(ben, 20);
    await reversePoints(database.client, id, { reason: 'Copied' });
    // The reversal comes first, as if its id were of a clock that is behind.
    await database.client.$executeRaw`WITH gone AS (
        DELETE FROM leaderboard_changes c USING points_entries e WHERE e.id = c.entry_id AND e.points > 0 AND e.user_id = ${ada}::uuid RETURNING c.entry_id
      ) SELECT 1 FROM gone`;
    await fold();
    expect(await standingOf(ada)).toMatchObject({ points: -30, rank: 2 });
    await database.client.$executeRaw`INSERT INTO leaderboard_changes (entry_id)
      SELECT id FROM points_entries WHERE points > 0 AND user_id = ${ada}::uuid`;
    await fold();

    expect(await standingOf(ada)).toMatchObject({ points: 0, rank: 2, users: 2 });
    expect(await standingOf(ben)).toMatchObject({ points: 20, rank: 1 });
  });

  it('miss nothing that is committed late, and nothing of a fold that is undone', async () => {
    const userId = newUser();
    await database.client.$transaction(async (transaction) => {
      await awardPoints(transaction, badge(userId, WEDNESDAY), { points: 5 });
      await award(userId === newUser() ? userId : newUser(), 7);
      expect(await fold()).toBe(1);
    });
    await database.client
      .$transaction(async (transaction) => {
        expect(await foldLeaderboards(transaction)).toBe(1);
        throw new Error('undo');
      })
      .catch(() => undefined);

    expect(await standingOf(userId)).toBeNull();
    expect(await fold()).toBe(1);
    expect(await standingOf(userId)).toMatchObject({ points: 5, rank: 2 });
  });

  it('go when their period has ended before, and those of all time stay', async () => {
    const userId = newUser();
    for (const at of ['2026-08-31T12:00:00Z', '2026-09-30T12:00:00Z', WEDNESDAY]) await award(userId, 5, at);
    await setCohort(database.client, { userId, cohort: 'league-7' });
    await fold();

    expect(await deleteLeaderboardsBefore(database.client, new Date('2026-10-01T00:00:00Z'))).toBe(3);
    expect(await deleteLeaderboardsBefore(database.client, new Date('2026-10-01T00:00:00Z'))).toBe(0);

    const left = await database.client.leaderboardScore.findMany({
      where: { userId },
      orderBy: [{ period: 'asc' }, { startsOn: 'asc' }],
    });
    expect(left.map(({ period, startsOn }) => [period, startsOn.toISOString().slice(0, 10)])).toEqual([
      ['WEEK', '2026-09-28'],
      ['WEEK', '2026-10-05'],
      ['MONTH', '2026-10-01'],
      ['ALL_TIME', '1970-01-01'],
    ]);
    const steps = await database.client.leaderboardStep.findMany({ distinct: ['period', 'startsOn'] });
    expect(
      steps.filter(({ startsOn }) => startsOn > new Date(0) && startsOn < new Date('2026-09-28')),
    ).toEqual([]);
  });

  it.each<[string, Promise<unknown> | (() => Promise<unknown>)]>([
    ['an unknown period', () => listLeaderboard(database.client, { period: 'YEAR' as never })],
    ['no date', () => listLeaderboard(database.client, { period: 'WEEK', at: new Date(Number.NaN) })],
    ['a blank cohort', () => listLeaderboard(database.client, { period: 'WEEK', cohort: ' ' })],
    ['a long cohort', () => setCohort(database.client, { userId: newUser(), cohort: 'x'.repeat(101) })],
    ['neighbours that are none', () => standingOf(newUser(), { neighbours: 11 })],
    ['no time to delete before', () => deleteLeaderboardsBefore(database.client, new Date(Number.NaN))],
  ])('refuse %s', async (_, ask) => {
    await expect(typeof ask === 'function' ? ask() : ask).rejects.toMatchObject({
      code: 'LEADERBOARD_INVALID',
    });
  });

  it(`of ${CALLERS} who award, fold, change cohorts and clean up at once have each entry once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const users = Array.from({ length: 4 }, newUser);
      const { won, refused } = await race(async (caller) => {
        const userId = users[caller % 4] as UserId;
        if (caller % 8 === 4) return setCohort(database.client, { userId, cohort: `league-${caller % 3}` });
        if (caller % 8 === 5) return void (await fold());
        if (caller % 8 === 6) return void (await deleteLeaderboardsBefore(database.client, new Date(0)));
        await awardPoints(
          database.client,
          { ...badge(userId), id: newActivityId(new Date(WEDNESDAY)) },
          { points: 1 + caller },
        );
      });

      expect(refused).toEqual({});
      expect(won).toHaveLength(CALLERS);
      await fold();
      const ledger = await database.client.pointsEntry.groupBy({
        by: ['userId'],
        where: { userId: { in: users } },
        _sum: { points: true },
      });
      for (const { userId, _sum } of ledger) {
        const points = _sum.points as number;
        expect(await standingOf(userId)).toMatchObject({ points, rank: await countedRank(points) });
      }
      await database.client.leaderboardScore.deleteMany({});
    }
  });
});
