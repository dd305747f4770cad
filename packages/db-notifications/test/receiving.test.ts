import {
  type Consumer,
  deleteReceivedEvents,
  effect,
  eventBacklog,
  receiveEvents,
  redriveEvents,
} from '@codezest/db-core';
import { deliver } from '@codezest/db-core/testing';
import { userContactChanged } from '@codezest/db-types';
import fc from 'fast-check';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TransactionClient } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { racingDatabase } from './fixtures.js';
import { contactChanged } from './told.js';

// What all consumers promise, with an effect that a second time would show: a number that grows.

let database: TestDatabase;
let inbox: Connection;

beforeAll(async () => {
  database = await racingDatabase();
  inbox = new Connection({ connectionString: database.owner.url });
  await inbox.connect();
  await inbox.query(`CREATE TABLE effects (id uuid, n int NOT NULL); GRANT ALL ON effects TO PUBLIC`);
});
beforeEach(() => inbox.query('TRUNCATE received_events, effects'));
afterAll(async () => {
  await inbox?.end();
  await database?.drop();
});

type Told = ReturnType<typeof contactChanged>;
type Effect = (transaction: TransactionClient, event: Told) => Promise<unknown>;

const count: Effect = (transaction, { id }) =>
  transaction.$executeRawUnsafe('INSERT INTO effects VALUES ($1::uuid, 1)', id);

const consumerWith = (apply: Effect): Consumer<TransactionClient> => ({
  effects: [
    effect(userContactChanged, async (transaction: TransactionClient, events) => {
      for (const event of events) await apply(transaction, event as Told);
    }),
  ],
  erase: () => Promise.reject(new Error('nobody is erased here')),
});
const counting = consumerWith(count);

const events = (number: number): Told[] => Array.from({ length: number }, () => contactChanged());
const effects = async (): Promise<{ all: number; different: number }> =>
  (await inbox.query('SELECT count(*)::int AS "all", count(DISTINCT id)::int AS different FROM effects'))
    .rows[0];
const untilEmpty = async (consumer: Consumer<TransactionClient>): Promise<void> => {
  for (let left = true; left; ) {
    const { applied, failed } = await receiveEvents(database.client, consumer, { limit: 7 });
    left = applied + failed > 0;
  }
};

it('each event has its effect once: delivered up to five times, by four deliverers, to four consumers at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 40, maxLength: 40 }),
      async (times) => {
        await inbox.query('TRUNCATE received_events, effects');
        const told = events(times.length);
        const copies = times.flatMap((often, place) => Array(often).fill(told[place]));
        const deliverers = await Promise.all(
          [0, 1, 2, 3].map(async () => {
            const connection = new Connection({ connectionString: database.owner.url });
            await connection.connect();
            return connection;
          }),
        );

        await Promise.all([
          ...deliverers.map(async (connection, place) => {
            for (let from = place * 3; from < copies.length; from += 12)
              await deliver(connection, ...copies.slice(from, from + 3));
            await connection.end();
          }),
          ...[0, 1, 2, 3].map(() => untilEmpty(counting)),
        ]);
        await untilEmpty(counting);

        expect(await effects()).toEqual({ all: told.length, different: told.length });
        expect(await eventBacklog(database.client, counting)).toMatchObject({ open: 0, dead: 0 });
      },
    ),
    { numRuns: process.env.LONG_TESTS ? 50 : 8 },
  );
});

it('an event that always fails is dead after its attempts, and 99 others pass it', async () => {
  const [poison, ...others] = events(100);
  const isMended = { now: false };
  const poisoned = consumerWith(async (transaction, event) => {
    if (event.id === poison?.id && !isMended.now)
      await transaction.$executeRawUnsafe(
        `INSERT INTO effects VALUES (NULL, NULL) -- ${event.payload.email}`,
      );
    await count(transaction, event);
  });
  await deliver(inbox, ...others.slice(0, 50), poison as Told, ...others.slice(50));

  const first = await receiveEvents(database.client, poisoned, { attempts: 3, retrySeconds: 0 });
  const later = [
    await receiveEvents(database.client, poisoned, { attempts: 3, retrySeconds: 0 }),
    await receiveEvents(database.client, poisoned, { attempts: 3, retrySeconds: 0 }),
    await receiveEvents(database.client, poisoned, { attempts: 3, retrySeconds: 0 }),
  ];

  expect(first).toEqual({ applied: 99, failed: 1, dead: 0 });
  expect(later).toEqual([
    { applied: 0, failed: 1, dead: 0 },
    { applied: 0, failed: 0, dead: 1 },
    { applied: 0, failed: 0, dead: 0 },
  ]);
  expect(await effects()).toEqual({ all: 99, different: 99 });
  const { rows } = await inbox.query(
    'SELECT id, attempts, reason FROM received_events WHERE dead_at IS NOT NULL',
  );
  expect(rows).toEqual([{ id: poison?.id, attempts: 3, reason: expect.stringMatching(/23502/) }]);
  expect(rows[0].reason).not.toContain('ada@example.com');

  isMended.now = true;
  expect(await redriveEvents(database.client)).toBe(1);
  expect(await receiveEvents(database.client, poisoned)).toEqual({ applied: 1, failed: 0, dead: 0 });
  expect(await effects()).toEqual({ all: 100, different: 100 });
});

it('waits twice as long after each failure, five minutes at most', async () => {
  const failing = consumerWith(() => Promise.reject(new Error('not now')));
  await deliver(inbox, ...events(1));
  const clock = async (): Promise<number> =>
    (await inbox.query('SELECT extract(epoch FROM clock_timestamp())::float8 AS at')).rows[0].at;

  for (const wait of [3, 6, 12, 24, 48, 96, 192, 300, 300]) {
    await inbox.query(`UPDATE received_events SET available_at = now() - interval '1 second'`);
    const before = await clock();
    const counts = await receiveEvents(database.client, failing, { attempts: 20, retrySeconds: 3 });
    const after = await clock();
    const { rows } = await inbox.query(
      'SELECT extract(epoch FROM available_at)::float8 AS at FROM received_events',
    );

    expect(counts).toEqual({ applied: 0, failed: 1, dead: 0 });
    // The column keeps milliseconds.
    expect(rows[0].at - wait).toBeGreaterThan(before - 0.002);
    expect(rows[0].at - wait).toBeLessThan(after + 0.002);
  }
});
it('what is no event as its contract says is dead at once, and says where it differs', async () => {
  const wrong = { ...contactChanged(), payload: { userId: 'nobody', email: 'ada@example.com' } };
  await deliver(inbox, wrong, ...events(3));

  expect(await receiveEvents(database.client, counting)).toEqual({ applied: 3, failed: 0, dead: 1 });
  const { rows } = await inbox.query('SELECT reason FROM received_events WHERE dead_at IS NOT NULL');
  expect(rows).toEqual([{ reason: 'EVENT_INVALID /payload/userId' }]);
});

it('what this release does not know waits, and holds up nothing', async () => {
  const newer = { ...contactChanged(), version: 2 };
  const other = { ...contactChanged(), type: 'user.levitated' };
  await deliver(inbox, newer, other, ...events(2));

  expect(await receiveEvents(database.client, counting, { limit: 2 })).toMatchObject({ applied: 2 });
  expect(await receiveEvents(database.client, counting)).toEqual({ applied: 0, failed: 0, dead: 0 });
  expect(await eventBacklog(database.client, counting)).toEqual({
    open: 0,
    waiting: 2,
    dead: 0,
    oldest: null,
  });
});

it('a consumer that dies between effect and mark has done nothing', async () => {
  const told = events(20);
  await deliver(inbox, ...told);
  let killed = 0;
  const dying = consumerWith(async (transaction, event) => {
    await count(transaction, event);
    if (killed < 5 && event.id === told[10]?.id) {
      killed += 1;
      const [row] = await transaction.$queryRawUnsafe<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      await inbox.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    }
  });

  for (let round = 0; round < 5; round += 1) {
    await expect(receiveEvents(database.client, dying)).rejects.toThrow();
    expect(await effects()).toEqual({ all: 0, different: 0 });
  }
  expect(killed).toBe(5);
  expect(await receiveEvents(database.client, dying)).toEqual({ applied: 20, failed: 0, dead: 0 });
  expect(await effects()).toEqual({ all: 20, different: 20 });
  const { rows } = await inbox.query('SELECT sum(attempts)::int AS attempts FROM received_events');
  expect(rows).toEqual([{ attempts: 0 }]);
});

it('refuses numbers that are none before it takes an event', async () => {
  await deliver(inbox, ...events(1));
  const numbers = [-1, 10_001, Number.NaN, '1' as unknown as number];
  const refused = [
    ...[0, 1.5, ...numbers].flatMap((count) => [{ limit: count }, { attempts: count }]),
    ...numbers.map((retrySeconds) => ({ retrySeconds })),
  ];

  for (const options of refused)
    await expect(receiveEvents(database.client, counting, options)).rejects.toMatchObject({
      code: 'EVENT_LIMIT_INVALID',
    });
  expect(await effects()).toMatchObject({ all: 0 });
});

it('applied events go after as many days as the caller says, 30 at least; all else stays', async () => {
  await deliver(inbox, ...events(3));
  await receiveEvents(database.client, counting);
  await deliver(inbox, ...events(1));
  await inbox.query(`UPDATE received_events SET processed_at = processed_at - interval '31 days'
    WHERE id IN (SELECT id FROM received_events WHERE processed_at IS NOT NULL LIMIT 2)`);

  for (const days of [29, 0, 30.5, 4_000])
    await expect(deleteReceivedEvents(database.client, { days })).rejects.toMatchObject({
      code: 'EVENT_RETENTION_INVALID',
    });
  expect(await deleteReceivedEvents(database.client, { days: 30 })).toBe(2);
  expect((await inbox.query('SELECT count(*)::int AS n FROM received_events')).rows).toEqual([{ n: 2 }]);
});
