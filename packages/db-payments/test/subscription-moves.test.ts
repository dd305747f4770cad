import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race, somebodyWaits } from '@codezest/db-core/testing';
import type { SubscriptionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cancelAt,
  cancelAtPeriodEnd,
  changePlan,
  endSubscription,
  entitlementOf,
  expireSubscriptions,
  type Prisma,
  type PrismaClient,
  recordSubscription,
  renewSubscription,
  type Subscription,
  subscribe,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode } from './callers.js';
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
const _canceled = (days: number) => startPro(client, newUser(), canceledMonth(days));
const versionOf = ({ id, version }: Subscription) => ({ subscriptionId: id, version });
const _stored = ({ id }: Subscription) => client.subscription.findUniqueOrThrow({ where: { id } });
const nowhere = { subscriptionId: randomUUID() as SubscriptionId, version: 0 };

describe('cancelAt', () => {
  test('keeps it until the day, which may lie within the period, and ends it then', async () => {
    const subscription = await endingIn(10);

    const ending = await cancelAt(client, { ...versionOf(subscription), at: daysFromNow(4) });

    expect(ending).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: false, version: 1 });
    expect((await entitlementOf(client, subscription.userId))?.validUntil).toBe(
      ending.validUntil?.toISOString(),
    );
    const over = await endingIn(10, { canceledAt: daysFromNow(-3), validUntil: daysFromNow(-1) });
    const ended = await expireSubscriptions(client, { graceSeconds: WEEK_IN_SECONDS });
    expect(ended.find(({ id }) => id === over.id)?.status).toBe('CANCELED');
    expect(ended.find(({ id }) => id === subscription.id)).toBeUndefined();
  });

  test('refuses a day that is over, and what it cannot change', async () => {
    const subscription = await endingIn(10);
    const at = daysFromNow(1);

    for (const day of [daysFromNow(-1), new Date(Number.NaN)])
      expect(await refusalCode(cancelAt(client, { ...versionOf(subscription), at: day }))).toBe(
        'PERIOD_INVALID',
      );
    expect(await refusalCode(cancelAt(client, { ...nowhere, at }))).toBe('RECORD_NOT_FOUND');
  });

  test(`of ${CALLERS} at once one cancels, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const version = versionOf(await endingIn(10));

      const { won, refused } = await race(() => cancelAt(client, { ...version, at: daysFromNow(3) }));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
    }
  });
});

describe('a trial', () => {
  const trial = async (days = 14) => {
    const trialEndsAt = daysFromNow(days);
    return subscribe(client, { userId: newUser(), plan: 'PRO', trialEndsAt });
  };

  test('is the first period, and one per user', async () => {
    const begun = await trial();

    expect(begun.currentPeriodEnd).toEqual(begun.trialEndsAt);
    const canceled = await cancelAtPeriodEnd(client, versionOf(begun));
    expect(canceled.validUntil).toEqual(begun.trialEndsAt);
    await endSubscription(client, { ...versionOf(canceled), status: 'CANCELED' });
    const again = subscribe(client, { userId: begun.userId, plan: 'PRO', trialEndsAt: daysFromNow(20) });
    expect(await refusalCode(again)).toBe('TRIAL_USED');
  });

  test('is converted at its end, or before it', async () => {
    const [first, second] = [await trial(), await trial()];
    const currentPeriodEnd = daysFromNow(44);

    const after = await renewSubscription(client, { ...versionOf(first), currentPeriodEnd });
    const now = new Date();
    const early = await renewSubscription(client, {
      ...versionOf(second),
      currentPeriodEnd,
      currentPeriodStart: now,
    });

    expect(after).toMatchObject({
      status: 'ACTIVE',
      currentPeriodStart: first.trialEndsAt,
      currentPeriodEnd,
    });
    expect(early).toMatchObject({ status: 'ACTIVE', currentPeriodStart: now, trialEndsAt: now });
  });

  test('goes on in another plan', async () => {
    const begun = await trial();

    const moved = await changePlan(client, {
      ...versionOf(begun),
      plan: 'ENTERPRISE',
      trialEndsAt: begun.trialEndsAt as Date,
    });

    expect(moved).toMatchObject({ status: 'TRIALING', plan: 'ENTERPRISE', trialEndsAt: begun.trialEndsAt });
  });

  test('that went on in another plan is converted before its end, and is the only one all the same', async () => {
    const begun = await trial();
    const { userId } = begun;
    const moved = await changePlan(client, {
      ...versionOf(begun),
      plan: 'ENTERPRISE',
      trialEndsAt: begun.trialEndsAt as Date,
    });
    const currentPeriodStart = new Date(moved.startedAt.getTime() + 1);

    const early = await renewSubscription(client, {
      ...versionOf(moved),
      currentPeriodStart,
      currentPeriodEnd: daysFromNow(44),
    });

    expect(early).toMatchObject({ status: 'ACTIVE', currentPeriodStart, trialEndsAt: currentPeriodStart });
    await endSubscription(client, { ...versionOf(early), status: 'CANCELED' });
    const again = subscribe(client, { userId, plan: 'PRO', trialEndsAt: daysFromNow(20) });
    expect(await refusalCode(again)).toBe('TRIAL_USED');
  });
});

describe('another plan', () => {
  test('may be the same plan with another period, and forgives no payment', async () => {
    const due = await endingIn(10, {
      status: 'PAST_DUE',
      metadata: { cancellationReason: 'OTHER', campaign: 'x' },
    });

    const yearly = await changePlan(client, {
      ...versionOf(due),
      plan: 'PRO',
      currentPeriodEnd: daysFromNow(365),
    });

    expect(yearly).toMatchObject({ status: 'PAST_DUE', plan: 'PRO', metadata: { campaign: 'x' } });
    expect(yearly.metadata).not.toHaveProperty('cancellationReason');
  });
});

test('recordSubscription waits for a change of plan that is under way, and finds the stretch that has the id by then', async () => {
  const told = {
    userId: newUser(),
    stripeSubscriptionId: `sub_${randomUUID().replaceAll('-', '')}`,
    plan: 'PRO',
    status: 'ACTIVE',
    startedAt: daysFromNow(-10),
    currentPeriodStart: daysFromNow(-10),
    currentPeriodEnd: daysFromNow(20),
  } as const;
  const pro = await recordSubscription(client, told);
  if (pro === null) throw new Error('it was begun');
  const change = { subscriptionId: pro.id, version: pro.version, plan: 'ENTERPRISE' } as const;

  let recorded: ReturnType<typeof recordSubscription> | undefined;
  const changed = await client.$transaction(async (open) => {
    const enterprise = await changePlan(open, { ...change, keepPeriod: true });
    recorded = recordSubscription(client, { ...told, plan: 'ENTERPRISE', status: 'PAST_DUE' });
    await somebodyWaits(client);
    return enterprise;
  });

  expect(await recorded).toMatchObject({ id: changed.id, plan: 'ENTERPRISE', status: 'PAST_DUE' });
});
