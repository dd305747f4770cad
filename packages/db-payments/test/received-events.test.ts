import { newId } from '@codezest/db-core';
import { deliver, toldEvent } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createClient, entitlementOf, type PrismaClient, receiveEvents, subscribe } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { applyEvents, forgetApplied, tryAgain, waitingEvents } from './examples/receiving.js';

let database: TestDatabase;
let owner: PrismaClient;
let inbox: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = createClient({ url: database.owner.url });
  inbox = new Connection({ connectionString: database.owner.url });
  await inbox.connect();
});
beforeEach(() => inbox.query('TRUNCATE received_events'));
afterAll(async () => {
  await inbox?.end();
  await owner?.$disconnect();
  await database?.drop();
});

const newUser = () => newId<'User'>() as UserId;
const joined = (userId: UserId) => toldEvent('user.registered', { userId, role: 'STUDENT' });
const deleted = (userId: UserId) => toldEvent('user.deleted', { userId }, 2);
const inAMonth = new Date(Date.now() + 30 * 24 * 60 * 60 * 1_000);

it('who has joined has the FREE plan, once', async () => {
  const userId = newUser();
  // Another id, the same fact: as a repair sends it.
  for (const event of [joined(userId), joined(userId)]) {
    await deliver(inbox, event);
    expect(await receiveEvents(database.client)).toEqual({ applied: 1, failed: 0, dead: 0 });
  }

  expect(await entitlementOf(database.client, userId)).toMatchObject({ plan: 'FREE', status: 'ACTIVE' });
  expect(await database.client.subscription.count({ where: { userId } })).toBe(1);
});

it('who has paid already, or has canceled already, stays as they are', async () => {
  const [paying, canceled] = [newUser(), newUser()];
  await subscribe(database.client, { userId: paying, plan: 'PRO', currentPeriodEnd: inAMonth });
  await subscribe(database.client, { userId: canceled, plan: 'FREE' });
  await inbox.query(
    `UPDATE subscriptions SET status = 'CANCELED', valid_until = now(), canceled_at = now(), version = version + 1
      WHERE user_id = $1`,
    [canceled],
  );

  await deliver(inbox, joined(paying), joined(canceled));
  expect(await receiveEvents(database.client)).toEqual({ applied: 2, failed: 0, dead: 0 });

  expect(await entitlementOf(database.client, paying)).toMatchObject({ plan: 'PRO' });
  expect(await entitlementOf(database.client, canceled)).toBeNull();
});

it('who joins and is served at once by several consumers has one subscription', async () => {
  const users = Array.from({ length: 40 }, newUser);
  await deliver(inbox, ...users.flatMap((userId) => [joined(userId), joined(userId), joined(userId)]));

  await Promise.all([0, 1, 2, 3].map(() => receiveEvents(database.client, { limit: 30 })));
  while ((await receiveEvents(database.client)).applied > 0);

  const { rows } = await inbox.query(
    `SELECT count(*)::int AS n, count(DISTINCT user_id)::int AS users FROM subscriptions WHERE user_id = ANY ($1)`,
    [users],
  );
  expect(rows).toEqual([{ n: 40, users: 40 }]);
  const open = await inbox.query('SELECT FROM received_events WHERE processed_at IS NULL AND attempts > 0');
  expect(open.rowCount).toBe(0);
});

it('who is deleted is unknown here, and their joining comes too late', async () => {
  const userId = newUser();
  await deliver(inbox, joined(userId));
  await receiveEvents(owner);
  await deliver(inbox, deleted(userId));
  expect(await receiveEvents(owner)).toEqual({ applied: 1, failed: 0, dead: 0 });
  await deliver(inbox, joined(userId));
  expect(await receiveEvents(owner)).toEqual({ applied: 1, failed: 0, dead: 0 });

  expect(await database.client.subscription.count({ where: { userId } })).toBe(0);
});

it('a deletion waits for what the provider still charges, and says so', async () => {
  const userId = newUser();
  await subscribe(database.client, {
    userId,
    plan: 'PRO',
    currentPeriodEnd: inAMonth,
    stripeCustomerId: `cus_${userId}`,
    stripeSubscriptionId: `sub_${userId}`,
  });
  await deliver(inbox, deleted(userId));

  expect(await receiveEvents(owner, { attempts: 1, limit: 1 })).toEqual({ applied: 0, failed: 1, dead: 0 });
  const { rows } = await inbox.query('SELECT reason, dead_at FROM received_events');
  expect(rows).toEqual([{ reason: 'SUBSCRIPTION_RUNNING', dead_at: null }]);
});

it('the examples apply, count, try again and forget', async () => {
  await deliver(inbox, toldEvent('user.deleted', { userId: newId<'User'>() as UserId }));
  expect(await waitingEvents(owner)).toMatchObject({ open: 1, dead: 0 });
  await applyEvents(owner);

  expect(await waitingEvents(owner)).toMatchObject({ open: 0, dead: 0 });
  expect(await tryAgain(owner)).toBe(0);
  expect(await forgetApplied(owner)).toBe(0);
});
