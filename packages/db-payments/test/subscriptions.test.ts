import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { SubscriptionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changePlan, endSubscription, type PrismaClient, subscribe } from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const inAMonth = daysFromNow(30);
const startPro = (userId = newUser()) =>
  subscribe(client, { userId, plan: 'PRO', currentPeriodEnd: inAMonth });
const nowhere = { subscriptionId: randomUUID() as SubscriptionId, version: 0 };

describe('subscribe', () => {
  test('starts a paid plan in its first period', async () => {
    const userId = newUser();

    const subscription = await subscribe(client, {
      userId,
      plan: 'PRO',
      currentPeriodEnd: inAMonth,
      stripeCustomerId: `cus_${userId.slice(0, 8)}`,
      metadata: { origin: 'CHECKOUT' },
    });

    expect(subscription).toEqual(
      await client.subscription.findUniqueOrThrow({ where: { id: subscription.id } }),
    );
    expect(subscription).toMatchObject({
      userId,
      plan: 'PRO',
      status: 'ACTIVE',
      version: 0,
      validUntil: null,
    });
    expect(subscription.currentPeriodStart).toEqual(subscription.startedAt);
    expect(subscription.currentPeriodEnd).toEqual(inAMonth);
    expect(subscription.metadata).toEqual({ origin: 'CHECKOUT' });
  });

  test('starts FREE without a period, and a trial as one', async () => {
    const free = await subscribe(client, { userId: newUser(), plan: 'FREE' });
    const inAWeek = daysFromNow(7);
    const trial = await subscribe(client, {
      userId: newUser(),
      plan: 'PRO',
      currentPeriodEnd: inAWeek,
      trialEndsAt: inAWeek,
    });

    expect(free).toMatchObject({ status: 'ACTIVE', currentPeriodStart: null, currentPeriodEnd: null });
    expect(trial).toMatchObject({ status: 'TRIALING', trialEndsAt: inAWeek });
  });

  test('refuses a user who has a live one, and leaves the transaction usable', async () => {
    const { userId } = await startPro();

    await client.$transaction(async (transaction) => {
      const again = subscribe(transaction, { userId, plan: 'FREE' });
      expect(await refusalCode(again)).toBe('SUBSCRIPTION_EXISTS');
      expect(await transaction.subscription.count({ where: { userId } })).toBe(1);
    });
  });

  test('refuses while a canceled one still covers the day', async () => {
    const { id, userId, version } = await startPro();
    await client.subscription.update({
      where: { id, version },
      data: { status: 'CANCELED', canceledAt: new Date(), validUntil: daysFromNow(3) },
    });

    expect(await refusalCode(startPro(userId))).toBe('SUBSCRIPTION_EXISTS');
  });

  test('refuses a period that ends before it begins', async () => {
    const past = { userId: newUser(), plan: 'PRO', currentPeriodEnd: daysFromNow(-1) } as const;

    expect(await refusalCode(subscribe(client, past))).toBe('PERIOD_INVALID');
  });

  test('refuses the customer of another user at Stripe, which is one person’s', async () => {
    const { userId } = await startPro();
    const stripeCustomerId = `cus_${userId.slice(0, 8)}`;
    await client.subscription.updateMany({ where: { userId }, data: { stripeCustomerId } });
    const theirs = subscribe(client, { userId: newUser(), plan: 'FREE', stripeCustomerId });

    expect(await refusalCode(theirs)).toBe('STRIPE_CUSTOMER_TAKEN');
  });

  test('refuses a subscription at Stripe that is written down already', async () => {
    const stripeSubscriptionId = `sub_${randomUUID()}`;
    const begin = () => subscribe(client, { userId: newUser(), plan: 'FREE', stripeSubscriptionId });
    await begin();

    await expect(begin()).rejects.toMatchObject({
      code: 'STRIPE_ID_TAKEN',
      field: 'stripeSubscriptionId',
      message: expect.not.stringContaining(stripeSubscriptionId),
    });
  });

  test("goes on from the version of the user's earlier ones", async () => {
    const first = await startPro();
    const ended = await endSubscription(client, {
      subscriptionId: first.id,
      version: first.version,
      status: 'CANCELED',
    });

    const second = await startPro(first.userId);

    expect(second.version).toBeGreaterThan(ended.version);
  });

  test('goes with the transaction it is part of', async () => {
    const userId = newUser();

    const { id } = await rolledBack(client, (transaction) =>
      subscribe(transaction, { userId, plan: 'FREE' }),
    );

    expect(await client.subscription.findUnique({ where: { id } })).toBeNull();
  });

  test(`of ${CALLERS} at once one starts it, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = newUser();

      const { won, refused } = await race(() => startPro(userId));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ SUBSCRIPTION_EXISTS: CALLERS - 1 });
    }
  });

  test(`one begins where another ends meanwhile, in ${ROUNDS} rounds, and its version is the higher one`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await startPro();
      const { id: subscriptionId, userId, version } = first;

      const { won } = await race<unknown>((caller) =>
        caller === 0
          ? endSubscription(client, { subscriptionId, version, status: 'EXPIRED' })
          : startPro(userId),
      );

      const rows = await client.subscription.findMany({ where: { userId }, orderBy: { startedAt: 'asc' } });
      expect(won).toHaveLength(rows.length);
      expect(rows.map((row) => row.version)).toEqual(rows.length === 1 ? [1] : [1, 2]);
    }
  });
});

describe('changePlan', () => {
  test('ends the old one and starts the new one in the same moment', async () => {
    const old = await subscribe(client, {
      userId: newUser(),
      plan: 'PRO',
      currentPeriodEnd: inAMonth,
      stripeSubscriptionId: `sub_${randomUUID().slice(0, 8)}a`,
    });

    const upgraded = await changePlan(client, {
      subscriptionId: old.id,
      version: old.version,
      plan: 'ENTERPRISE',
      currentPeriodEnd: inAMonth,
    });

    const ended = await client.subscription.findUniqueOrThrow({ where: { id: old.id } });
    expect(ended).toMatchObject({ status: 'CANCELED', plan: 'PRO', stripeSubscriptionId: null });
    expect(upgraded).toMatchObject({
      userId: old.userId,
      plan: 'ENTERPRISE',
      status: 'ACTIVE',
      startedAt: ended.validUntil,
      currentPeriodStart: ended.validUntil,
      stripeSubscriptionId: old.stripeSubscriptionId,
    });
    expect(old.version < ended.version && ended.version < upgraded.version).toBe(true);
    expect(upgraded).toEqual(await client.subscription.findUniqueOrThrow({ where: { id: upgraded.id } }));
  });

  test('takes a user from FREE to PRO and back, also within one transaction', async () => {
    const userId = newUser();

    const last = await client.$transaction(async (transaction) => {
      const free = await subscribe(transaction, { userId, plan: 'FREE' });
      const paid = await changePlan(transaction, {
        subscriptionId: free.id,
        version: free.version,
        plan: 'PRO',
        currentPeriodEnd: inAMonth,
      });
      return changePlan(transaction, { subscriptionId: paid.id, version: paid.version, plan: 'FREE' });
    });

    expect(last).toMatchObject({ plan: 'FREE', status: 'ACTIVE', currentPeriodEnd: null });
    expect(await client.subscription.count({ where: { userId } })).toBe(3);
  });

  test('refuses what is not there, was changed meanwhile, is over or would stay as it is', async () => {
    const { id: subscriptionId, version } = await startPro();
    const toEnterprise = { plan: 'ENTERPRISE', currentPeriodEnd: inAMonth } as const;
    const refused = (change: Parameters<typeof changePlan>[1]) => refusalCode(changePlan(client, change));

    expect(await refused({ ...nowhere, ...toEnterprise })).toBe('RECORD_NOT_FOUND');
    expect(await refused({ subscriptionId, version: version + 1, ...toEnterprise })).toBe('VERSION_CONFLICT');
    expect(await refused({ subscriptionId, version, plan: 'PRO', currentPeriodEnd: inAMonth })).toBe(
      'PLAN_UNCHANGED',
    );
    const past = { ...toEnterprise, currentPeriodEnd: daysFromNow(-1) };
    expect(await refused({ subscriptionId, version, ...past })).toBe('PERIOD_INVALID');

    const ended = await endSubscription(client, { subscriptionId, version, status: 'CANCELED' });
    expect(await refused({ subscriptionId, version: ended.version, ...toEnterprise })).toBe(
      'SUBSCRIPTION_ENDED',
    );
  });

  test(`of ${CALLERS} at once one changes it, in ${ROUNDS * 2} rounds`, async () => {
    for (let round = 0; round < ROUNDS * 2; round += 1) {
      const { id: subscriptionId, userId, version } = await startPro();

      const { won, refused } = await race(() =>
        changePlan(client, { subscriptionId, version, plan: 'ENTERPRISE', currentPeriodEnd: inAMonth }),
      );

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
      expect(await client.subscription.count({ where: { userId } })).toBe(2);
    }
  });
});
