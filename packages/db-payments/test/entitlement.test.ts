import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyStripeEvent,
  cancelAtPeriodEnd,
  changePlan,
  endSubscription,
  entitlementOf,
  expireSubscriptions,
  type Prisma,
  type PrismaClient,
  renewSubscription,
  type Subscription,
  subscribe,
  type TransactionClient,
} from '../src/index.js';
import { daysFromNow, rolledBack } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { january, newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** The trial is the first period. */
const trialUntil = (at: Date) => ({ trialEndsAt: at, currentPeriodEnd: at });

describe('entitlementOf', () => {
  test('is what the live subscription gives, with its version', async () => {
    const { id, userId } = await startPro(client, newUser(), { version: 3 });

    expect(await entitlementOf(client, userId)).toEqual({
      userId,
      subscriptionId: id,
      plan: 'PRO',
      status: 'ACTIVE',
      validUntil: null,
      version: 3,
    });
  });

  test('is nothing for a user without a subscription', async () => {
    expect(await entitlementOf(client, newUser())).toBeNull();
  });

  const past = {
    startedAt: daysFromNow(-40),
    currentPeriodStart: daysFromNow(-40),
    currentPeriodEnd: daysFromNow(-10),
  };
  const cases: [
    what: string,
    plan: string | null,
    values: Partial<Prisma.SubscriptionUncheckedCreateInput>,
  ][] = [
    ['is kept while a late payment is tried again', 'PRO', { ...past, status: 'PAST_DUE' }],
    ['is kept in a trial', 'PRO', { ...past, status: 'TRIALING', ...trialUntil(daysFromNow(3)) }],
    ['ends with the trial', null, { ...past, status: 'TRIALING', ...trialUntil(daysFromNow(-1)) }],
    ['is not there while nothing has been paid', null, { ...past, status: 'INCOMPLETE' }],
    ['is not there when nobody pays any more', null, { ...past, status: 'UNPAID' }],
    [
      'is kept until the day that was paid for, after a cancellation',
      'PRO',
      { ...past, status: 'CANCELED', canceledAt: daysFromNow(-2), validUntil: daysFromNow(5) },
    ],
    [
      'ends on that day, whether or not anybody has ended the subscription',
      null,
      { ...past, validUntil: daysFromNow(-1) },
    ],
    ['is suspended by a pause', null, { ...past, status: 'PAUSED' }],
    [
      'does not begin before the subscription does',
      null,
      { startedAt: daysFromNow(2), currentPeriodStart: daysFromNow(2), currentPeriodEnd: daysFromNow(9) },
    ],
  ];

  test.each(cases)('%s', async (_what, plan, values) => {
    const { userId } = await startPro(client, newUser(), values);

    expect((await entitlementOf(client, userId))?.plan ?? null).toBe(plan);
  });

  test('is that of the present stretch, not of one before', async () => {
    const userId = newUser();
    const change = daysFromNow(-5);
    await startPro(client, userId, { ...past, status: 'CANCELED', canceledAt: change, validUntil: change });
    await startPro(client, userId, {
      plan: 'ENTERPRISE',
      startedAt: change,
      currentPeriodStart: change,
      currentPeriodEnd: daysFromNow(25),
      validUntil: daysFromNow(365),
    });

    const entitlement = await entitlementOf(client, userId);

    expect(entitlement?.plan).toBe('ENTERPRISE');
    expect(entitlement?.validUntil).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test('sees what its own transaction has written', async () => {
    const userId = newUser();

    const inside = await rolledBack(client, async (transaction) => {
      await startPro(transaction, userId, { validUntil: daysFromNow(9) });
      return entitlementOf(transaction, userId);
    });

    expect(inside?.plan).toBe('PRO');
    expect(inside?.validUntil).toMatch(/Z$/);
    expect(await entitlementOf(client, userId)).toBeNull();
  });
});

describe('times of a subscription', () => {
  const versionOf = ({ id, version }: Subscription) => ({ subscriptionId: id, version });
  const begin = (transaction: TransactionClient) =>
    subscribe(transaction, { userId: newUser(), plan: 'PRO', currentPeriodEnd: daysFromNow(30) });
  const pause = (transaction: TransactionClient) => transaction.$executeRaw`SELECT pg_sleep(0.01)`;
  const earlier = <Result>(work: (transaction: TransactionClient) => Promise<Result>) =>
    client.$transaction(async (transaction) => {
      await pause(transaction);
      return work(transaction);
    });

  test('a webhook that starts a subscription can tell what it gives', async () => {
    const event = { id: 'evt_starts', type: 'x', livemode: false, occurredAt: january } as const;

    const { result } = (await applyStripeEvent(client, event, async (transaction) => {
      await pause(transaction);
      const { userId } = await begin(transaction);
      return entitlementOf(transaction, userId);
    })) as { result: unknown };

    expect(result).toMatchObject({ plan: 'PRO', version: 0 });
  });

  test('one that the same transaction has started is canceled to the end of its period', async () => {
    const [started, ending] = await earlier(async (transaction) => {
      const subscription = await begin(transaction);
      return [subscription, await cancelAtPeriodEnd(transaction, versionOf(subscription))] as const;
    });

    expect(ending.validUntil).toEqual(started.currentPeriodEnd);
    expect(Number(ending.canceledAt)).toBeGreaterThanOrEqual(Number(started.startedAt));
  });

  test('one that has not begun yet is canceled from its beginning', async () => {
    const period = { startedAt: daysFromNow(1), currentPeriodStart: daysFromNow(1) };
    const subscription = await startPro(client, newUser(), { ...period, currentPeriodEnd: daysFromNow(31) });

    const ending = await cancelAtPeriodEnd(client, versionOf(subscription));

    expect(ending.canceledAt).toEqual(subscription.startedAt);
  });

  test('each function goes on from what the ones before it did in the same transaction', async () => {
    const { pro, renewed, enterprise, gives, ended, givesAfter, again } = await earlier(
      async (transaction) => {
        const pro = await begin(transaction);
        const currentPeriodEnd = daysFromNow(60);
        const renewed = await renewSubscription(transaction, { ...versionOf(pro), currentPeriodEnd });
        const change = { plan: 'ENTERPRISE', currentPeriodEnd } as const;
        await pause(transaction);
        const enterprise = await changePlan(transaction, { ...versionOf(renewed), ...change });
        const gives = await entitlementOf(transaction, pro.userId);
        await pause(transaction);
        const ended = await endSubscription(transaction, { ...versionOf(enterprise), status: 'CANCELED' });
        const givesAfter = await entitlementOf(transaction, pro.userId);
        const again = await subscribe(transaction, { userId: pro.userId, plan: 'FREE' });
        return { pro, renewed, enterprise, gives, ended, givesAfter, again };
      },
    );

    expect(renewed.currentPeriodStart).toEqual(pro.currentPeriodEnd);
    expect(gives).toMatchObject({ plan: 'ENTERPRISE', subscriptionId: enterprise.id });
    expect(givesAfter).toBeNull();
    const stretches = [pro.startedAt, enterprise.startedAt, ended.validUntil, again.startedAt].map(Number);
    expect(stretches).toEqual(stretches.toSorted((a, b) => a - b));
    expect(ended.canceledAt).toEqual(ended.validUntil);
  });

  test('one that is ended as soon as it was started has a stretch all the same', async () => {
    const [started, ended] = await earlier(async (transaction) => {
      const subscription = await begin(transaction);
      return [
        subscription,
        await endSubscription(transaction, { ...versionOf(subscription), status: 'EXPIRED' }),
      ] as const;
    });

    expect(Number(ended.validUntil)).toBeGreaterThan(Number(started.startedAt));
  });

  test('what runs out during the transaction is expired', async () => {
    const expired = await earlier(async (transaction) => {
      const { id } = await begin(transaction);
      await pause(transaction);
      await transaction.$executeRaw`
        UPDATE subscriptions SET current_period_end = clock_timestamp() WHERE id = ${id}::uuid`;
      await pause(transaction);
      const rows = await expireSubscriptions(transaction, { graceSeconds: 0 });
      return rows.find((row) => row.id === id);
    });

    expect(expired).toMatchObject({ status: 'EXPIRED' });
  });

  const canceledByAnother = async () => {
    const subscription = await begin(client);
    return versionOf(await cancelAtPeriodEnd(client, versionOf(subscription)));
  };

  test('one that another session canceled during the transaction is ended, not before it was canceled', async () => {
    const ended = await earlier(async (transaction) =>
      endSubscription(transaction, { ...(await canceledByAnother()), status: 'CANCELED' }),
    );

    expect(Number(ended.validUntil)).toBeGreaterThanOrEqual(Number(ended.canceledAt));
    expect(ended.canceledAt).not.toBeNull();
  });

  test('one that another session canceled during the transaction changes its plan', async () => {
    const free = await earlier(async (transaction) =>
      changePlan(transaction, { ...(await canceledByAnother()), plan: 'FREE' }),
    );

    expect((await entitlementOf(client, free.userId))?.plan).toBe('FREE');
  });

  test('one that a server with a fast clock canceled is ended when it was canceled', async () => {
    const canceledAt = daysFromNow(0.01);
    const currentPeriodEnd = daysFromNow(30);
    const canceled = await startPro(client, newUser(), {
      currentPeriodEnd,
      cancelAtPeriodEnd: true,
      canceledAt,
      validUntil: currentPeriodEnd,
    });

    const ended = await endSubscription(client, { ...versionOf(canceled), status: 'CANCELED' });

    expect(ended).toMatchObject({ canceledAt, validUntil: canceledAt });
  });
});
