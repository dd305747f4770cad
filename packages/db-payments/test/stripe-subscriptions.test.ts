import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyStripeObject,
  type CurrencyUnit,
  type PrismaClient,
  recordSubscription,
  type StripeEventId,
} from '../src/index.js';
import { daysFromNow } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import {
  newsOf,
  priceChanged,
  type StripePrice,
  type StripeSubscription,
} from './examples/stripe-subscriptions.js';
import { newUser } from './fixtures.js';

// What the example of the README reads is what the library declares.
const read: (subscription: Stripe.Subscription) => StripeSubscription = (subscription) => subscription;

let database: TestDatabase;
let client: PrismaClient;
let units: ReadonlyMap<string, CurrencyUnit>;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  units = new Map((await client.currency.findMany()).map((unit) => [unit.code, unit]));
});
afterAll(() => database?.drop());

const seconds = (days: number) => Math.floor(daysFromNow(days).getTime() / 1000);

const price = (unit_amount: number | null, plan = 'PRO', more: Partial<StripePrice> = {}): StripePrice => ({
  id: `price_${randomUUID().replaceAll('-', '')}`,
  created: 1_719_878_400,
  currency: 'eur',
  unit_amount,
  tax_behavior: 'unspecified',
  metadata: { plan },
  recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
  ...more,
});

const subscribed = (first: StripePrice): StripeSubscription => {
  const userId = newUser();
  return {
    id: `sub_${randomUUID().replaceAll('-', '')}`,
    customer: `cus_${userId}`,
    status: 'active',
    metadata: { userId },
    ...{ start_date: seconds(-10), trial_end: null, ended_at: null },
    ...{ cancel_at: null, cancel_at_period_end: false, canceled_at: null },
    items: {
      data: [
        { price: first, quantity: 1, current_period_start: seconds(-10), current_period_end: seconds(20) },
      ],
    },
    ...{ pause_collection: null, pending_update: null, schedule: null },
  };
};

/** `customer.subscription.updated` arrives, and Stripe is asked for the subscription. */
async function tell(object: StripeSubscription) {
  const event = {
    id: `evt_${randomUUID().replaceAll('-', '')}` as StripeEventId,
    type: 'customer.subscription.updated',
    livemode: false,
    occurredAt: new Date(),
    objectId: object.id,
  };
  const outcome = await applyStripeObject(client, event, {
    retrieve: async () => structuredClone(object),
    apply: (transaction, found) => recordSubscription(transaction, newsOf(found, units)),
  });
  expect(outcome).toMatchObject({ applied: true });
  return client.subscription.findUniqueOrThrow({
    where: { stripeSubscriptionId: object.id },
    include: { price: true, nextPrice: true },
  });
}

const item = (subscription: StripeSubscription) =>
  subscription.items.data[0] as { price: StripePrice; quantity?: number };

describe('what Stripe tells of a subscription', () => {
  test('names its price and its quantity, and another price is the same stretch', async () => {
    expect(read).toBeTypeOf('function');
    const [first, second] = [price(1900), price(2400, 'PRO', { tax_behavior: 'inclusive' })];
    const subscription = subscribed(first);
    const begun = await tell(subscription);
    expect(begun).toMatchObject({ plan: 'PRO', quantity: 1 });
    expect(begun.price).toMatchObject({
      ...{ stripePriceId: first.id, unitAmount: 1900, currency: 'EUR', interval: 'MONTH', isListed: false },
      ...{ taxIncluded: null, validUntil: null },
    });

    Object.assign(item(subscription), { price: second, quantity: 12 });
    const changed = await tell(subscription);
    expect(changed).toMatchObject({ id: begun.id, quantity: 12, version: begun.version + 1 });
    expect(changed.price).toMatchObject({ stripePriceId: second.id, taxIncluded: true });
    expect(await tell(subscription)).toEqual(changed);

    item(subscription).price = price(9900, 'ENTERPRISE');
    const enterprise = await tell(subscription);
    expect(enterprise).toMatchObject({ plan: 'ENTERPRISE', quantity: 12 });
    expect(enterprise.id).not.toBe(begun.id);
    expect(enterprise.price?.unitAmount).toBe(9900);
  });

  // Seed 73573648 of the histories at the provider, path 17.
  test('keeps its price where it ended on a plan that was not told of before', async () => {
    const subscription = subscribed(price(1900));
    const { priceId } = await tell(subscription);
    item(subscription).price = price(9900, 'ENTERPRISE');
    const over = { status: 'canceled', ended_at: seconds(0), canceled_at: seconds(0) };

    expect(await tell({ ...subscription, ...over })).toMatchObject({
      status: 'CANCELED',
      plan: 'PRO',
      priceId,
    });
  });

  test('names prices by themselves as well, in any order', async () => {
    const told = price(1900);
    const archived = await priceChanged(client, { ...told, active: false }, units);
    expect(archived?.validUntil).toBeInstanceOf(Date);
    expect((await tell(subscribed(told))).price).toEqual(archived);
    expect(await priceChanged(client, { ...told, active: true }, units)).toMatchObject({ validUntil: null });
    expect(await priceChanged(client, { ...price(null), active: true }, units)).toBeNull();
  });

  test('converts amounts, and leaves out prices that have no place', async () => {
    const isk = subscribed(price(250_000, 'PRO', { currency: 'isk' }));
    expect((await tell(isk)).price).toMatchObject({ unitAmount: 2500, currency: 'ISK' });
    for (const without of [
      price(null),
      price(1900, 'PRO', { recurring: null }),
      price(1, 'PRO', { recurring: { interval: 'month', interval_count: 1, usage_type: 'metered' } }),
    ])
      expect(await tell(subscribed(without))).toMatchObject({ plan: 'PRO', priceId: null, quantity: 1 });
    const metered = subscribed(price(null));
    delete item(metered).quantity;
    expect(await tell(metered)).toMatchObject({ quantity: 0 });
  });

  test('names the next phase of its schedule, until it is there or released', async () => {
    const [first, next] = [
      price(1900),
      price(99_000, 'ENTERPRISE', {
        recurring: { interval: 'year', interval_count: 1, usage_type: 'licensed' },
      }),
    ];
    const subscription = subscribed(first);
    const plain = await tell(subscription);
    const [start, end] = [seconds(-10), seconds(20)];
    subscription.schedule = {
      current_phase: { end_date: end },
      phases: [
        { start_date: start, items: [{ price: first, quantity: 1 }] },
        { start_date: end, items: [{ price: next, quantity: 5 }] },
      ],
    };
    const scheduled = await tell(subscription);
    expect(scheduled).toMatchObject({
      ...{ id: plain.id, plan: 'PRO', nextPlan: 'ENTERPRISE', nextQuantity: 5 },
      ...{ nextChangeAt: new Date(end * 1000), nextChangeExpiresAt: null },
    });
    expect(scheduled.nextPrice).toMatchObject({ stripePriceId: next.id, interval: 'YEAR' });
    expect(await tell(subscription)).toEqual(scheduled);

    const leaving = { cancel_at_period_end: true, cancel_at: end, canceled_at: seconds(0) };
    expect(await tell({ ...subscription, ...leaving })).toMatchObject({ nextPlan: null, nextPriceId: null });
    expect(await tell(subscription)).toMatchObject({ nextPlan: 'ENTERPRISE' });
    subscription.schedule = null;
    expect(await tell(subscription)).toMatchObject({ nextPlan: null, nextPriceId: null, nextQuantity: null });
  });

  test('names an update that waits for its payment, and when it is dropped', async () => {
    const subscription = subscribed(price(1900));
    const expires_at = seconds(1);
    subscription.pending_update = { expires_at, subscription_items: [{ price: price(3900), quantity: 2 }] };
    const pending = await tell(subscription);
    expect(pending).toMatchObject({
      ...{ plan: 'PRO', quantity: 1, nextPlan: 'PRO', nextQuantity: 2 },
      ...{ nextChangeAt: null, nextChangeExpiresAt: new Date(expires_at * 1000) },
    });
    expect(pending.nextPrice?.unitAmount).toBe(3900);
    subscription.pending_update = null;
    expect(await tell(subscription)).toMatchObject({ nextPlan: null, nextChangeExpiresAt: null });
  });

  test('pauses its collection and nothing else, in each of the ways', async () => {
    const subscription = subscribed(price(1900));
    const resumes_at = seconds(40);
    for (const behavior of ['keep_as_draft', 'mark_uncollectible', 'void']) {
      subscription.pause_collection = { behavior, resumes_at };
      expect(await tell(subscription)).toMatchObject({
        ...{ status: 'ACTIVE', pauseCollection: behavior.toUpperCase(), pausedAt: null },
        resumesAt: new Date(resumes_at * 1000),
      });
    }
    subscription.pause_collection = null;
    expect(await tell(subscription)).toMatchObject({ pauseCollection: null, resumesAt: null });
    subscription.pause_collection = { behavior: 'void', resumes_at: null };
    await tell(subscription);
    const over = { status: 'canceled', ended_at: seconds(0), canceled_at: seconds(0) };
    expect(await tell({ ...subscription, ...over })).toMatchObject({
      status: 'CANCELED',
      pauseCollection: null,
    });
  });
});
