import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  cancelAtPeriodEnd,
  changePlan,
  claimDueRenewals,
  completeRenewal,
  failRenewal,
  type Prisma,
  type PrismaClient,
  renewSubscription,
  type Subscription,
  subscribe,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** PRO whose monthly period was over yesterday. */
const overdue = (values: Partial<Prisma.SubscriptionUncheckedCreateInput> = {}) => {
  const period = { start: daysFromNow(-31), end: daysFromNow(-1) };
  const cycle = { billingAnchor: period.end, billingMonths: 1, billingTimeZone: 'Europe/Berlin' };
  const dates = { startedAt: period.start, currentPeriodStart: period.start, currentPeriodEnd: period.end };
  return startPro(client, newUser(), { ...dates, ...cycle, ...values });
};
const claimOf = ({ id: subscriptionId, renewalClaim: claim }: Subscription) => ({ subscriptionId, claim });
/** All that are due are taken, so that a test meets its own alone. */
const claimAll = () => claimDueRenewals(client, { limit: 10_000, leaseSeconds: 3600 });
const take = async ({ id }: Subscription) => {
  const taken = (await claimAll()).find((subscription) => subscription.id === id);
  return claimOf(taken as Subscription);
};
/** The lease has run out, or the next try has come. */
const wait = ({ id }: Subscription) =>
  client.subscription.update({ where: { id }, data: { nextRenewalAt: daysFromNow(-0.1) } });

beforeEach(async () => {
  await claimAll();
});

describe('claimDueRenewals', () => {
  test('takes what is over, longest due first, and nothing twice', async () => {
    const [second, first] = [await overdue(), await overdue({ currentPeriodEnd: daysFromNow(-2) })];

    const [taken] = await claimDueRenewals(client, { limit: 1 });
    const others = await claimAll();

    expect([taken?.id, others.map(({ id }) => id)]).toEqual([first.id, [second.id]]);
    expect(taken).toMatchObject({ renewalClaim: 1, version: first.version, status: 'ACTIVE' });
    expect(await claimAll()).toEqual([]);
  });

  test('leaves out what the provider renews, what ends, and what is paused, unpaid or not over', async () => {
    const period = { currentPeriodStart: daysFromNow(-1), currentPeriodEnd: daysFromNow(29) };
    const ending = { cancelAtPeriodEnd: true, canceledAt: daysFromNow(-9), validUntil: daysFromNow(-1) };
    const end = { currentPeriodEnd: ending.validUntil };
    await overdue({ stripeSubscriptionId: 'sub_renewed_at_stripe' });
    await overdue({ ...ending, ...end });
    await overdue({ canceledAt: daysFromNow(-9), validUntil: daysFromNow(-0.5) });
    for (const status of ['PAUSED', 'UNPAID', 'INCOMPLETE'] as const) await overdue({ status });
    await overdue(period);

    expect(await claimAll()).toEqual([]);
  });

  test('gives what a worker has left behind to another one, whose claim is the newer', async () => {
    const subscription = await overdue();
    const late = await take(subscription);
    await wait(subscription);

    const claim = await take(subscription);

    expect(claim.claim).toBe(late.claim + 1);
    expect(await refusalCode(completeRenewal(client, late))).toBe('RENEWAL_CLAIM_LOST');
    expect(await refusalCode(failRenewal(client, late))).toBe('RENEWAL_CLAIM_LOST');
    expect(await completeRenewal(client, claim)).toMatchObject({ status: 'ACTIVE' });
  });

  test('refuses what is no number of rows or seconds', async () => {
    for (const wrong of [{ limit: 0 }, { leaseSeconds: -1 }, { leaseSeconds: Number.NaN }])
      expect(await refusalCode(claimDueRenewals(client, wrong))).toBe('OPTION_INVALID');
  });

  test(`${CALLERS} workers at once take each once, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(Array.from({ length: 40 }, () => overdue()));

      const { won, refused } = await race(() => claimDueRenewals(client, { limit: 3 }));

      const taken = won.flat().map(({ id }) => id);
      expect(refused).toEqual({});
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length + (await claimAll()).length).toBe(40);
    }
  });
});

describe('completeRenewal', () => {
  test('begins the next period of the cycle, once, however often it is told', async () => {
    const subscription = await overdue();
    const claim = await take(subscription);

    const renewed = await completeRenewal(client, claim);

    expect(renewed).toMatchObject({
      status: 'ACTIVE',
      currentPeriodStart: subscription.currentPeriodEnd,
      version: subscription.version + 1,
      nextRenewalAt: null,
    });
    const months = [renewed.currentPeriodStart, renewed.currentPeriodEnd].map(
      (date) => date?.getUTCMonth() ?? 0,
    );
    expect(((months[1] ?? 0) - (months[0] ?? 0) + 12) % 12).toBe(1);
    expect(await completeRenewal(client, claim)).toEqual(renewed);
    expect(await failRenewal(client, claim)).toEqual(renewed);
  });

  test('does not move a period twice that a webhook has renewed meanwhile', async () => {
    const subscription = await overdue();
    const claim = await take(subscription);
    const { id: subscriptionId, version } = subscription;
    const renewed = await renewSubscription(client, { subscriptionId, version });

    expect(await completeRenewal(client, claim)).toEqual(renewed);
  });

  test('refuses one that was canceled meanwhile, one without a cycle, and what is not there', async () => {
    const canceled = await overdue({ trialEndsAt: null });
    const claim = await take(canceled);
    const { id: subscriptionId, version } = canceled;
    await cancelAtPeriodEnd(client, { subscriptionId, version });
    const without = await overdue({ billingAnchor: null, billingMonths: null, billingTimeZone: null });
    const other = await take(without);

    expect(await refusalCode(completeRenewal(client, claim))).toBe('SUBSCRIPTION_ENDED');
    expect(await refusalCode(completeRenewal(client, other))).toBe('PERIOD_INVALID');
    expect(await completeRenewal(client, { ...other, currentPeriodEnd: daysFromNow(29) })).toMatchObject({
      status: 'ACTIVE',
    });
    const nowhere = { ...other, subscriptionId: newUser() as unknown as typeof subscriptionId };
    expect(await refusalCode(completeRenewal(client, nowhere))).toBe('RECORD_NOT_FOUND');
  });

  test(`${CALLERS} at once move the period once, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const subscription = await overdue();
      const claim = await take(subscription);

      const { refused } = await race<unknown>((caller) =>
        caller % 2 === 0 ? completeRenewal(client, claim) : failRenewal(client, claim),
      );

      expect(refused).toEqual({});
      const after = await client.subscription.findUniqueOrThrow({ where: { id: subscription.id } });
      expect(after.version).toBe(subscription.version + 1);
      expect(after.renewalAnswered).toBe(1);
    }
  });
});

describe('failRenewal', () => {
  test('is tried again after 3, 5 and 7 days, and given up then', async () => {
    const subscription = await overdue();
    const seen: unknown[] = [];
    for (let failure = 1; failure <= 4; failure += 1) {
      const claim = await take(subscription);
      const failed = await failRenewal(client, claim);
      expect(await failRenewal(client, claim)).toEqual(failed);
      const days =
        failed.nextRenewalAt && Math.round((failed.nextRenewalAt.getTime() - Date.now()) / 86_400_000);
      seen.push([failed.status, failed.renewalFailures, days]);
      if (days !== null) await wait(subscription);
    }

    expect(seen).toEqual([
      ['PAST_DUE', 1, 3],
      ['PAST_DUE', 2, 5],
      ['PAST_DUE', 3, 7],
      ['UNPAID', 4, null],
    ]);
    expect(await claimAll()).toEqual([]);
  });

  test('expires it where the caller wants that, and begins anew after a payment', async () => {
    const expiring = await overdue();
    const given = { retryAfterSeconds: [], givenUp: 'EXPIRED' } as const;
    const expired = await failRenewal(client, { ...(await take(expiring)), ...given });
    const recovering = await overdue();
    await failRenewal(client, await take(recovering));
    await wait(recovering);
    const recovered = await completeRenewal(client, await take(recovering));

    expect(expired.status).toBe('EXPIRED');
    expect(expired.validUntil).not.toBeNull();
    expect(recovered).toMatchObject({ status: 'ACTIVE', renewalFailures: 0, nextRenewalAt: null });
  });

  test('refuses what is no schedule', async () => {
    const claim = await take(await overdue());

    expect(await refusalCode(failRenewal(client, { ...claim, retryAfterSeconds: [-1] }))).toBe(
      'OPTION_INVALID',
    );
    expect(await refusalCode(failRenewal(client, { ...claim, givenUp: 'ACTIVE' as 'UNPAID' }))).toBe(
      'OPTION_INVALID',
    );
    expect(await refusalCode(failRenewal(client, { ...claim, claim: Number.NaN }))).toBe(
      'RENEWAL_CLAIM_LOST',
    );
  });

  test(`of a failure and a takeover one counts, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const subscription = await overdue();
      const claim = await take(subscription);
      await wait(subscription);

      const { refused } = await race<unknown>((caller) =>
        caller === 0 ? claimDueRenewals(client, { limit: 1 }) : failRenewal(client, claim),
      );

      const after = await client.subscription.findUniqueOrThrow({ where: { id: subscription.id } });
      expect([{}, { RENEWAL_CLAIM_LOST: refused.RENEWAL_CLAIM_LOST }]).toContainEqual(refused);
      expect(after.renewalFailures).toBe(after.renewalAnswered);
    }
  });
});

describe('a billing cycle', () => {
  test('says when periods end, and stays with the subscription', async () => {
    const anchor = new Date('2026-01-31T12:00:00Z');
    const cycle = { months: 1, timeZone: 'Europe/Berlin', anchor };
    const begun = await subscribe(client, { userId: newUser(), plan: 'PRO', cycle });
    const { id: subscriptionId, version } = begun;

    const renewed = await renewSubscription(client, { subscriptionId, version });

    expect(begun).toMatchObject({
      billingAnchor: anchor,
      billingMonths: 1,
      billingTimeZone: 'Europe/Berlin',
    });
    expect(begun.currentPeriodEnd?.getTime()).toBeGreaterThan(Date.now());
    expect(renewed.currentPeriodStart).toEqual(begun.currentPeriodEnd);
    const days =
      (renewed.currentPeriodEnd as Date).getTime() - (renewed.currentPeriodStart as Date).getTime();
    expect(Math.round(days / 86_400_000)).toBeGreaterThanOrEqual(28);
  });

  test('and the period stay with another plan at once, in a trial as well', async () => {
    const begun = await overdue({ currentPeriodEnd: daysFromNow(9), billingTimeZone: 'UTC' });
    const trial = await subscribe(client, {
      userId: newUser(),
      plan: 'PRO',
      trialEndsAt: daysFromNow(7),
      cycle: { months: 12 },
    });
    const versionOf = ({ id, version }: Subscription) => ({ subscriptionId: id, version });

    const moved = await changePlan(client, { ...versionOf(begun), plan: 'ENTERPRISE', keepPeriod: true });
    const movedTrial = await changePlan(client, {
      ...versionOf(trial),
      plan: 'ENTERPRISE',
      keepPeriod: true,
    });

    const { currentPeriodStart, currentPeriodEnd, billingAnchor } = begun;
    expect(moved).toMatchObject({ plan: 'ENTERPRISE', currentPeriodStart, currentPeriodEnd, billingAnchor });
    expect(movedTrial).toMatchObject({
      status: 'TRIALING',
      trialEndsAt: trial.trialEndsAt,
      billingMonths: 12,
    });
    const over = await overdue();
    const late = changePlan(client, { ...versionOf(over), plan: 'ENTERPRISE', keepPeriod: true });
    expect(await refusalCode(late)).toBe('PERIOD_INVALID');
  });
});
