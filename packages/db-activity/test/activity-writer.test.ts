import { withRetry } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ActivityWriter,
  type AnalyticsEventWriter,
  createActivityWriter,
  createAnalyticsEventWriter,
  EventRefusedError,
  type NewActivity,
  type NewAnalyticsEvent,
  newAnalyticsEventId,
  recordActivity,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { badge, newUser, refusal } from './fixtures.js';

let database: TestDatabase;
let admin: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.owner.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function cutConnections(which = ''): Promise<number> {
  const { rows } = await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() ${which}`);
  return rows.length;
}

/** Over a connection that no test cuts. */
async function storedOf(userId: UserId): Promise<string[]> {
  const { rows } = await admin.query('SELECT id FROM user_activities WHERE user_id = $1 ORDER BY id', [
    userId,
  ]);
  return rows.map(({ id }) => id);
}

describe('the activity writer', () => {
  it('records what many callers hand over, each once', async () => {
    const writer = createActivityWriter(database.client);
    const user = newUser();
    const known = badge(user);
    await recordActivity(database.client, known);
    const twice = badge(user);
    const events = [twice, ...Array.from({ length: 499 }, () => badge(user))];

    const [first, ...others] = await Promise.all([...events, known, twice].map(writer.record));
    const [second, ofKnown, ...rest] = others.reverse();

    // The two travel in batches that are in flight together: either may be the first, and never both.
    expect([first, second].sort()).toEqual(['known', 'recorded']);
    expect(ofKnown).toBe('known');
    expect(rest).toEqual(Array(499).fill('recorded'));
    expect(await storedOf(user)).toEqual([...events, known].map(({ id }) => id).sort());
  });

  it(`records once what ${CALLERS} callers of two writers hand over at once, ${ROUNDS} rounds`, async () => {
    const { client } = database;
    const feed = [createActivityWriter(client), createActivityWriter(client)];
    const analytics = [createAnalyticsEventWriter(client), createAnalyticsEventWriter(client)];
    const user = newUser();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const badges = Array.from({ length: CALLERS / 4 }, () => badge(user));
      const visits = badges.map(() => ({ id: newAnalyticsEventId(), eventName: 'page.visited' }));

      const { won } = await race((caller) => {
        const [writer, event] = [caller % 2, caller >> 2];
        return caller % 4 < 2
          ? (feed[writer] as ActivityWriter).record(badges[event] as NewActivity)
          : (analytics[writer] as AnalyticsEventWriter).record(visits[event] as NewAnalyticsEvent);
      });

      expect(won).toHaveLength(CALLERS);
      expect(won.filter((outcome) => outcome === 'recorded')).toHaveLength(CALLERS / 2);
      expect(await storedOf(user)).toHaveLength(round * badges.length);
    }
    const visits = { where: { eventName: 'page.visited' } };
    expect(await client.analyticsEvent.count(visits)).toBe((ROUNDS * CALLERS) / 4);
  });

  it('refuses bad events to their callers alone', async () => {
    const writer = createActivityWriter(database.client);
    const user = newUser();
    const good = Array.from({ length: 200 }, () => badge(user));
    const bad = [
      { ...badge(user), description: '' },
      { ...badge(user), id: 'x' as (typeof good)[0]['id'] },
      { ...badge(user), type: 'SLEPT' as 'BADGE_EARNED' },
      { ...badge(user), description: 'a\u0000b' },
    ];

    const recorded = Promise.all(good.slice(0, 100).map(writer.record));
    const refusals = Promise.all(bad.map((event) => refusal(writer.record(event))));
    const alsoRecorded = Promise.all(good.slice(100).map(writer.record));

    expect(await refusals).toEqual(['EVENT_REFUSED', 'ID_INVALID', 'EVENT_REFUSED', 'EVENT_REFUSED']);
    expect([...(await recorded), ...(await alsoRecorded)]).toEqual(good.map(() => 'recorded'));
    expect(await writer.record(bad[0] ?? badge(user)).catch((error: unknown) => error)).toBeInstanceOf(
      EventRefusedError,
    );
    expect(await storedOf(user)).toHaveLength(200);
  });

  it('refuses what is far too large or too deep to its callers alone, however much of it comes at once', async () => {
    const writer = createActivityWriter(database.client);
    const user = newUser();
    const good = Array.from({ length: 20 }, () => badge(user));
    const metadata = { badge: 'x'.repeat(6_000_000) };
    const large = Array.from({ length: 200 }, () => ({ ...badge(user), metadata }));
    const text = { badge: `${'['.repeat(20_000)}${']'.repeat(20_000)}` };
    const deep = {
      ...badge(user),
      metadata: { badge: { toJSON: () => JSON.parse(text.badge) } as unknown as string },
    };
    const justTooLarge = Array.from({ length: 40 }, () => ({
      ...badge(user),
      metadata: { badge: 'x'.repeat(200_000) },
    }));

    const refusals = [...large, ...justTooLarge, deep].map((event) => refusal(writer.record(event)));
    const recorded = Promise.all(good.map(writer.record));

    expect(new Set(await Promise.all(refusals))).toEqual(new Set(['EVENT_REFUSED']));
    expect(await recorded).toEqual(good.map(() => 'recorded'));
    expect(await storedOf(user)).toHaveLength(20);
  });

  it('goes on trying while the server takes no writes', async () => {
    const writer = createActivityWriter(database.client);
    const user = newUser();
    const name = (await admin.query('SELECT current_database() AS name')).rows[0].name;
    await admin.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
    await cutConnections();

    const outcome = writer.record(badge(user));
    // Each session that takes no writes is given up for another one.
    const sessions = new Set<number>();
    while (sessions.size < 3) {
      const { rows } = await admin.query(`SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`);
      for (const { pid } of rows) sessions.add(pid);
    }
    await admin.query('SET default_transaction_read_only = off');
    await admin.query(`ALTER DATABASE "${name}" RESET default_transaction_read_only`);

    expect(await outcome).toBe('recorded');
    expect(await storedOf(user)).toHaveLength(1);
  });

  it('takes the event as it was when it was handed over', async () => {
    const writer = createActivityWriter(database.client);
    const event = { ...badge(newUser()), description: 'before' };

    const recorded = writer.record(event);
    event.description = 'after';
    await recorded;

    expect(await database.client.userActivity.findFirst({ where: { id: event.id } })).toMatchObject({
      description: 'before',
    });
  });

  it('serves callers who are in a retry of their own', async () => {
    const writer = createActivityWriter(database.client);

    expect(await withRetry(() => writer.record(badge(newUser())))).toBe('recorded');
  });

  it('drains: everything that it took is stored before the client is closed', async () => {
    const writer = createActivityWriter(database.client);
    const user = newUser();
    const events = Array.from({ length: 3_000 }, () => badge(user));
    const outcomes = Promise.all(events.map(writer.record));

    await writer.drain();

    expect(await storedOf(user)).toHaveLength(events.length);
    expect(await outcomes).toHaveLength(events.length);
    expect(await refusal(writer.record(badge(user)))).toBe('WRITER_CLOSED');
  });

  it('sends again what was cut in the middle of its statement', async () => {
    const writer = createActivityWriter(database.client);
    await admin.query('BEGIN; LOCK TABLE user_activities IN SHARE MODE');
    const user = newUser();

    const outcome = writer.record(badge(user));
    while ((await cutConnections(`AND wait_event_type = 'Lock'`)) === 0);
    await admin.query('COMMIT');

    expect(await outcome).toBe('recorded');
    expect(await storedOf(user)).toHaveLength(1);
  });

  it('loses nothing that it acknowledged when its connections are cut again and again', async () => {
    const writer = createActivityWriter(database.client, { giveUpAfterMs: 30_000 });
    const user = newUser();
    const acknowledged: string[] = [];
    let cut = 0;

    const callers = Array.from({ length: 64 }, async () => {
      for (let turn = 0; turn < 100; turn += 1) {
        const event = badge(user);
        await writer.record(event);
        acknowledged.push(event.id);
        if (acknowledged.length % 100 === 0) cut += await cutConnections();
      }
    });
    await Promise.all(callers);

    expect(cut).toBeGreaterThan(10);
    expect(acknowledged).toHaveLength(6_400);
    expect(await storedOf(user)).toEqual(acknowledged.sort());
  });

  it('of analytics events does the same', async () => {
    const writer = createAnalyticsEventWriter(database.client);
    const events = Array.from({ length: 100 }, () => ({
      id: newAnalyticsEventId(),
      eventName: 'page.viewed',
    }));

    expect(await Promise.all(events.map(writer.record))).toEqual(events.map(() => 'recorded'));
    expect(await refusal(writer.record({ id: newAnalyticsEventId(), eventName: 'Page viewed' }))).toBe(
      'EVENT_REFUSED',
    );
    expect(await database.client.analyticsEvent.count({ where: { eventName: 'page.viewed' } })).toBe(100);
  });
});
