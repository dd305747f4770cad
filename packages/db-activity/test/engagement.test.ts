import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  awardPoints,
  dropPartitionsBefore,
  findEngagement,
  freezeDay,
  levelOf,
  pointsForLevel,
  recordActivity,
  reversePoints,
  type UserEngagement,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { badge, newUser, racingDatabase, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

/** Awards ten points for each moment, one after the other, and gives what came of each. */
async function engagementsOf(moments: readonly (string | Date)[], timeZone?: string) {
  const user = newUser();
  const engagements: (UserEngagement | null)[] = [];
  for (const at of moments) {
    const { engagement } = await awardPoints(database.client, badge(user, at), { points: 10, timeZone });
    engagements.push(engagement);
  }
  return engagements;
}

const streaksOf = async (...asked: Parameters<typeof engagementsOf>) =>
  (await engagementsOf(...asked)).map((engagement) => engagement?.streak);

describe('points and level', () => {
  it('add up, and the activity is in the feed', async () => {
    const first = badge(newUser(), '2026-10-05T10:00:00Z');
    await awardPoints(database.client, first, { points: 60 });

    const { outcome, engagement } = await awardPoints(
      database.client,
      badge(first.userId, '2026-10-05T11:00:00Z'),
      { points: 50 },
    );

    expect(outcome).toBe('recorded');
    expect(engagement).toMatchObject({
      userId: first.userId,
      points: 110,
      level: 2,
      streak: 1,
      longestStreak: 1,
      lastActiveAt: new Date('2026-10-05T11:00:00Z'),
    });
    expect(await database.client.userEngagement.findMany({ where: { userId: first.userId } })).toEqual([
      engagement,
    ]);
    expect(await database.client.userActivity.count({ where: { userId: first.userId } })).toBe(2);
  });

  it('count an activity once that is sent twice', async () => {
    const event = badge(newUser());
    const { engagement } = await awardPoints(database.client, event, { points: 30 });

    const again = await awardPoints(database.client, event, { points: 30 });

    expect(again).toMatchObject({ outcome: 'known', engagement: { id: engagement?.id, points: 30 } });
  });

  it('are not awarded for what was recorded without them', async () => {
    const event = badge(newUser());
    await recordActivity(database.client, event);

    expect(await awardPoints(database.client, event, { points: 30 })).toEqual({
      outcome: 'known',
      engagement: null,
    });
  });

  it('are undone with the transaction that they are part of', async () => {
    const event = badge(newUser());

    const undone = database.client.$transaction(async (transaction) => {
      const { engagement } = await awardPoints(transaction, event, { points: 10 });
      expect(engagement).toMatchObject({ points: 10, lastActiveAt: new Date('2026-10-05T10:00:00Z') });
      throw new Error('undo');
    });

    await expect(undone).rejects.toThrow('undo');
    expect(await findEngagement(database.client, event)).toBeNull();
    expect(await recordActivity(database.client, event)).toBe('recorded');
  });

  it('make the same level in SQL and here, and a level begins where it says', async () => {
    const borders = Array.from({ length: 4_635 }, (_, index) => pointsForLevel(index + 1));
    const points = borders.flatMap((border) => [border, border + 1, Math.max(border - 1, 0)]);

    const rows = await database.client.$queryRawUnsafe<{ points: number; level: number }[]>(
      `SELECT points, rules.level_of(points) AS level FROM unnest($1::int[]) AS points`,
      points.filter((sum) => sum <= 2_147_483_647),
    );

    expect(rows.filter(({ points, level }) => level !== levelOf(points))).toEqual([]);
    expect(borders.map(levelOf)).toEqual(borders.map((_, index) => index + 1));
    expect(borders.slice(1).map((border) => levelOf(border - 1))).toEqual(
      borders.slice(1).map((_, index) => index + 1),
    );
  });

  it('refuse what is no number of points, no time zone or no activity, and change nothing', async () => {
    const event = badge(newUser());
    const tooMuch = { points: 2_147_483_647 };
    const rich = badge(newUser());
    await awardPoints(database.client, rich, tooMuch);

    const codes = [
      await refusal(awardPoints(database.client, event, { points: -1 })),
      await refusal(awardPoints(database.client, event, { points: 1.5 })),
      await refusal(awardPoints(database.client, badge(rich.userId), { points: 1 })),
      await refusal(awardPoints(database.client, event, { points: 1, timeZone: 'Mars/Olympus' })),
      await refusal(awardPoints(database.client, { ...event, description: ' ' }, { points: 1 })),
      await refusal(findEngagement(database.client, { userId: rich.userId, timeZone: 'Mars/Olympus' })),
    ];

    expect(codes).toEqual([
      'POINTS_OUT_OF_RANGE',
      'POINTS_OUT_OF_RANGE',
      'POINTS_OUT_OF_RANGE',
      'TIME_ZONE_UNKNOWN',
      'EVENT_REFUSED',
      'TIME_ZONE_UNKNOWN',
    ]);
    expect(await database.client.userActivity.count({ where: { userId: event.userId } })).toBe(0);
    expect(await database.client.userActivity.count({ where: { userId: rich.userId } })).toBe(1);
  });
});

describe('the streak', () => {
  it('grows by one a day, stays within a day, and begins anew after a day without activity', async () => {
    const days = [
      '2026-10-01T00:00:00Z',
      '2026-10-01T23:59:59.999Z',
      '2026-10-02',
      '2026-10-03',
      '2026-10-05',
    ];

    expect(await streaksOf(days)).toEqual([1, 1, 2, 3, 1]);
  });

  it('counts the days of the user’s time zone', async () => {
    const aroundMidnightInBerlin = ['2026-10-01T21:59:00Z', '2026-10-01T22:01:00Z'];

    expect(await streaksOf(aroundMidnightInBerlin)).toEqual([1, 1]);
    expect(await streaksOf(aroundMidnightInBerlin, 'Europe/Berlin')).toEqual([1, 2]);
    expect(await streaksOf(['2026-10-01T22:01:00Z', '2026-10-02T21:59:00Z'], 'Europe/Berlin')).toEqual([
      1, 1,
    ]);
    expect(await streaksOf(['2026-10-01T10:01:00Z', '2026-10-01T09:59:00Z'], 'Pacific/Auckland')).toEqual([
      1, 1,
    ]);
  });

  it('takes a day of 23 or 25 hours for one', async () => {
    const clocksForward = ['2026-03-28T22:59:00Z', '2026-03-29T21:59:00Z', '2026-03-30T21:59:00Z'];
    const clocksBack = ['2026-10-24T21:59:00Z', '2026-10-25T22:59:00Z', '2026-10-26T22:59:00Z'];

    expect(await streaksOf(clocksForward, 'Europe/Berlin')).toEqual([1, 2, 3]);
    expect(await streaksOf(clocksBack, 'Europe/Berlin')).toEqual([1, 2, 3]);
  });

  it('survives a journey around the world', async () => {
    const user = newUser();
    const journey = [
      ['2026-10-02T05:00:00Z', 'America/Los_Angeles'],
      ['2026-10-03T14:00:00Z', 'Asia/Tokyo'],
      ['2026-10-05T04:00:00Z', 'America/Los_Angeles'],
    ] as const;

    const streaks = [];
    for (const [at, timeZone] of journey) {
      const { engagement } = await awardPoints(database.client, badge(user, at), { points: 0, timeZone });
      streaks.push(engagement?.streak);
    }

    expect(streaks).toEqual([1, 2, 3]);
  });

  it('and the longest one are the same in whatever order the days arrive', async () => {
    const days = [1, 2, 3, 5, 6, 8, 9, 11].map(noonOf);

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(days, { minLength: 1 }), async (arriving) => {
        const engagements = await engagementsOf(arriving, 'Asia/Kolkata');

        const runs = runsOf(arriving);
        expect(engagements.at(-1)).toMatchObject({ streak: runs.at(-1), longestStreak: Math.max(...runs) });
      }),
      { numRuns: 100, examples: [[[8, 1, 2, 3, 6, 5].map(noonOf)], [[8, 1, 3, 2].map(noonOf)]] },
    );
  });

  it('ends with a whole day without activity, and not before', async () => {
    const event = badge(newUser(), '2026-10-01T22:30:00Z');
    await awardPoints(database.client, event, { points: 10, timeZone: 'Europe/Berlin' });
    const streakAt = async (at: string) =>
      (
        await findEngagement(database.client, {
          userId: event.userId,
          timeZone: 'Europe/Berlin',
          at: new Date(at),
        })
      )?.streak;

    expect(await streakAt('2026-10-03T21:59:59Z')).toBe(1);
    expect(await streakAt('2026-10-03T22:00:00Z')).toBe(0);
    expect(await findEngagement(database.client, event)).toMatchObject({ points: 10, longestStreak: 1 });
  });
});

const noonOf = (day: number) => new Date(Date.UTC(2026, 8, day, 12));

/** How long each run of days in a row is, in the order of the days. */
function runsOf(moments: readonly Date[]): number[] {
  const days = new Set(moments.map((moment) => moment.getUTCDate()).toSorted((one, other) => one - other));
  const runs: number[] = [];
  for (const day of days) {
    if (days.has(day - 1)) runs.push((runs.pop() as number) + 1);
    else runs.push(1);
  }
  return runs;
}

describe('the streak over time zones', () => {
  it('is no longer for choosing another zone each hour: 24 in a day, 9 in a week are none', async () => {
    const start = Date.UTC(2026, 8, 7);
    const hours = Array.from({ length: 168 }, (_, hour) => hour);
    for (const zoneOf of [
      (hour: number) =>
        `Etc/GMT${hour % 26 < 12 ? '+' : '-'}${hour % 26 < 12 ? 12 - (hour % 26) : (hour % 26) - 12}`,
      (hour: number) => `Etc/GMT-${14 - (hour % 15)}`,
      (hour: number) => (hour % 2 ? 'Pacific/Kiritimati' : 'Etc/GMT+12'),
    ]) {
      const user = newUser();
      const streaks = [];
      for (const hour of hours) {
        const timeZone = zoneOf(hour).replace(/GMT[+-]0$/, 'GMT');
        const event = badge(user, new Date(start + hour * 3_600_000));
        const { engagement } = await awardPoints(database.client, event, { points: 0, timeZone });
        streaks.push(engagement?.streak ?? 0);
      }
      expect(Math.max(...streaks.slice(0, 24))).toBeLessThanOrEqual(4);
      expect(Math.max(...streaks)).toBeLessThanOrEqual(10);
    }
  });

  it('has the summer time of CET, and takes no name that means several zones or none', async () => {
    const aroundMidnight = ['2026-07-01T21:59:00Z', '2026-07-01T22:01:00Z'];

    for (const zone of ['CET', 'MET', 'Europe/Berlin'])
      expect(await streaksOf(aroundMidnight, zone)).toEqual([1, 2]);
    for (const zone of ['EET', 'europe/athens'])
      expect(await streaksOf(['2026-07-01T20:59:00Z', '2026-07-01T21:01:00Z'], zone)).toEqual([1, 2]);
    for (const timeZone of ['IST', 'Foo7', 'CST', 'UTC+3', '', 'a'.repeat(10_000)]) {
      const event = badge(newUser());
      expect(await refusal(awardPoints(database.client, event, { points: 1, timeZone }))).toBe(
        'TIME_ZONE_UNKNOWN',
      );
      expect(await refusal(findEngagement(database.client, { userId: event.userId, timeZone }))).toBe(
        'TIME_ZONE_UNKNOWN',
      );
    }
  });

  it('goes on over a frozen day, which does not count, and ends after it', async () => {
    const user = newUser();
    const { client } = database;
    const on = (day: number) => awardPoints(client, badge(user, noonOf(day)), { points: 0 });
    const at = (day: number) => findEngagement(client, { userId: user, at: noonOf(day) });
    expect(await freezeDay(client, { userId: user, at: noonOf(1) })).toBeNull();
    await on(1);
    await on(2);

    expect(await freezeDay(client, { userId: user, at: noonOf(3) })).toMatchObject({
      streak: 2,
      longestStreak: 2,
    });
    expect(await freezeDay(client, { userId: user, at: noonOf(2) })).toMatchObject({ streak: 2 });
    expect([(await at(4))?.streak, (await at(5))?.streak]).toEqual([2, 0]);
    expect((await on(4)).engagement).toMatchObject({ streak: 3, longestStreak: 3 });
    expect((await on(3)).engagement).toMatchObject({ streak: 4, longestStreak: 4 });
    expect(await refusal(freezeDay(client, { userId: user, at: new Date('x') }))).toBe('MOMENT_INVALID');
    expect(await refusal(findEngagement(client, { userId: user, at: new Date('x') }))).toBe('MOMENT_INVALID');
  });
});

const ledgerOf = (userId: UserId) =>
  database.client.pointsEntry.findMany({ where: { userId }, orderBy: { id: 'asc' } });

describe('the ledger', () => {
  it('has an entry with a reason for each award', async () => {
    const event = badge(newUser());
    await awardPoints(database.client, event, { points: 30 });
    await awardPoints(database.client, badge(event.userId), { points: 0, reason: 'Nothing much' });

    expect(await ledgerOf(event.userId)).toMatchObject([
      { points: 30, reason: 'BADGE_EARNED', sourceEventId: event.id, reversesId: null },
      { points: 0, reason: 'Nothing much' },
    ]);
    const wrong = { points: 1, reason: ' ' };
    expect(await refusal(awardPoints(database.client, badge(event.userId), wrong))).toBe('EVENT_REFUSED');
  });

  it('gives points once for good: after the month of the activity was dropped it is known', async () => {
    const event = badge(newUser(), '2026-01-05T10:00:00Z');
    await awardPoints(database.client, event, { points: 30 });
    await dropPartitionsBefore(database.owner.client, new Date('2026-02-01'));

    const again = await awardPoints(database.client, event, { points: 30 });

    expect(again).toMatchObject({ outcome: 'known', engagement: { points: 30 } });
    expect(await database.client.userActivity.count({ where: { userId: event.userId } })).toBe(0);
  });
});

describe(`${CALLERS} at once, ${ROUNDS} rounds`, () => {
  it('add up to the right sum', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = newUser();

      const { won: results } = await race((caller) =>
        awardPoints(database.client, badge(user, new Date(Date.UTC(2026, 8, 1 + (caller % 4)))), {
          points: caller,
        }),
      );

      expect(results.map(({ outcome }) => outcome)).toEqual(Array(CALLERS).fill('recorded'));
      expect(await database.client.userEngagement.findUnique({ where: { userId: user } })).toMatchObject({
        points: 496,
        level: levelOf(496),
        longestStreak: 4,
        streak: 4,
      });
    }
  });

  it('take points back once, keep both entries, and give them no more', async () => {
    const event = badge(newUser());
    await awardPoints(database.client, badge(event.userId), { points: 90 });
    await awardPoints(database.client, event, { points: 30 });

    const { won } = await race(() => reversePoints(database.client, event.id, { reason: 'Copied' }));

    expect(won.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
    expect(won.every(({ engagement }) => engagement?.points === 90 && engagement.level === 1)).toBe(true);
    expect((await ledgerOf(event.userId)).map(({ points }) => points)).toEqual([90, 30, -30]);
    expect(await awardPoints(database.client, event, { points: 30 })).toMatchObject({
      outcome: 'known',
      engagement: { points: 90, longestStreak: 1 },
    });
    const unknown = badge(event.userId).id;
    expect(await refusal(reversePoints(database.client, unknown, { reason: 'x' }))).toBe(
      'POINTS_NOT_AWARDED',
    );
    expect(await refusal(reversePoints(database.client, event.id, { reason: '' }))).toBe('EVENT_REFUSED');
  });

  it('freeze a day beside the day’s activities: it is one day, active, and counts', async () => {
    const user = newUser();
    await awardPoints(database.client, badge(user, noonOf(1)), { points: 0 });

    const { won } = await race<unknown>((caller) =>
      caller % 2
        ? freezeDay(database.client, { userId: user, at: noonOf(2) })
        : awardPoints(database.client, badge(user, noonOf(2)), { points: 1 }),
    );

    expect(won).toHaveLength(CALLERS);
    expect(await findEngagement(database.client, { userId: user, at: noonOf(2) })).toMatchObject({
      points: CALLERS / 2,
      streak: 2,
    });
  });

  it('count one activity once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const event = badge(newUser());

      const { won: results } = await race(() => awardPoints(database.client, event, { points: 7 }));

      expect(results).toHaveLength(CALLERS);
      expect(results.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
      expect(new Set(results.map(({ engagement }) => engagement?.points))).toEqual(new Set([7]));
    }
  });
});
