import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EventRefusedError,
  InvalidIdTimeError,
  listActivity,
  type NewActivity,
  newActivityId,
  newAnalyticsEventId,
  recordActivities,
  recordActivity,
  recordAnalyticsEvents,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { badge, newUser, racingDatabase, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

function stored(events: readonly NewActivity[]): Promise<number> {
  return database.client.userActivity.count({ where: { id: { in: events.map(({ id }) => id) } } });
}

describe('recording', () => {
  it('writes an event once, at the time of its id', async () => {
    const event = badge(newUser(), '2026-10-05T10:00:00.123Z');

    const results = [
      await recordActivity(database.client, event),
      await recordActivity(database.client, { ...event, description: 'Another try' }),
    ];

    const activity = { ...event, createdAt: new Date('2026-10-05T10:00:00.123Z') };
    expect(results).toEqual([
      { outcome: 'recorded', activity },
      { outcome: 'known', activity },
    ]);
    expect(await database.client.userActivity.findMany({ where: { id: event.id } })).toEqual([activity]);
  });

  it('keeps the order of events of one millisecond', async () => {
    const user = newUser();
    const events = Array.from({ length: 50 }, () => badge(user, '2026-10-05T10:00:00Z'));

    await recordActivities(database.client, events);

    const { items } = await listActivity(database.client, user, { limit: 50 });
    expect(items.map(({ id }) => id)).toEqual(events.map(({ id }) => id).reverse());
  });

  it('says of each of many whether it was new, in their order', async () => {
    const user = newUser();
    const [late, early, known] = [
      badge(user, '2026-10-09T00:00:00Z'),
      badge(user, '2026-10-07T00:00:00Z'),
      badge(user, '2026-10-08T00:00:00Z'),
    ];
    await recordActivity(database.client, known);

    const outcomes = await recordActivities(database.client, [late, known, early, late]);

    expect(outcomes).toEqual(['recorded', 'known', 'recorded', 'known']);
    expect(await recordActivities(database.client, [])).toEqual([]);
  });

  it('takes more than a statement holds', async () => {
    const user = newUser();
    const events = Array.from({ length: 2_001 }, (_, second) =>
      badge(user, new Date(Date.UTC(2026, 5, 1) + second * 1_000)),
    ).reverse();

    const outcomes = await recordActivities(database.client, [...events, events[0] as NewActivity]);

    expect(outcomes).toEqual([...events.map(() => 'recorded'), 'known']);
  });

  it('succeeds at the border of a month, to the millisecond, and in months without a partition', async () => {
    const borders = ['2026-08-01', '2026-09-01', '2026-10-01', '2019-04-01'].map((day) => Date.parse(day));
    const events = borders.flatMap((border) =>
      [-2, -1, 0, 1].map((step) => badge(newUser(), new Date(border + step))),
    );

    const one = await Promise.all(events.map((event) => recordActivity(database.client, event)));
    const again = await recordActivities(database.client, events);

    expect(new Set(one.map(({ outcome }) => outcome))).toEqual(new Set(['recorded']));
    expect(one.map(({ activity }) => activity.createdAt.getTime())).toEqual(
      borders.flatMap((border) => [-2, -1, 0, 1].map((step) => border + step)),
    );
    expect(new Set(again)).toEqual(new Set(['known']));
  });

  it('is undone with the transaction that it is part of', async () => {
    const events = [badge(newUser()), badge(newUser())];

    const rolledBack = database.client.$transaction(async (transaction) => {
      expect(await recordActivities(transaction, events)).toEqual(['recorded', 'recorded']);
      throw new Error('undo');
    });

    await expect(rolledBack).rejects.toThrow('undo');
    expect(await stored(events)).toBe(0);
  });

  it('takes analytics events with and without a user', async () => {
    const at = new Date('2026-10-05T10:00:00Z');
    const ada = newUser();
    const events = [
      { id: newAnalyticsEventId(at), eventName: 'landing.viewed', properties: { source: 'search' } },
      { id: newAnalyticsEventId(at), eventName: 'signup.completed', userId: ada, properties: null },
    ];

    expect(await recordAnalyticsEvents(database.client, events)).toEqual(['recorded', 'recorded']);
    expect(await recordAnalyticsEvents(database.client, events)).toEqual(['known', 'known']);
    const rows = await database.client.analyticsEvent.findMany({
      where: { createdAt: at },
      orderBy: { eventName: 'asc' },
    });
    expect(rows).toMatchObject([
      { eventName: 'landing.viewed', userId: null, properties: { source: 'search' } },
      { eventName: 'signup.completed', userId: ada, properties: null },
    ]);
  });
});

describe('an event is refused', () => {
  const valid = badge(newUser());
  const nested: Record<string, unknown> = {};
  nested.itself = nested;

  const refused: [string, object, string | undefined][] = [
    [
      'without a time in its id',
      { id: '5a0e0000-0000-4000-8000-000000000000' },
      'user_activities_id_is_v7_check',
    ],
    [
      'older than anything that is kept',
      { id: newActivityId(new Date('2009-12-31T23:59:59.999Z')) },
      'user_activities_not_before_2010_check',
    ],
    [
      'of the future',
      { id: newActivityId(new Date(Date.now() + 600_000)) },
      'user_activities_not_in_future_check',
    ],
    ['that says nothing', { description: ' ' }, 'user_activities_description_not_blank_check'],
    ['with a list for metadata', { metadata: [1] }, 'user_activities_metadata_object_check'],
    ['that is too large', { metadata: { badge: 'x'.repeat(20_000) } }, 'user_activities_metadata_size_check'],
    ['of nobody', { userId: undefined }, undefined],
    ['of an unknown type', { type: 'SLEPT' }, undefined],
    ['with a NUL character', { description: 'a\u0000b' }, undefined],
    ['that is no JSON', { metadata: { badge: nested } }, undefined],
  ];

  it.each(refused)('%s, by a typed error without its values', async (_, changes, rule) => {
    const event = { ...valid, ...changes } as NewActivity;

    const error = await recordActivity(database.client, event).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(EventRefusedError);
    expect(error).toMatchObject({ code: 'EVENT_REFUSED', rule });
    expect((error as Error).message).not.toMatch(/SLEPT|xxx|01900000/);
  });

  it('in a transaction by the same error', async () => {
    const event = { ...valid, description: '' };

    expect(await refusal(database.client.$transaction((tx) => recordActivity(tx, event)))).toBe(
      'EVENT_REFUSED',
    );
  });

  it('that happened at no time, before it has an id', () => {
    for (const at of [new Date('yesterday'), new Date(-1), null as unknown as Date]) {
      expect(() => newActivityId(at)).toThrow(InvalidIdTimeError);
      expect(() => newAnalyticsEventId(at)).toThrow(InvalidIdTimeError);
    }
  });

  it('whose id is none, as every other id that is none', async () => {
    expect(await refusal(recordActivity(database.client, { ...valid, id: 'x' as typeof valid.id }))).toBe(
      'ID_INVALID',
    );
  });

  it('with the thousand that it came in', async () => {
    const events = [badge(newUser()), { ...badge(newUser()), description: '' }];

    expect(await refusal(recordActivities(database.client, events))).toBe('EVENT_REFUSED');
    expect(await stored(events)).toBe(0);
  });
});

describe(`${CALLERS} at once, ${ROUNDS} rounds`, () => {
  it('record one event once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const event = badge(newUser());

      const { won } = await race(() => recordActivity(database.client, event));

      expect(won).toHaveLength(CALLERS);
      expect(won.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
      expect(new Set(won.map(({ activity }) => JSON.stringify(activity))).size).toBe(1);
    }
  });

  it('record the same events in different orders, each once, and none deadlocks', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const events = Array.from({ length: 20 }, () => badge(newUser()));
      const turned = (by: number) => [...events.slice(by), ...events.slice(0, by)];

      const { won: outcomes } = await race((caller) =>
        recordActivities(database.client, turned(caller % 20)),
      );

      expect(outcomes).toHaveLength(CALLERS);
      expect(outcomes.flat().filter((outcome) => outcome === 'recorded')).toHaveLength(20);
    }
  });

  it('record the same events of analytics, each once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const events = Array.from({ length: 5 }, () => ({
        id: newAnalyticsEventId(),
        eventName: 'page.viewed',
      }));

      const { won: outcomes } = await race(() => recordAnalyticsEvents(database.client, events));

      expect(outcomes).toHaveLength(CALLERS);
      expect(outcomes.flat().filter((outcome) => outcome === 'recorded')).toHaveLength(events.length);
    }
  });
});
