import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cancelAtPeriodEnd,
  changePlan,
  claimDueRenewals,
  completeRenewal,
  endSubscription,
  entitlementOf,
  type Prisma,
  type PrismaClient,
  pauseSubscription,
  renewSubscription,
  resumeSubscription,
  type Subscription,
  subscribe,
} from '../src/index.js';
import { DAY, daysFromNow, racingDatabase, refusalCode } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const seen = ({ id: subscriptionId, version }: Subscription) => ({ subscriptionId, version });
const pro = (values: Partial<Prisma.SubscriptionUncheckedCreateInput> = {}) =>
  startPro(client, newUser(), {
    startedAt: daysFromNow(-20),
    currentPeriodStart: daysFromNow(-20),
    currentPeriodEnd: daysFromNow(10),
    billingAnchor: daysFromNow(10),
    billingMonths: 1,
    billingTimeZone: 'UTC',
    ...values,
  });
/** As if the pause had begun some days ago. */
const pausedSince = ({ id }: Subscription, days: number, data: Prisma.SubscriptionUpdateInput = {}) =>
  client.subscription.update({ where: { id }, data: { pausedAt: daysFromNow(-days), ...data } });
/** Whole days from now on, which no second of the test moves. */
const daysUntil = (time: Date | null) => Math.round((Number(time) - Date.now()) / DAY);

describe('a pause', () => {
  test('entitles to nothing, and what was paid for and not used comes after it', async () => {
    const subscription = await pro();
    const paused = await pauseSubscription(client, seen(subscription));
    expect(paused).toMatchObject({ status: 'PAUSED', currentPeriodEnd: subscription.currentPeriodEnd });
    expect(paused.pausedAt).toBeInstanceOf(Date);
    expect(await entitlementOf(client, subscription.userId)).toBeNull();
    expect(await claimDueRenewals(client)).toEqual([]);

    // Four days of the period were left, of which the pause took none.
    const since = await pausedSince(paused, 6, { currentPeriodEnd: daysFromNow(-2) });
    const resumed = await resumeSubscription(client, seen(since));
    expect(daysUntil(resumed.currentPeriodEnd)).toBe(4);
    expect(resumed).toMatchObject({
      status: 'ACTIVE',
      pausedAt: null,
      billingAnchor: resumed.currentPeriodEnd,
    });
    expect(await entitlementOf(client, subscription.userId)).toMatchObject({ plan: 'PRO' });
  });

  test('of what is past due is free of charge: the next period begins now', async () => {
    const subscription = await pro({
      status: 'PAST_DUE',
      currentPeriodEnd: daysFromNow(-3),
      renewalFailures: 1,
    });
    const paused = await pausedSince(await pauseSubscription(client, seen(subscription)), 2);
    const resumed = await resumeSubscription(client, seen(paused));
    const claimed = (await claimDueRenewals(client)).find(({ id }) => id === subscription.id);

    expect(resumed).toMatchObject({ status: 'ACTIVE', renewalFailures: 0, nextRenewalAt: null });
    const renewed = await completeRenewal(client, { subscriptionId: subscription.id, claim: 1 });
    expect(claimed?.currentPeriodEnd).toEqual(resumed.currentPeriodEnd);
    expect(renewed.currentPeriodStart).toEqual(resumed.currentPeriodEnd);
    expect(Math.abs(daysUntil(renewed.currentPeriodStart))).toBe(0);
    expect(daysUntil(renewed.currentPeriodEnd)).toBeGreaterThanOrEqual(28);
  });

  test('ends by itself on its day, by the claim of renewals', async () => {
    const resumesAt = daysFromNow(60);
    const later = await pauseSubscription(client, { ...seen(await pro()), resumesAt });
    expect(later).toMatchObject({ resumesAt });
    const due = await pausedSince(await pauseSubscription(client, seen(await pro())), 5, {
      resumesAt: daysFromNow(-1),
    });

    await claimDueRenewals(client);

    const [waiting, over] = await Promise.all(
      [later, due].map(({ id }) => client.subscription.findUniqueOrThrow({ where: { id } })),
    );
    expect(waiting).toMatchObject({ status: 'PAUSED', resumesAt });
    expect(over).toMatchObject({
      status: 'ACTIVE',
      resumesAt: null,
      pausedAt: null,
      version: due.version + 1,
    });
    expect(daysUntil(over?.currentPeriodEnd ?? null)).toBe(15);
  });

  test('goes on on another plan, is over with a renewal and with the end, and keeps a cancellation', async () => {
    const paused = await pauseSubscription(client, seen(await pro()));
    const kept = await changePlan(client, { ...seen(paused), plan: 'ENTERPRISE', keepPeriod: true });
    expect(kept).toMatchObject({ status: 'PAUSED', pausedAt: paused.pausedAt });
    const anew = await changePlan(client, { ...seen(kept), plan: 'PRO', currentPeriodEnd: daysFromNow(30) });
    expect(anew).toMatchObject({ status: 'PAUSED', pausedAt: anew.startedAt });
    expect(daysUntil((await resumeSubscription(client, seen(anew))).currentPeriodEnd)).toBe(30);

    const again = await pauseSubscription(client, seen(await pro()));
    expect(await renewSubscription(client, seen(again))).toMatchObject({ status: 'ACTIVE', pausedAt: null });
    const ended = await pauseSubscription(client, { ...seen(await pro()), resumesAt: daysFromNow(9) });
    expect(await endSubscription(client, { ...seen(ended), status: 'CANCELED' })).toMatchObject({
      ...{ pausedAt: null, resumesAt: null },
    });
    const leaving = await cancelAtPeriodEnd(client, seen(await pauseSubscription(client, seen(await pro()))));
    const resumed = await resumeSubscription(client, seen(await pausedSince(leaving, 5)));
    expect(resumed).toMatchObject({ cancelAtPeriodEnd: true, validUntil: resumed.currentPeriodEnd });
    expect(daysUntil(resumed.validUntil)).toBe(15);
  });

  test(`of ${CALLERS} callers one pauses, one resumes, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const subscription = await pro();
      const paused = await race(() => pauseSubscription(client, seen(subscription)));
      expect(paused.won).toHaveLength(1);
      expect(paused.refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
      const [first] = paused.won as [Subscription];
      const resumed = await race(() => resumeSubscription(client, seen(first)));
      expect(resumed.won).toHaveLength(1);
      expect(resumed.refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
      // Nothing of the paid time was lost or given twice.
      expect(daysUntil((resumed.won[0] as Subscription).currentPeriodEnd)).toBe(10);
    }
  });

  test('is refused where there is nothing to pause or to resume', async () => {
    const code = (subscription: Subscription, more = {}) =>
      refusalCode(pauseSubscription(client, { ...seen(subscription), ...more }));
    const active = await pro();
    const trialEnd = daysFromNow(10);
    const trial = await pro({ status: 'TRIALING', trialEndsAt: trialEnd, currentPeriodEnd: trialEnd });
    const atStripe = await pro({ stripeSubscriptionId: 'sub_1Mr6rbLkdIwHu7ix4Xm9Ahtd' });

    expect(await code(active, { resumesAt: daysFromNow(-1) })).toBe('PERIOD_INVALID');
    expect(await code(active, { resumesAt: new Date(Number.NaN) })).toBe('PERIOD_INVALID');
    expect(await code({ ...active, version: 7 })).toBe('VERSION_CONFLICT');
    expect(await code(await subscribe(client, { userId: newUser(), plan: 'FREE' }))).toBe('PERIOD_INVALID');
    expect(await code(await pro({ status: 'UNPAID' }))).toBe('ILLEGAL_TRANSITION');
    expect(await code(await cancelAtPeriodEnd(client, seen(await pro())))).toBe('SUBSCRIPTION_CANCELED');
    expect(await refusalCode(resumeSubscription(client, seen(active)))).toBe('ILLEGAL_TRANSITION');
    expect(await code(atStripe)).toBe('SUBSCRIPTION_AT_PROVIDER');
    expect(await refusalCode(resumeSubscription(client, seen(atStripe)))).toBe('SUBSCRIPTION_AT_PROVIDER');
    expect(await code(trial)).toBe('ILLEGAL_TRANSITION');
    const over = await endSubscription(client, { ...seen(active), status: 'EXPIRED' });
    expect(await code(over)).toBe('SUBSCRIPTION_ENDED');
  });
});
