import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listActivity, listAllActivity } from '../src/feed.js';
import { dropPartitionsBefore, ensurePartitions } from '../src/partitions.js';
import { type NewActivity, recordActivities, recordAnalyticsEvents } from '../src/recording.js';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { eventIdAt } from './event-id.js';

const ada = '01900000-0000-7000-8000-000000000001' as UserId;
const ben = '01900000-0000-7000-8000-000000000002' as UserId;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function badge(userId: UserId, at: string): NewActivity {
  return {
    id: eventIdAt(new Date(at)),
    userId,
    type: 'BADGE_EARNED',
    description: 'A week',
    metadata: { badge: 'week' },
  };
}

describe('recording', () => {
  it('writes each event once, at the time of its id', async () => {
    const events = [badge(ben, '2026-09-30T23:59:59.999Z'), badge(ben, '2026-10-01T00:00:00Z')];

    const counts = [
      await recordActivities(database.client, events),
      await recordActivities(database.client, [...events, badge(ben, '2026-10-02T00:00:00Z')]),
      await recordActivities(database.client, []),
    ];

    const { items } = await listActivity(database.client, ben);
    expect(counts).toEqual([2, 1, 0]);
    expect(items.map(({ createdAt }) => createdAt.toISOString())).toEqual([
      '2026-10-02T00:00:00.000Z',
      '2026-10-01T00:00:00.000Z',
      '2026-09-30T23:59:59.999Z',
    ]);
    expect(items[0]).toMatchObject({ userId: ben, type: 'BADGE_EARNED', metadata: { badge: 'week' } });
  });

  it('is one row when many record the same event at once', async () => {
    const event = badge(ada, '2026-08-01T12:00:00Z');

    const counts = await Promise.all(
      Array.from({ length: 16 }, () => recordActivities(database.client, [event])),
    );

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  it('is undone with the transaction that it is part of', async () => {
    const event = badge(ada, '2026-08-02T12:00:00Z');

    const rolledBack = database.client.$transaction(async (transaction) => {
      await recordActivities(transaction, [event]);
      throw new Error('undo');
    });

    await expect(rolledBack).rejects.toThrow('undo');
    expect(await database.client.userActivity.count({ where: { id: event.id } })).toBe(0);
  });

  it('takes analytics events with and without a user', async () => {
    const at = new Date('2026-10-05T10:00:00Z');
    const events = [
      { id: eventIdAt(at), eventName: 'landing.viewed', properties: { source: 'search' } },
      { id: eventIdAt(at), eventName: 'signup.completed', userId: ada, properties: null },
    ];

    expect(await recordAnalyticsEvents(database.client, events)).toBe(2);
    expect(await recordAnalyticsEvents(database.client, events)).toBe(0);
    expect(
      await database.client.analyticsEvent.findMany({
        where: { createdAt: at },
        orderBy: { eventName: 'asc' },
      }),
    ).toMatchObject([
      { eventName: 'landing.viewed', userId: null, properties: { source: 'search' } },
      { eventName: 'signup.completed', userId: ada, properties: null },
    ]);
  });

  it('takes more than a statement holds', async () => {
    const user = '01900000-0000-7000-8000-000000000003' as UserId;
    const events = Array.from({ length: 2_001 }, (_, second) =>
      badge(user, new Date(Date.UTC(2026, 5, 1) + second * 1_000).toISOString()),
    );

    expect(await recordActivities(database.client, events)).toBe(2_001);
  });
});

describe('the feed', () => {
  it('gives every row once, page by page, whatever is recorded meanwhile', async () => {
    const user = '01900000-0000-7000-8000-000000000004' as UserId;
    const sameTime = Array.from({ length: 5 }, () => badge(user, '2026-07-31T23:59:59Z'));
    const later = Array.from({ length: 5 }, (_, day) => badge(user, `2026-08-0${day + 1}T00:00:00Z`));
    await recordActivities(database.client, [...sameTime, ...later]);

    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listActivity(database.client, user, { limit: 3, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await recordActivities(database.client, [badge(user, '2026-10-20T00:00:00Z')]);
    } while (cursor);

    const expected = [...sameTime, ...later]
      .map(({ id }) => id)
      .sort()
      .reverse();
    expect(seen).toEqual(expected);
  });

  it('of everybody mixes users', async () => {
    const page = await listAllActivity(database.client, { limit: 100 });
    const next = await listAllActivity(database.client, { limit: 100, cursor: page.nextCursor });

    expect(page.items).toHaveLength(100);
    expect(next.items[0]?.createdAt.getTime()).toBeLessThanOrEqual(
      page.items.at(-1)?.createdAt.getTime() ?? 0,
    );
    expect(new Set(page.items.map(({ userId }) => userId)).size).toBeGreaterThan(2);
  });

  it('refuses a limit out of bounds and the cursor of another user', async () => {
    const { nextCursor } = await listActivity(database.client, ben, { limit: 1 });

    await expect(listActivity(database.client, ada, { limit: 100_000_000 })).rejects.toMatchObject({
      code: 'INVALID_PAGE',
    });
    await expect(listActivity(database.client, ada, { cursor: nextCursor })).rejects.toMatchObject({
      code: 'INVALID_PAGE',
    });
  });
});

describe('partitions', () => {
  it('are ensured and dropped by month in UTC', async () => {
    const made = await ensurePartitions(
      database.client,
      new Date('2020-01-31T23:59:59Z'),
      new Date('2020-02-01T00:00:00Z'),
    );
    const dropped = await dropPartitionsBefore(database.client, new Date('2020-02-29T23:59:59Z'));

    expect(made).toBe(4);
    expect(dropped).toEqual(['analytics_events_2020_01', 'user_activities_2020_01']);
  });
});
