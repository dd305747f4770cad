import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awardPoints, findEngagement, freezeDay, type UserEngagement } from '../src/index.js';
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
