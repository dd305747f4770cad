import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { PriceId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  cancelAt,
  cancelAtPeriodEnd,
  cancelScheduledChange,
  changePlan,
  claimDueRenewals,
  completeRenewal,
  entitlementOf,
  expireSubscriptions,
  failRenewal,
  type PlanToCome,
  type Prisma,
  type PrismaClient,
  renewSubscription,
  type Subscription,
  scheduleChange,
  setPrice,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;
let monthly: PriceId;
let yearly: PriceId;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
  const price = { plan: 'ENTERPRISE', currency: 'EUR' } as const;
  monthly = (await setPrice(client, { ...price, interval: 'MONTH', unitAmount: 9_900 })).id;
  yearly = (await setPrice(client, { ...price, interval: 'YEAR', unitAmount: 99_000 })).id;
});
afterAll(() => database?.drop());
beforeEach(async () => {
  await claimDueRenewals(client, { limit: 10_000, leaseSeconds: 3_600 });
});

const seen = ({ id: subscriptionId, version }: Subscription) => ({ subscriptionId, version });

/** PRO by the month since the 31st of January of the year, in the middle of its period. */
function pro(values: Partial<Prisma.SubscriptionUncheckedCreateInput> = {}) {
  const [start, end] = [daysFromNow(-15), daysFromNow(15)];
  return startPro(client, newUser(), {
    startedAt: start,
    currentPeriodStart: start,
    currentPeriodEnd: end,
    billingAnchor: end,
    billingMonths: 1,
    billingTimeZone: 'Europe/Berlin',
    ...values,
  });
}

/** The same change, whose period was over an hour ago. */
async function due(choice: PlanToCome, values: Partial<Prisma.SubscriptionUncheckedCreateInput> = {}) {
  const scheduled = await scheduleChange(client, { ...seen(await pro(values)), ...choice });
  const end = daysFromNow(-1 / 24);
  const times = { currentPeriodEnd: end, billingAnchor: end };
  return client.subscription.update({ where: { id: scheduled.id }, data: times });
}

const stretchesOf = ({ userId }: Subscription) =>
  client.subscription.findMany({ where: { userId }, orderBy: { startedAt: 'asc' } });

describe('scheduleChange', () => {
  test('stands on the subscription, is replaced and taken back, and changes nothing until then', async () => {
    const subscription = await pro();
    const first = await scheduleChange(client, { ...seen(subscription), plan: 'FREE' });
    expect(first).toMatchObject({ plan: 'PRO', nextPlan: 'FREE', nextQuantity: null, nextPriceId: null });
    const choice = { plan: 'ENTERPRISE', priceId: yearly, quantity: 7 } as const;
    const second = await scheduleChange(client, { ...seen(first), ...choice });
    expect(second).toMatchObject({ plan: 'PRO', quantity: 1, nextPlan: 'ENTERPRISE', nextQuantity: 7 });
    expect(await entitlementOf(client, subscription.userId)).toMatchObject({ plan: 'PRO', validUntil: null });
    expect(await claimDueRenewals(client)).toEqual([]);

    const back = await cancelScheduledChange(client, seen(second));
    expect(back).toMatchObject({ nextPlan: null, nextPriceId: null, nextQuantity: null });
    expect(back.version).toBe(second.version + 1);
    expect(await cancelScheduledChange(client, seen(back))).toMatchObject({ version: back.version });
    expect(await stretchesOf(back)).toHaveLength(1);
  });

  test('is refused where it would never come, or changes nothing', async () => {
    const subscription = await pro();
    const code = (values: Subscription, choice: object) =>
      refusalCode(scheduleChange(client, { ...seen(values), ...choice } as never));
    const enterprise = { plan: 'ENTERPRISE' };

    expect(await code(subscription, { plan: 'PRO' })).toBe('PLAN_UNCHANGED');
    expect(await code(subscription, { plan: 'PRO', priceId: monthly })).toBe('PRICE_NOT_USABLE');
    expect(await code(subscription, { ...enterprise, quantity: -1 })).toBe('RULE_VIOLATED');
    expect(await code(subscription, { ...enterprise, quantity: 1.5 })).toBe('AMOUNT_INVALID');
    expect(await code({ ...subscription, version: 9 }, enterprise)).toBe('VERSION_CONFLICT');
    const late = await setPrice(client, {
      ...{ plan: 'ENTERPRISE', interval: 'MONTH', currency: 'USD', unitAmount: 9_900 },
      validFrom: daysFromNow(16),
    });
    expect(await code(subscription, { ...enterprise, priceId: late.id })).toBe('PRICE_NOT_USABLE');
    expect(await code(await pro({ stripeSubscriptionId: 'sub_1MowQVLkdIwHu7ix' }), enterprise)).toBe(
      'SUBSCRIPTION_AT_PROVIDER',
    );
    expect(await code(await cancelAtPeriodEnd(client, seen(subscription)), enterprise)).toBe(
      'SUBSCRIPTION_CANCELED',
    );
    expect(await code(await pro({ currentPeriodEnd: daysFromNow(-1) }), enterprise)).toBe('PERIOD_INVALID');
  });

  test(`of ${CALLERS} callers one schedules its change, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const subscription = await pro();
      const { won, refused } = await race((caller) =>
        scheduleChange(client, { ...seen(subscription), plan: 'ENTERPRISE', quantity: caller + 1 }),
      );
      expect(won).toHaveLength(1);
      expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
      const { id } = subscription;
      expect(await client.subscription.findUniqueOrThrow({ where: { id } })).toEqual(won[0]);
    }
  });

  test('is over with a cancellation to the end of the period, and with another plan at once', async () => {
    const scheduled = async () => scheduleChange(client, { ...seen(await pro()), plan: 'ENTERPRISE' });
    expect(await cancelAtPeriodEnd(client, seen(await scheduled()))).toMatchObject({ nextPlan: null });
    const before = await scheduled();
    expect(await cancelAt(client, { ...seen(before), at: daysFromNow(9) })).toMatchObject({ nextPlan: null });
    const after = await scheduled();
    expect(await cancelAt(client, { ...seen(after), at: daysFromNow(90) })).toMatchObject({
      nextPlan: 'ENTERPRISE',
    });
    const changed = await scheduled();
    const now = await changePlan(client, { ...seen(changed), plan: 'ENTERPRISE', keepPeriod: true });
    expect(now).toMatchObject({ plan: 'ENTERPRISE', nextPlan: null });
    expect((await stretchesOf(changed))[0]).toMatchObject({ status: 'CANCELED', nextPlan: null });
  });
});

describe('the end of the period', () => {
  test('begins the new plan, which is what is claimed, billed and renewed', async () => {
    const before = await due({ plan: 'ENTERPRISE', priceId: monthly, quantity: 4 });

    const [claimed, ...none] = await claimDueRenewals(client);

    expect(none).toEqual([]);
    const end = before.currentPeriodEnd;
    expect(claimed).toMatchObject({
      ...{ userId: before.userId, plan: 'ENTERPRISE', status: 'ACTIVE', priceId: monthly, quantity: 4 },
      ...{
        startedAt: end,
        currentPeriodEnd: end,
        nextPlan: null,
        renewalClaim: 1,
        version: before.version + 2,
      },
      ...{ billingAnchor: before.billingAnchor, billingMonths: 1, billingTimeZone: 'Europe/Berlin' },
    });
    expect((await stretchesOf(before))[0]).toMatchObject({
      id: before.id,
      status: 'CANCELED',
      validUntil: end,
    });
    expect(await entitlementOf(client, before.userId)).toMatchObject({ plan: 'ENTERPRISE' });
    const renewal = { subscriptionId: (claimed as Subscription).id, claim: 1 };
    const renewed = await completeRenewal(client, renewal);
    expect(renewed).toMatchObject({ currentPeriodStart: end, plan: 'ENTERPRISE' });
    expect(await completeRenewal(client, renewal)).toEqual(renewed);
  });

  test('begins a cycle of its own where the interval is another one', async () => {
    const before = await due({ plan: 'ENTERPRISE', priceId: yearly });
    const [claimed] = await claimDueRenewals(client);
    const renewed = await completeRenewal(client, { subscriptionId: (claimed as Subscription).id, claim: 1 });

    expect(renewed).toMatchObject({ billingMonths: 12, billingAnchor: before.currentPeriodEnd });
    const days = (Number(renewed.currentPeriodEnd) - Number(before.currentPeriodEnd)) / 86_400_000;
    expect(Math.round(days)).toBeGreaterThanOrEqual(365);
  });

  test('begins FREE, which nobody renews; what nobody pays for is on the new plan as well', async () => {
    const [free, unpaid] = [await due({ plan: 'FREE' }), await due({ plan: 'ENTERPRISE' })];
    const claimed = await claimDueRenewals(client);

    expect(claimed.map(({ userId }) => userId)).toEqual([unpaid.userId]);
    const [, last] = await stretchesOf(free);
    expect(last).toMatchObject({
      ...{ plan: 'FREE', status: 'ACTIVE', currentPeriodStart: null, currentPeriodEnd: null },
      ...{ billingAnchor: null, billingMonths: null, billingTimeZone: null, priceId: null, quantity: 1 },
    });
    const failed = await failRenewal(client, { subscriptionId: claimed[0]?.id as never, claim: 1 });
    expect(failed).toMatchObject({ plan: 'ENTERPRISE', status: 'PAST_DUE', quantity: 1 });
  });

  test('ends a trial as any period, and leaves a later cancellation as it is', async () => {
    const trialEnd = daysFromNow(15);
    const trial = await pro({ status: 'TRIALING', trialEndsAt: trialEnd, currentPeriodEnd: trialEnd });
    const scheduled = await scheduleChange(client, { ...seen(trial), plan: 'ENTERPRISE' });
    const end = daysFromNow(-1 / 24);
    const times = { currentPeriodEnd: end, trialEndsAt: end };
    await client.subscription.update({ where: { id: scheduled.id }, data: times });
    const [converting] = await claimDueRenewals(client);
    expect(converting).toMatchObject({ userId: trial.userId, status: 'ACTIVE', trialEndsAt: null });

    const until = daysFromNow(90);
    const leaving = await cancelAt(client, { ...seen(await pro()), at: until });
    const changing = await scheduleChange(client, { ...seen(leaving), plan: 'ENTERPRISE' });
    await client.subscription.update({ where: { id: changing.id }, data: { currentPeriodEnd: end } });
    const [claimed] = await claimDueRenewals(client);
    expect(claimed).toMatchObject({ userId: leaving.userId, plan: 'ENTERPRISE', validUntil: until });
    expect(claimed?.canceledAt).toEqual(leaving.canceledAt);
  });

  test('comes with a renewal as well, also of a period before its end, and not with FREE', async () => {
    const scheduled = await scheduleChange(client, {
      ...seen(await pro()),
      plan: 'ENTERPRISE',
      priceId: yearly,
    });
    const renewed = await renewSubscription(client, seen(scheduled));
    expect(renewed).toMatchObject({
      plan: 'ENTERPRISE',
      startedAt: scheduled.currentPeriodEnd,
      priceId: yearly,
    });
    expect(renewed.currentPeriodStart).toEqual(scheduled.currentPeriodEnd);
    expect(await entitlementOf(client, scheduled.userId)).toMatchObject({ plan: 'PRO' });
    expect(await refusalCode(renewSubscription(client, seen(scheduled)))).toBe('VERSION_CONFLICT');

    const free = await scheduleChange(client, { ...seen(await pro()), plan: 'FREE' });
    expect(await refusalCode(renewSubscription(client, seen(free)))).toBe('SUBSCRIPTION_CANCELED');
    const wrong = { ...seen(await scheduleChange(client, { ...seen(await pro()), plan: 'ENTERPRISE' })) };
    const start = daysFromNow(1);
    expect(await refusalCode(renewSubscription(client, { ...wrong, currentPeriodStart: start }))).toBe(
      'PERIOD_INVALID',
    );
    expect(await stretchesOf(free)).toHaveLength(1);
  });

  test('waits for the claim: nothing expires before it', async () => {
    const before = await due({ plan: 'FREE' });
    await expireSubscriptions(client, { graceSeconds: 0 });
    await claimDueRenewals(client);
    expect((await stretchesOf(before)).map(({ plan, status }) => [plan, status])).toEqual([
      ['PRO', 'CANCELED'],
      ['FREE', 'ACTIVE'],
    ]);
  });

  test(`comes once for ${CALLERS} workers and those who take it back, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const all = await Promise.all([1, 2, 3, 4].map(() => due({ plan: 'ENTERPRISE', priceId: monthly })));
      const [first] = all as [Subscription];
      const { won, refused } = await race((caller) =>
        caller === 0 ? cancelScheduledChange(client, seen(first)).then(() => []) : claimDueRenewals(client),
      );

      const isTakenBack = refused === undefined || Object.keys(refused).length === 0;
      const claimed = won.flat();
      // Who loses against the one who takes it back leaves it for the next claim.
      const rest = await claimDueRenewals(client);
      const ids = [...claimed, ...rest].map(({ userId }) => userId);
      expect(ids.sort()).toEqual(all.map(({ userId }) => userId).sort());
      for (const subscription of all) {
        const isOld = isTakenBack && subscription.id === first.id;
        expect((await stretchesOf(subscription)).map(({ plan }) => plan)).toEqual(
          isOld ? ['PRO'] : ['PRO', 'ENTERPRISE'],
        );
      }
    }
  });
});
