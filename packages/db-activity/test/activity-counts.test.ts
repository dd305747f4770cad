import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createClient,
  emptyDefaultPartition,
  foldActivityCounts,
  listActivityCounts,
  newActivityId,
  recordActivities,
  recordActivity,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { badge, newUser, racingDatabase, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner.client.$executeRaw`DELETE FROM activity_counts`;
});

const at = (time: string) => badge(newUser(), `2026-10-05T${time}Z`);
const counted = async (by: 'hour' | 'day' = 'hour') => {
  const week = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-10-08T00:00:00Z') };
  const periods = await listActivityCounts(database.client, { ...week, by });
  return periods.map(({ from, counts }) => [
    from.toISOString().slice(0, 16),
    counts.BADGE_EARNED,
    counts.USER_JOINED,
  ]);
};
const rows = () => database.client.activityCount.findMany({ orderBy: [{ hour: 'asc' }, { part: 'asc' }] });

describe('counts of activities', () => {
  it('have what was recorded, once, by the hour and by the day', async () => {
    const events = [at('10:00:00'), at('10:59:59.999'), at('11:00:00'), at('23:59:59')];
    await recordActivities(database.client, [...events, badge(newUser(), '2026-10-06T00:00:00Z')]);
    await recordActivities(database.client, events);
    await recordActivity(database.client, events[0] as (typeof events)[number]);

    const hours = [
      ['2026-10-05T10:00', 2, 0],
      ['2026-10-05T11:00', 1, 0],
      ['2026-10-05T23:00', 1, 0],
      ['2026-10-06T00:00', 1, 0],
    ];
    expect(await counted()).toEqual(hours);
    expect(await counted('day')).toEqual([
      ['2026-10-05T00:00', 4, 0],
      ['2026-10-06T00:00', 1, 0],
    ]);
    expect(await foldActivityCounts(database.client)).toBe(4);
    expect(await foldActivityCounts(database.client)).toBe(0);
    expect(await counted()).toEqual(hours);
    expect((await rows()).map(({ part }) => part)).toEqual([0n, 0n, 0n, 0n]);
  });

  it('miss nothing that commits late, after what was recorded later was added up', async () => {
    let goOn = () => {};
    const isHeld = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isWritten = () => {};
    const written = new Promise<void>((resolve) => {
      isWritten = resolve;
    });
    const late = database.client.$transaction(
      async (transaction) => {
        await recordActivity(transaction, at('10:00:00'));
        isWritten();
        await isHeld;
      },
      { timeout: 30_000 },
    );
    await written;
    await recordActivity(database.client, at('10:30:00'));
    expect(await foldActivityCounts(database.client)).toBe(1);
    expect(await counted()).toEqual([['2026-10-05T10:00', 1, 0]]);

    goOn();
    await late;
    expect(await counted()).toEqual([['2026-10-05T10:00', 2, 0]]);
    expect(await foldActivityCounts(database.client)).toBe(1);
    expect(await counted()).toEqual([['2026-10-05T10:00', 2, 0]]);
  });

  it('forget what was rolled back', async () => {
    const undone = database.client.$transaction(async (transaction) => {
      await recordActivity(transaction, at('10:00:00'));
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await counted()).toEqual([]);
  });

  it(`are exact while ${CALLERS} callers record and add up, ${ROUNDS} rounds`, async () => {
    let recorded = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { won } = await race(async (caller) => {
        if (caller % 4 === 0) return void (await foldActivityCounts(database.client));
        recorded += 1;
        return void (await recordActivity(database.client, at(`10:00:0${caller % 10}`)));
      });
      expect(won.length).toBe(CALLERS);
      expect(await counted()).toEqual([['2026-10-05T10:00', recorded, 0]]);
    }
    await foldActivityCounts(database.client);
    expect((await rows()).map(({ count }) => count)).toEqual([recorded]);
  });

  it('stay as they are when a month’s partition is made of what waited', async () => {
    const old = badge(newUser(), '2011-03-05T10:00:00Z');
    await recordActivity(database.client, { ...old, id: newActivityId(new Date('2011-03-05T10:00:00Z')) });
    const owner = createClient({ url: database.owner.url });
    try {
      expect(await emptyDefaultPartition(owner)).toBeGreaterThan(0);
    } finally {
      await owner.$disconnect();
    }
    expect((await rows()).map(({ count }) => count)).toEqual([1]);
  });

  it('of no period are refused', async () => {
    const now = new Date();
    expect(await refusal(listActivityCounts(database.client, { from: now, to: now, by: 'day' }))).toBe(
      'PERIOD_INVALID',
    );
    const never = { from: new Date('x'), to: now, by: 'hour' } as const;
    expect(await refusal(listActivityCounts(database.client, never))).toBe('PERIOD_INVALID');
  });
});
