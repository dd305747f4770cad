import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { SubscriptionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cancelAtPeriodEnd,
  endSubscription,
  entitlementOf,
  expireSubscriptions,
  type Prisma,
  type PrismaClient,
  renewSubscription,
  type Subscription,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

const WEEK_IN_SECONDS = 7 * 24 * 60 * 60;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const month = (endsInDays: number) => ({
  startedAt: daysFromNow(endsInDays - 30),
  currentPeriodStart: daysFromNow(endsInDays - 30),
  currentPeriodEnd: daysFromNow(endsInDays),
});
const canceledMonth = (endsInDays: number) => {
  const period = month(endsInDays);
  const canceledAt = daysFromNow(endsInDays - 10);
  return { ...period, cancelAtPeriodEnd: true, canceledAt, validUntil: period.currentPeriodEnd };
};
/** PRO whose period ends so many days from now. */
const endingIn = (days: number, values: Partial<Prisma.SubscriptionUncheckedCreateInput> = {}) =>
  startPro(client, newUser(), { ...month(days), ...values });
const canceled = (days: number) => startPro(client, newUser(), canceledMonth(days));
const versionOf = ({ id, version }: Subscription) => ({ subscriptionId: id, version });
const stored = ({ id }: Subscription) => client.subscription.findUniqueOrThrow({ where: { id } });
const nowhere = { subscriptionId: randomUUID() as SubscriptionId, version: 0 };

describe('cancelAtPeriodEnd', () => {
  test('leaves it live until the period is over', async () => {
    const subscription = await endingIn(10);

    const ending = await cancelAtPeriodEnd(client, versionOf(subscription));

    expect(ending).toEqual(await stored(subscription));
    expect(ending).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: true, version: 1 });
    expect(ending.validUntil).toEqual(subscription.currentPeriodEnd);
    expect(ending.canceledAt).not.toBeNull();
  });

  test('refuses what is not there, was changed meanwhile, is over or has no period under way', async () => {
    const subscription = await endingIn(10);
    const over = await endSubscription(client, { ...versionOf(await endingIn(10)), status: 'CANCELED' });
    const free = await client.subscription.create({ data: { userId: newUser() } });
    const refused = (of: Parameters<typeof cancelAtPeriodEnd>[1]) =>
      refusalCode(cancelAtPeriodEnd(client, of));

    expect(await refused(nowhere)).toBe('RECORD_NOT_FOUND');
    expect(await refused({ subscriptionId: subscription.id, version: 7 })).toBe('VERSION_CONFLICT');
    expect(await refused(versionOf(over))).toBe('SUBSCRIPTION_ENDED');
    expect(await refused(versionOf(free))).toBe('PERIOD_INVALID');
  });

  test('ends at once one whose payment is due', async () => {
    const due = await endingIn(-1, { status: 'PAST_DUE' });

    const ended = await cancelAtPeriodEnd(client, versionOf(due));

    expect(ended).toMatchObject({ status: 'CANCELED', cancelAtPeriodEnd: false });
    expect(ended.validUntil?.getTime()).toBeGreaterThan(due.currentPeriodEnd?.getTime() ?? Number.NaN);
    expect(await entitlementOf(client, due.userId)).toBeNull();
  });

  test('ends one that was valid for less than its period when it stopped being valid', async () => {
    const validUntil = daysFromNow(-10);
    const paused = await endingIn(-1, { status: 'PAUSED', validUntil });

    const ended = await cancelAtPeriodEnd(client, versionOf(paused));

    expect(ended).toMatchObject({ status: 'CANCELED', canceledAt: validUntil, validUntil });
  });

  test(`a renewal and an end meet: one of ${CALLERS} wins, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const subscription = await endingIn(10);
      const version = versionOf(subscription);

      const { won, refused } = await race((caller) => {
        if (caller % 3 === 0) return cancelAtPeriodEnd(client, version);
        if (caller % 3 === 1)
          return renewSubscription(client, { ...version, currentPeriodEnd: daysFromNow(40) });
        return endSubscription(client, { ...version, status: 'CANCELED' });
      });

      expect(won).toEqual([await stored(subscription)]);
      expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
    }
  });
});

describe('renewSubscription', () => {
  test('begins the next period where the last one ended', async () => {
    const subscription = await endingIn(0, { status: 'PAST_DUE' });
    const currentPeriodEnd = daysFromNow(30);

    const renewed = await renewSubscription(client, { ...versionOf(subscription), currentPeriodEnd });

    expect(renewed).toEqual(await stored(subscription));
    expect(renewed).toMatchObject({ status: 'ACTIVE', version: 1, currentPeriodEnd });
    expect(renewed.currentPeriodStart).toEqual(subscription.currentPeriodEnd);
  });

  test('leaves out the days of a pause', async () => {
    const paused = await endingIn(-20, { status: 'PAUSED' });
    const period = { currentPeriodStart: daysFromNow(0), currentPeriodEnd: daysFromNow(30) };

    expect(await renewSubscription(client, { ...versionOf(paused), ...period })).toMatchObject(period);
  });

  test('refuses what is not there, was changed meanwhile, is over, canceled, or no next period', async () => {
    const currentPeriodEnd = daysFromNow(30);
    const subscription = await endingIn(10);
    const over = await endSubscription(client, { ...versionOf(await endingIn(10)), status: 'EXPIRED' });
    const refused = (of: object, more = {}) =>
      refusalCode(
        renewSubscription(client, { ...(of as ReturnType<typeof versionOf>), currentPeriodEnd, ...more }),
      );

    expect(await refused(nowhere)).toBe('RECORD_NOT_FOUND');
    expect(await refused({ subscriptionId: subscription.id, version: 7 })).toBe('VERSION_CONFLICT');
    expect(await refused(versionOf(over))).toBe('SUBSCRIPTION_ENDED');
    expect(await refused(versionOf(await canceled(10)))).toBe('SUBSCRIPTION_CANCELED');
    expect(await refused(versionOf(subscription), { currentPeriodEnd: daysFromNow(9) })).toBe(
      'PERIOD_INVALID',
    );
    expect(await refused(versionOf(subscription), { currentPeriodStart: daysFromNow(9) })).toBe(
      'PERIOD_INVALID',
    );
  });

  test('goes with the transaction it is part of', async () => {
    const subscription = await endingIn(0);
    const renewal = { ...versionOf(subscription), currentPeriodEnd: daysFromNow(30) };

    await rolledBack(client, (transaction) => renewSubscription(transaction, renewal));

    expect(await stored(subscription)).toEqual(subscription);
  });
});

describe('endSubscription', () => {
  test('ends it at once, for good', async () => {
    const refunded = await endSubscription(client, { ...versionOf(await endingIn(10)), status: 'CANCELED' });
    const unpaid = await endSubscription(client, { ...versionOf(await endingIn(-5)), status: 'EXPIRED' });

    expect(refunded).toMatchObject({ status: 'CANCELED', canceledAt: refunded.validUntil, version: 1 });
    expect(unpaid).toMatchObject({ status: 'EXPIRED', canceledAt: null });
    const again = endSubscription(client, { ...versionOf(unpaid), status: 'CANCELED' });
    expect(await refusalCode(again)).toBe('SUBSCRIPTION_ENDED');
    expect(await refusalCode(endSubscription(client, { ...nowhere, status: 'CANCELED' }))).toBe(
      'RECORD_NOT_FOUND',
    );
  });

  test('keeps the end of one that was canceled before', async () => {
    const subscription = await canceled(-1);

    const ended = await endSubscription(client, { ...versionOf(subscription), status: 'CANCELED' });

    expect(ended).toMatchObject({
      validUntil: subscription.validUntil,
      canceledAt: subscription.canceledAt,
    });
  });
});

describe('expireSubscriptions', () => {
  const live: Prisma.SubscriptionWhereInput = { status: { notIn: ['CANCELED', 'EXPIRED'] } };

  test('ends canceled ones with their period and unpaid ones after the grace, and nothing else', async () => {
    const over = await canceled(-1);
    const unpaid = await endingIn(-8, { status: 'PAST_DUE' });
    const end = daysFromNow(-8);
    const trial = await endingIn(-8, { status: 'TRIALING', currentPeriodEnd: end, trialEndsAt: end });
    const staying = await Promise.all([
      canceled(1),
      endingIn(1),
      endingIn(-6, { status: 'PAST_DUE' }),
      endingIn(-60, { status: 'PAUSED' }),
    ]);

    const ended = await expireSubscriptions(client, { graceSeconds: WEEK_IN_SECONDS });

    const statusOf = new Map(ended.map((row) => [row.id, row.status]));
    expect(statusOf.get(over.id)).toBe('CANCELED');
    expect(statusOf.get(unpaid.id)).toBe('EXPIRED');
    expect(statusOf.get(trial.id)).toBe('EXPIRED');
    expect(staying.filter(({ id }) => statusOf.has(id))).toEqual([]);
    expect(ended.find(({ id }) => id === over.id)).toMatchObject({ validUntil: over.validUntil, version: 1 });
  });

  test(`gives each to one of ${CALLERS} workers, never more than the limit at a time, in ${ROUNDS} rounds`, async () => {
    const expire = (limit?: number) => expireSubscriptions(client, { graceSeconds: WEEK_IN_SECONDS, limit });
    for (let round = 0; round < ROUNDS; round += 1) {
      await expire();
      const due = await client.subscription.createManyAndReturn({
        data: Array.from({ length: CALLERS }, () => ({
          ...canceledMonth(-1),
          plan: 'PRO',
          userId: newUser(),
        })),
      });

      const { won, refused } = await race(() => expire(2));

      expect(refused).toEqual({});
      expect(Math.max(...won.map((rows) => rows.length))).toBe(2);
      const ended = won.flat().map(({ id }) => id);
      expect(new Set(ended).size).toBe(ended.length);
      const left = await client.subscription.count({
        where: { ...live, id: { in: due.map(({ id }) => id) } },
      });
      expect(left).toBe(CALLERS - ended.length);
    }
  });
});
