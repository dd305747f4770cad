import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countActivities,
  listActivity,
  listAllActivity,
  type NewActivity,
  newActivityId,
  recordActivities,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { badge, newUser, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function joined(...[userId, at]: Parameters<typeof badge>): NewActivity {
  return { ...badge(userId, at), type: 'USER_JOINED', metadata: { role: 'STUDENT' } };
}

const newestFirst = (events: readonly NewActivity[]) =>
  events
    .map(({ id }) => id)
    .sort()
    .reverse();

describe('the feed', () => {
  it('gives every row once, page by page, whatever is recorded meanwhile', async () => {
    const user = newUser();
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

    expect(seen).toEqual(newestFirst([...sameTime, ...later]));
  });

  it('reaches back beyond the partitions, into months that have none', async () => {
    const user = newUser();
    const events = ['2026-10-01', '2019-03-02', '2026-09-30', '2019-03-01'].map((day) => badge(user, day));
    await recordActivities(database.client, events);

    const first = await listActivity(database.client, user, { limit: 2 });
    const second = await listActivity(database.client, user, { limit: 2, cursor: first.nextCursor });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(newestFirst(events));
    expect(second.nextCursor).toBeNull();
  });

  it('sees in a transaction what the transaction recorded', async () => {
    const event = badge(newUser());

    const { items } = await database.client.$transaction(async (transaction) => {
      await recordActivities(transaction, [event]);
      return listActivity(transaction, event.userId);
    });

    expect(items).toEqual([{ ...event, createdAt: new Date('2026-10-05T10:00:00Z') }]);
  });

  it('of everybody mixes users, newest first', async () => {
    const events = Array.from({ length: 5 }, (_, minute) =>
      badge(newUser(), new Date(Date.now() - minute * 60_000)),
    );
    await recordActivities(database.client, events);

    const first = await listAllActivity(database.client, { limit: 3 });
    const second = await listAllActivity(database.client, { limit: 2, cursor: first.nextCursor });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(newestFirst(events));
  });

  it('refuses a limit out of bounds and the cursor of another user', async () => {
    const [ada, ben] = [newUser(), newUser()];
    await recordActivities(database.client, [badge(ada), badge(ada)]);
    const { nextCursor } = await listActivity(database.client, ada, { limit: 1 });

    expect(nextCursor).not.toBeNull();
    for (const page of [{ limit: 100_000_000 }, { limit: 0 }, { cursor: nextCursor }]) {
      expect(await refusal(listActivity(database.client, ben, page))).toBe('PAGE_INVALID');
    }
    expect(await refusal(listAllActivity(database.client, { cursor: nextCursor }))).toBe('PAGE_INVALID');
  });
});

describe('counts by type', () => {
  const from = new Date('2025-03-01T00:00:00Z');
  const to = new Date('2025-03-08T00:00:00Z');

  it('count a period, its beginning included and its end not', async () => {
    const [ada, ben] = [newUser(), newUser()];
    await recordActivities(database.client, [
      joined(ada, from),
      badge(ada, '2025-03-02T00:00:00Z'),
      badge(ada, new Date(to.getTime() - 1)),
      badge(ada, to),
      badge(ben, '2025-03-03T00:00:00Z'),
      badge(ada, new Date(from.getTime() - 1)),
    ]);

    const ofAda = await countActivities(database.client, { userId: ada, from, to });
    const ofAll = await countActivities(database.client, { from, to });

    expect(ofAda).toMatchObject({ USER_JOINED: 1, BADGE_EARNED: 2, QUIZ_COMPLETED: 0 });
    expect(ofAll).toMatchObject({ USER_JOINED: 1, BADGE_EARNED: 3 });
    expect(Object.keys(ofAll)).toHaveLength(11);
  });

  it('are the same inside a transaction', async () => {
    const event = badge(newUser(), '2025-03-05T00:00:00Z');

    const counts = await database.client.$transaction(async (transaction) => {
      await recordActivities(transaction, [event]);
      return countActivities(transaction, { userId: event.userId, from, to });
    });

    expect(counts.BADGE_EARNED).toBe(1);
  });

  it('need a period that has a length', async () => {
    for (const period of [
      { from: to, to: from },
      { from, to: from },
      { from: new Date(Number.NaN), to },
    ]) {
      expect(await refusal(countActivities(database.client, period))).toBe('PERIOD_INVALID');
    }
  });
});

it('an id says its time', () => {
  const at = new Date('2026-10-05T10:00:00.123Z');

  expect(Number.parseInt(newActivityId(at).replace('-', '').slice(0, 12), 16)).toBe(at.getTime());
});
