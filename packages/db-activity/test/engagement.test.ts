import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
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
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { badge, newUser, racingDatabase, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

const noonOf = (day: number) => new Date(Date.UTC(2026, 8, day, 12));

const ledgerOf = (userId: UserId) =>
  database.client.pointsEntry.findMany({ where: { userId }, orderBy: { id: 'asc' } });

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
    expect(await recordActivity(database.client, event)).toMatchObject({ outcome: 'recorded' });
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
