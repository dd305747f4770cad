import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entitlementOf, type Prisma, type PrismaClient } from '../src/index.js';
import { daysFromNow, rolledBack } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

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
    ['is kept in a trial', 'PRO', { ...past, status: 'TRIALING', trialEndsAt: daysFromNow(3) }],
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
