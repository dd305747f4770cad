import { createHash, randomUUID } from 'node:crypto';
import {
  SubscriptionPlan as SharedSubscriptionPlan,
  SubscriptionStatus as SharedSubscriptionStatus,
} from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  databaseErrorFacts,
  isForeignKeyViolation,
  isNotFound,
  isRuleViolation,
  isUniqueViolation,
  type PrismaClient,
  SubscriptionPlan,
  SubscriptionStatus,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import {
  chargeFor,
  draftInvoice,
  february,
  issueInvoice,
  january,
  newUser,
  refusal,
  startPro,
} from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

describe('subscriptions', () => {
  test('a user goes from FREE to PRO and keeps the history', async () => {
    const userId = newUser();
    const free = await client.subscription.create({ data: { userId, startedAt: january } });

    await client.$transaction([
      client.subscription.update({
        where: { id: free.id, version: free.version },
        data: { status: 'CANCELED', canceledAt: february, validUntil: february, version: { increment: 1 } },
      }),
      client.subscription.create({
        data: {
          userId,
          plan: 'PRO',
          startedAt: february,
          currentPeriodStart: february,
          currentPeriodEnd: new Date('2026-03-01T00:00:00Z'),
          metadata: { origin: 'CHECKOUT' },
        },
      }),
    ]);

    const history = await client.subscription.findMany({ where: { userId }, orderBy: { startedAt: 'asc' } });
    expect(history.map(({ plan, status }) => [plan, status])).toEqual([
      ['FREE', 'CANCELED'],
      ['PRO', 'ACTIVE'],
    ]);
    expect(history[1]?.metadata?.origin).toBe('CHECKOUT');
  });

  test('a second live one is refused', async () => {
    const userId = newUser();
    await startPro(client, userId);

    const error = await refusal(startPro(client, userId));

    expect(isUniqueViolation(error, 'subscriptions_user_id_live_key')).toBe(true);
    expect(isUniqueViolation(error, 'userId')).toBe(true);
  });

  test('one that overlaps with an ended one is refused', async () => {
    const userId = newUser();
    await startPro(client, userId, { status: 'EXPIRED', validUntil: new Date('2026-01-20T00:00:00Z') });

    const error = await refusal(startPro(client, userId));

    expect(isRuleViolation(error, 'subscriptions_overlap_excl')).toBe(true);
  });

  test('an illegal step names the rule, and says what is possible', async () => {
    const { id } = await startPro(client, newUser(), { status: 'PAUSED' });

    const error = await refusal(
      client.subscription.update({ where: { id }, data: { status: 'INCOMPLETE' } }),
    );

    expect(isRuleViolation(error, 'subscriptions_transition_rule')).toBe(true);
    expect(databaseErrorFacts(error)).toMatchObject({ sqlState: '23514', model: 'Subscription' });
  });

  test('of two writers with the same version, the second finds nothing to write', async () => {
    const { id, version } = await startPro(client, newUser());
    const next = {
      cancelAtPeriodEnd: true,
      canceledAt: january,
      validUntil: february,
      version: { increment: 1 },
    };
    await client.subscription.update({ where: { id, version }, data: next });

    const error = await refusal(
      client.subscription.update({ where: { id, version }, data: { plan: 'ENTERPRISE' } }),
    );

    expect(isNotFound(error)).toBe(true);
  });

  test('plans and states are those of the other services', () => {
    expect(Object.keys(SubscriptionPlan)).toEqual(Object.keys(SharedSubscriptionPlan));
    expect(Object.keys(SubscriptionStatus)).toEqual(Object.keys(SharedSubscriptionStatus));
  });
});

describe('acting once', () => {
  test('a webhook that arrives twice is stored once', async () => {
    const event = {
      id: 'evt_1MowQVLkdIwHu7ix',
      type: 'invoice.paid',
      livemode: true,
      occurredAt: january,
    } as const;

    const first = await client.stripeEvent.createMany({ data: event, skipDuplicates: true });
    const second = await client.stripeEvent.createMany({ data: event, skipDuplicates: true });

    expect([first.count, second.count]).toEqual([1, 0]);
  });

  test('a repeated request finds the answer of the first, another one under its key is noticed', async () => {
    const hashOf = (request: string) => createHash('sha256').update(request).digest();
    const scope_key = { scope: 'checkout', key: randomUUID() };
    await client.idempotencyKey.create({
      data: {
        ...scope_key,
        requestHash: hashOf('PRO'),
        expiresAt: new Date('2027-01-01T00:00:00Z'),
        createdAt: january,
      },
    });
    const answer = { completedAt: january, responseStatus: 201, responseBody: { invoice: 'CZ-2026-000001' } };
    await client.idempotencyKey.update({ where: { scope_key }, data: answer });

    const stored = await client.idempotencyKey.findUniqueOrThrow({ where: { scope_key } });

    expect(stored).toMatchObject(answer);
    expect(hashOf('PRO').equals(stored.requestHash)).toBe(true);
    expect(hashOf('ENTERPRISE').equals(stored.requestHash)).toBe(false);
  });
});

describe('a person', () => {
  test('is erased from the books by one statement, and every amount stays', async () => {
    const userId = newUser();
    const subject = newUser();
    const subscription = await startPro(client, userId);
    const invoice = await issueInvoice(client, (await draftInvoice(client, subscription)).id);
    const { id: couponId } = await client.coupon.create({
      data: { code: 'ERASED', discountType: 'PERCENTAGE', discountValue: 20, validFrom: january },
    });
    const { id: transactionId } = await client.transaction.create({
      data: { ...chargeFor(invoice), status: 'SUCCEEDED', paidAt: january },
    });
    await client.couponRedemption.create({
      data: {
        userId,
        couponId,
        transactionId,
        invoiceId: invoice.id,
        discountAmount: 340,
        currency: 'EUR',
        redeemedAt: january,
      },
    });

    await client.$executeRaw`
      WITH subscriptions AS (UPDATE subscriptions SET user_id = ${subject}::uuid WHERE user_id = ${userId}::uuid),
           invoices AS (UPDATE invoices SET user_id = ${subject}::uuid WHERE user_id = ${userId}::uuid),
           payment_methods AS (UPDATE payment_methods SET user_id = ${subject}::uuid WHERE user_id = ${userId}::uuid),
           transactions AS (UPDATE transactions SET user_id = ${subject}::uuid WHERE user_id = ${userId}::uuid)
      UPDATE coupon_redemptions SET user_id = ${subject}::uuid WHERE user_id = ${userId}::uuid`;

    const left = await Promise.all([
      client.subscription.count({ where: { userId } }),
      client.invoice.count({ where: { userId } }),
      client.transaction.count({ where: { userId } }),
      client.couponRedemption.count({ where: { userId } }),
    ]);
    expect(left).toEqual([0, 0, 0, 0]);
    const kept = await client.transaction.findFirstOrThrow({
      where: { userId: subject },
      include: { invoice: true, subscription: true, redemptions: true },
    });
    expect(kept).toMatchObject({
      amount: 2023,
      invoice: { total: 2023 },
      redemptions: [{ discountAmount: 340 }],
    });
  });

  test('does not leave the books alone for half of them', async () => {
    const subscription = await startPro(client, newUser());
    await draftInvoice(client, subscription);

    const error = await refusal(
      client.subscription.update({ where: { id: subscription.id }, data: { userId: newUser() } }),
    );

    expect(isForeignKeyViolation(error, 'invoices_subscription_id_user_id_fkey')).toBe(true);
  });
});
