import { eventContracts, parseEvent } from '@codezest/db-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  changePlan,
  deleteDeliveredEvents,
  endSubscription,
  entitlementOf,
  type NewEvent,
  publish,
  subscribe,
  transaction,
} from '../src/index.js';
import { daysFromNow, refusalCode } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { tellAgain, tidyUp } from './examples/events.js';
import { newUser } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const told = async (userId: string) =>
  (
    await database.client.outboxEvent.findMany({
      where: { aggregateId: userId },
      orderBy: [{ aggregateVersion: 'asc' }, { id: 'asc' }],
      include: { deliveries: true },
    })
  ).map(({ occurredAt, occurredTs: _, deliveries, ...event }) => {
    expect(deliveries.map(({ consumer }) => consumer)).toEqual(['activity']);
    return parseEvent({ ...event, occurredAt: occurredAt.toISOString() });
  });

it('goes to whom the contracts name, and no further', async () => {
  const rows = await database.client.$queryRawUnsafe<{ entry: string }[]>(
    `SELECT type || ' ' || version || ' ' || consumer AS entry FROM rules.event_consumers ORDER BY 1`,
  );

  expect(rows.map(({ entry }) => entry)).toEqual(
    eventContracts
      .filter(({ producer }) => producer === 'payments')
      .flatMap(({ type, version, consumers }) =>
        consumers.map((consumer) => `${type} ${version} ${consumer}`),
      )
      .sort(),
  );
});

it('a subscription that begins, changes and ends is told each time, as entitlementOf answers', async () => {
  const userId = newUser();
  const begun = await subscribe(database.client, { userId, plan: 'PRO', currentPeriodEnd: daysFromNow(30) });
  const atFirst = await entitlementOf(database.client, userId);
  const changed = await changePlan(database.client, {
    subscriptionId: begun.id,
    version: begun.version,
    plan: 'ENTERPRISE',
    currentPeriodEnd: daysFromNow(30),
  });
  const later = await entitlementOf(database.client, userId);
  const ended = await endSubscription(database.client, {
    subscriptionId: changed.id,
    version: changed.version,
    status: 'CANCELED',
  });

  const payloads = (await told(userId)).map(({ payload }) => payload);
  expect(payloads).toEqual([
    atFirst,
    expect.objectContaining({ subscriptionId: begun.id, status: 'CANCELED', version: begun.version + 1 }),
    later,
    {
      userId,
      subscriptionId: changed.id,
      plan: 'ENTERPRISE',
      status: 'CANCELED',
      validUntil: ended.validUntil?.toISOString(),
      version: ended.version,
    },
  ]);
});

it('raw SQL that forgets the version is told with the next one', async () => {
  const userId = newUser();
  const { version } = await subscribe(database.client, { userId, plan: 'FREE' });
  await database.client
    .$executeRaw`UPDATE subscriptions SET status = 'PAUSED', updated_at = now() WHERE user_id = ${userId}::uuid`;
  await database.client
    .$executeRaw`UPDATE subscriptions SET metadata = NULL, updated_at = now() WHERE user_id = ${userId}::uuid`;

  expect((await told(userId)).map(({ aggregateVersion, payload }) => [aggregateVersion, payload])).toEqual([
    [version, expect.objectContaining({ status: 'ACTIVE' })],
    [version + 1, expect.objectContaining({ status: 'PAUSED' })],
  ]);
});

it('what is rolled back is not told', async () => {
  const userId = newUser();
  await transaction(database.client, async (open) => {
    await subscribe(open, { userId, plan: 'FREE' });
    throw new Error('rolled back');
  }).catch(() => undefined);

  expect(await told(userId)).toEqual([]);
});

it('publish tells it again, in a transaction alone; delivered events go after a week', async () => {
  const userId = newUser();
  await subscribe(database.client, { userId, plan: 'FREE' });
  const id = await tellAgain(database.client, userId);

  const [first, again, ...more] = await told(userId);
  expect([again?.payload, again?.id, more]).toEqual([first?.payload, id, []]);
  expect(await refusalCode(publish(database.client, again as NewEvent))).toBe('TRANSACTION_MISSING');
  expect(await tidyUp(database.client)).toBe(0);
  expect(await refusalCode(deleteDeliveredEvents(database.client, { batch: 0 }))).toBe('BATCH_INVALID');
});
