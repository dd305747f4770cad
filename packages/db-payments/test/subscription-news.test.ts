import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyStripeObject,
  endSubscription,
  entitlementOf,
  type PrismaClient,
  recordSubscription,
  type StripeEventId,
  type SubscriptionNews,
  subscribe,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const newId = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '')}`;

function news(more: Partial<SubscriptionNews> = {}): SubscriptionNews {
  const startedAt = daysFromNow(-10);
  return {
    userId: newUser(),
    stripeSubscriptionId: newId('sub'),
    stripeCustomerId: newId('cus'),
    plan: 'PRO',
    status: 'ACTIVE',
    startedAt,
    currentPeriodStart: startedAt,
    currentPeriodEnd: daysFromNow(20),
    ...more,
  };
}

const historyOf = ({ userId }: SubscriptionNews) =>
  client.subscription.findMany({ where: { userId }, orderBy: { startedAt: 'asc' } });

describe('recordSubscription', () => {
  test('begins what is not known, in the place of one that the provider does not know', async () => {
    const told = news({ startedAt: new Date(Date.now() + 1000) });
    const free = await subscribe(client, { userId: told.userId, plan: 'FREE' });

    const pro = await recordSubscription(client, told);

    const [first, second, ...others] = await historyOf(told);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id: free.id, status: 'CANCELED', validUntil: told.startedAt });
    expect(second).toEqual(pro);
    expect(second).toMatchObject({
      status: 'ACTIVE',
      stripeSubscriptionId: told.stripeSubscriptionId,
      version: 2,
    });
  });

  test('is the same again when it is told again, and follows every status', async () => {
    const told = news();
    const first = await recordSubscription(client, told);

    expect(await recordSubscription(client, told)).toEqual(first);
    for (const status of ['PAST_DUE', 'UNPAID', 'ACTIVE', 'PAUSED', 'ACTIVE'] as const)
      expect(await recordSubscription(client, { ...told, status })).toMatchObject({ id: first?.id, status });
    expect((await historyOf(told)).length).toBe(1);
  });

  test('goes on in another stretch on another plan, which keeps the period and the id', async () => {
    const told = news();
    const before = await recordSubscription(client, told);
    const toldAt = daysFromNow(-3);

    const after = await recordSubscription(client, { ...told, plan: 'ENTERPRISE', toldAt });

    expect(after).toMatchObject({
      plan: 'ENTERPRISE',
      startedAt: toldAt,
      currentPeriodStart: told.currentPeriodStart,
      stripeSubscriptionId: told.stripeSubscriptionId,
    });
    const [old] = await historyOf(told);
    expect(old).toMatchObject({
      id: before?.id,
      status: 'CANCELED',
      validUntil: toldAt,
      stripeSubscriptionId: null,
    });
  });

  test('writes down a second trial, and a longer one', async () => {
    const told = news({ status: 'TRIALING', trialEndsAt: daysFromNow(20) });
    await recordSubscription(client, told);
    await recordSubscription(client, { ...told, plan: 'ENTERPRISE' });

    const trialEndsAt = daysFromNow(40);
    const longer = await recordSubscription(client, { ...told, plan: 'ENTERPRISE', trialEndsAt });
    await recordSubscription(client, { ...told, status: 'CANCELED', endedAt: new Date() });
    const again = news({
      userId: told.userId,
      status: 'TRIALING',
      startedAt: new Date(),
      trialEndsAt: daysFromNow(7),
    });

    expect(longer).toMatchObject({
      status: 'TRIALING',
      trialEndsAt,
      currentPeriodEnd: trialEndsAt,
      isFurtherTrial: true,
    });
    expect(await recordSubscription(client, again)).toMatchObject({
      status: 'TRIALING',
      isFurtherTrial: true,
    });
  });

  test('keeps it until the day to which it is canceled, and takes that back', async () => {
    const told = news();
    const cancelAt = daysFromNow(5);

    const ending = await recordSubscription(client, { ...told, cancelAt, canceledAt: daysFromNow(-1) });
    const kept = await recordSubscription(client, told);
    const atEnd = await recordSubscription(client, { ...told, cancelAtPeriodEnd: true });

    expect(ending).toMatchObject({ status: 'ACTIVE', validUntil: cancelAt });
    expect(kept).toMatchObject({ validUntil: null, canceledAt: null });
    expect(atEnd).toMatchObject({ cancelAtPeriodEnd: true, validUntil: told.currentPeriodEnd });
  });

  test('gives back what had been ended here, when the provider says that it goes on', async () => {
    const told = news();
    const live = await recordSubscription(client, told);
    const { id: subscriptionId, version } = live as NonNullable<typeof live>;
    await endSubscription(client, { subscriptionId, version, status: 'EXPIRED' });

    const paidLate = await recordSubscription(client, told);

    expect(paidLate).toMatchObject({ status: 'ACTIVE', stripeSubscriptionId: told.stripeSubscriptionId });
    expect((await entitlementOf(client, told.userId))?.subscriptionId).toBe(paidLate?.id);
  });

  test('has no place for one that was over before it was heard of, and whose time is taken', async () => {
    const told = news();
    await recordSubscription(client, told);

    const over = news({ userId: told.userId, status: 'INCOMPLETE_EXPIRED', endedAt: daysFromNow(-9) });

    expect(await recordSubscription(client, over)).toBeNull();
    expect((await historyOf(told)).length).toBe(1);
  });

  test('refuses a second live one, another user’s id and customer, and what is no period', async () => {
    const told = news();
    await recordSubscription(client, told);
    const other = news();

    const refused = [
      news({ userId: told.userId }),
      { ...other, stripeSubscriptionId: told.stripeSubscriptionId },
      { ...other, stripeCustomerId: told.stripeCustomerId as string },
      { ...other, currentPeriodEnd: other.currentPeriodStart },
      { ...other, startedAt: new Date(Number.NaN) },
    ].map((wrong) => refusalCode(recordSubscription(client, wrong)));

    expect(await Promise.all(refused)).toEqual([
      'SUBSCRIPTION_EXISTS',
      'STRIPE_ID_TAKEN',
      'STRIPE_CUSTOMER_TAKEN',
      'PERIOD_INVALID',
      'PERIOD_INVALID',
    ]);
  });

  test(`${CALLERS} at once write one stretch down, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const told = news();
      if (round % 2 === 0) await subscribe(client, { userId: told.userId, plan: 'FREE' });

      const { won, refused } = await race((caller) =>
        recordSubscription(client, { ...told, status: caller % 2 === 0 ? 'ACTIVE' : 'PAST_DUE' }),
      );

      expect(refused).toEqual({});
      expect(new Set(won.map((stretch) => stretch?.id)).size).toBe(1);
    }
  });
});

describe('applyStripeObject', () => {
  const event = (objectId: string) => ({
    id: newId('evt') as StripeEventId,
    type: 'customer.subscription.updated',
    livemode: false,
    occurredAt: daysFromNow(-1),
    objectId,
  });

  test('writes the object as it is at Stripe, and asks once for an event that has acted', async () => {
    const told = news();
    const received = event(told.stripeSubscriptionId);
    let asked = 0;
    const reader = {
      retrieve: async () => {
        asked += 1;
        return told;
      },
      apply: recordSubscription,
    };

    expect(await applyStripeObject(client, received, reader)).toMatchObject({
      applied: true,
      result: { status: 'ACTIVE' },
    });
    expect(await applyStripeObject(client, received, reader)).toEqual({ applied: false });
    expect(asked).toBe(1);
  });

  test('leaves an event to be delivered again when Stripe does not answer or the work fails', async () => {
    const received = event(newId('sub'));
    const fails = async () => {
      throw new RangeError();
    };

    await expect(
      applyStripeObject(client, received, { retrieve: fails, apply: recordSubscription }),
    ).rejects.toThrow(RangeError);
    await expect(
      applyStripeObject(client, received, { retrieve: async () => 1, apply: fails }),
    ).rejects.toThrow(RangeError);
    expect(await client.stripeEvent.findUnique({ where: { id: received.id } })).toMatchObject({
      processedAt: null,
      lastError: 'RangeError',
    });
  });

  test('does not write what was asked for before a reading that was written', async () => {
    const told = news();
    const first = await applyStripeObject(client, event(told.stripeSubscriptionId), {
      retrieve: async () => {
        const second = await applyStripeObject(client, event(told.stripeSubscriptionId), {
          retrieve: async () => ({ ...told, status: 'PAST_DUE' as const }),
          apply: recordSubscription,
        });
        expect(second).toMatchObject({ applied: true, result: { status: 'PAST_DUE' } });
        return { ...told, status: 'ACTIVE' as const };
      },
      apply: recordSubscription,
    });

    expect(first).toEqual({ applied: false, outdated: true });
    expect((await historyOf(told)).map(({ status }) => status)).toEqual(['PAST_DUE']);
  });

  test(`whoever asked last is right, whoever answers last, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const told = news();
      const states = ['ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED'] as const;
      let current = 0;

      const { refused } = await race(async () => {
        const received = event(told.stripeSubscriptionId);
        await applyStripeObject(client, received, {
          retrieve: async () => {
            const state = states[current % states.length] as (typeof states)[number];
            await new Promise((answered) => setTimeout(answered, Math.random() * 5));
            return { ...told, status: state };
          },
          apply: recordSubscription,
        });
        current += 1;
        await applyStripeObject(client, event(told.stripeSubscriptionId), {
          retrieve: async () => ({
            ...told,
            status: states[current % states.length] as (typeof states)[number],
          }),
          apply: recordSubscription,
        });
      });

      expect(refused).toEqual({});
      const [stretch] = await historyOf(told);
      expect(stretch?.status).toBe(states[current % states.length]);
    }
  });
});
