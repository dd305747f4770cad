import { randomUUID } from 'node:crypto';
import { withClient } from '@codezest/constraint-tests';
import { explaining, type QueryPlan } from '@codezest/db-core/testing';
import type {
  CouponId,
  InvoiceId,
  PaymentMethodId,
  SubscriptionId,
  TransactionId,
  UserId,
} from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  answerIdempotencyKey,
  cancelAtPeriodEnd,
  changePlan,
  claimIdempotencyKey,
  draftInvoice,
  endSubscription,
  entitlementOf,
  expireSubscriptions,
  failTransaction,
  issueInvoice,
  markInvoicePaid,
  recordTransaction,
  redeemCoupon,
  refundTransaction,
  releaseIdempotencyKey,
  renewSubscription,
  setDefaultPaymentMethod,
  submitTransaction,
  subscribe,
  succeedTransaction,
  type TransactionClient,
  voidInvoice,
} from '../src/index.js';
import { daysFromNow, rolledBack } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const ROWS = 100_000;

let database: TestDatabase;

/** The id of row n of a table: every table has one row for each user, subscriptions have two. */
const id = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
const nth = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const each = `FROM generate_series(1, ${ROWS}) n`;

// Every tenth user has a draft, the next one an invoice that was sent, with or without an attempt to pay it.
const filling = [
  // Rows made by the same rules as any: only the checks that would read other rows for each are left out.
  'SET LOCAL session_replication_role = replica',
  'SET LOCAL statement_timeout = 0',
  `INSERT INTO subscriptions (id, user_id, plan, status, started_at, valid_until, canceled_at)
   SELECT ${id(`${ROWS} + n`)}, ${id('n')}, 'FREE', 'CANCELED', now() - interval '90 days', now() - interval '20 days',
     now() - interval '20 days' ${each}`,
  `INSERT INTO subscriptions (id, user_id, plan, status, started_at, current_period_start, current_period_end)
   SELECT ${id('n')}, ${id('n')}, 'PRO', 'ACTIVE', now() - interval '20 days', now() - interval '20 days',
     now() + make_interval(hours => n % 240) ${each}`,
  `INSERT INTO invoices (id, user_id, subscription_id, invoice_number, status, currency, subtotal, discount, tax, total,
     issued_at, paid_at)
   SELECT ${id('n')}, ${id('n')}, ${id('n')}, CASE WHEN n % 10 > 0 THEN 'CZ-2000-' || n END,
     (CASE n % 10 WHEN 0 THEN 'DRAFT' WHEN 1 THEN 'SENT' WHEN 2 THEN 'SENT' ELSE 'PAID' END)::"InvoiceStatus",
     'EUR', 1900, 0, 0, 1900, CASE WHEN n % 10 > 0 THEN now() END, CASE WHEN n % 10 > 2 THEN now() END ${each}`,
  `INSERT INTO invoice_lines (id, invoice_id, position, description, quantity, unit_amount, amount, currency)
   SELECT ${id('n')}, ${id('n')}, 1, 'PRO', 1, 1900, 1900, 'EUR' ${each}`,
  `INSERT INTO payment_methods (id, user_id, type, is_default) SELECT ${id('n')}, ${id('n')}, 'BANK_TRANSFER', true ${each}`,
  `INSERT INTO transactions (id, user_id, invoice_id, amount, currency, status, idempotency_key, paid_at)
   SELECT ${id('n')}, ${id('n')}, ${id('n')}, 1900, 'EUR',
     (CASE WHEN n % 10 = 1 THEN 'PENDING' ELSE 'SUCCEEDED' END)::"TransactionStatus", 'key-' || n,
     CASE WHEN n % 10 > 1 THEN now() END
   ${each} WHERE n % 10 NOT IN (0, 2)`,
  `INSERT INTO refunds (id, transaction_id, amount, status, stripe_refund_id)
   SELECT ${id('n')}, ${id('n')}, 1, 'FAILED', 're_' || n ${each} WHERE n % 10 NOT IN (0, 1, 2)`,
  `INSERT INTO coupons (id, code, discount_type, discount_value, valid_from)
   SELECT ${id('n')}, 'CODE-' || n, 'PERCENTAGE', 20, now() - interval '1 day' ${each}`,
  `INSERT INTO idempotency_keys (id, scope, key, request_hash, expires_at)
   SELECT ${id('n')}, 'checkout', 'key-' || n, sha256('r'), now() + interval '1 day' ${each}`,
  'ANALYZE',
];

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.owner.url, (owner) => owner.query(filling.join(';')));
});
afterAll(() => database?.drop());

const userId = nth(4710) as UserId;
const subscription = { subscriptionId: nth(4710) as SubscriptionId, version: 0 };
const draft = nth(4710) as InvoiceId;
const unpaid = nth(4712) as InvoiceId;
const transactionId = nth(4711) as TransactionId;
const currentPeriodEnd = daysFromNow(60);

/** By its primary key, or the unique one for references that begins with it. */
const byId = (table: string) => new RegExp(`^${table}_(pkey$|id_)`);

const cases: [title: string, run: (client: TransactionClient) => Promise<unknown>, indexes: RegExp[]][] = [
  ['entitlementOf', (client) => entitlementOf(client, userId), [/^subscriptions_user_id_started_at_id_idx$/]],
  [
    'subscribe',
    (client) => subscribe(client, { userId: randomUUID() as UserId, plan: 'FREE' }),
    [/^subscriptions_user_id_started_at_id_idx$/],
  ],
  [
    'changePlan',
    (client) => changePlan(client, { ...subscription, plan: 'ENTERPRISE', currentPeriodEnd }),
    [byId('subscriptions')],
  ],
  ['cancelAtPeriodEnd', (client) => cancelAtPeriodEnd(client, subscription), [byId('subscriptions')]],
  [
    'renewSubscription',
    (client) => renewSubscription(client, { ...subscription, currentPeriodEnd }),
    [byId('subscriptions')],
  ],
  [
    'endSubscription',
    (client) => endSubscription(client, { ...subscription, status: 'EXPIRED' }),
    [byId('subscriptions')],
  ],
  [
    'expireSubscriptions',
    (client) => expireSubscriptions(client, { graceSeconds: 60 }),
    [/^subscriptions_status_current_period_end_idx$/],
  ],
  [
    'draftInvoice',
    (client) =>
      draftInvoice(client, {
        subscriptionId: subscription.subscriptionId,
        currency: 'EUR',
        lines: [{ description: 'PRO', unitAmount: 1900 }],
      }),
    [byId('subscriptions')],
  ],
  ['issueInvoice', (client) => issueInvoice(client, { invoiceId: draft }), [byId('invoices')]],
  ['markInvoicePaid', (client) => markInvoicePaid(client, unpaid), [byId('invoices')]],
  ['voidInvoice', (client) => voidInvoice(client, draft), [byId('invoices')]],
  [
    'recordTransaction',
    (client) => recordTransaction(client, { invoiceId: unpaid, idempotencyKey: randomUUID() }),
    [byId('invoices'), /^transactions_invoice_id_created_at_id_idx$/],
  ],
  ['submitTransaction', (client) => submitTransaction(client, { transactionId }), [byId('transactions')]],
  ['succeedTransaction', (client) => succeedTransaction(client, { transactionId }), [byId('transactions')]],
  [
    'failTransaction',
    (client) => failTransaction(client, { transactionId, failureCode: 'card_declined' }),
    [byId('transactions')],
  ],
  [
    'refundTransaction',
    (client) =>
      refundTransaction(client, {
        transactionId: nth(4713) as TransactionId,
        idempotencyKey: randomUUID(),
      }),
    [byId('transactions')],
  ],
  [
    'setDefaultPaymentMethod',
    (client) => setDefaultPaymentMethod(client, { userId, paymentMethodId: nth(4710) as PaymentMethodId }),
    [byId('payment_methods'), /^payment_methods_user_id_default_key$/],
  ],
  [
    'redeemCoupon',
    async (client) => {
      const { code } = await client.coupon.findUniqueOrThrow({ where: { id: nth(4710) as CouponId } });
      return redeemCoupon(client, { code, invoiceId: draft });
    },
    [/^coupons_code_key$/, byId('invoices')],
  ],
  [
    'an idempotency key: claimed, busy, given back, claimed and answered',
    async (client) => {
      const claim = async () => {
        const claimed = await claimIdempotencyKey(client, { scope: 'checkout', key: 'none', request: 'r' });
        if (!claimed.claimed) throw new Error('It was answered.');
        return claimed;
      };
      const first = await claim();
      await claim().catch(() => undefined);
      await releaseIdempotencyKey(client, first);
      await answerIdempotencyKey(client, await claim(), { status: 201 });
    },
    [/^idempotency_keys_scope_key_key$/, byId('idempotency_keys')],
  ],
];

test.each(cases)('%s reads by index, for its values and for any', async (_title, run, indexes) => {
  const plans: QueryPlan[] = [];
  await rolledBack(database.client, (transaction) => {
    const { $queryRawUnsafe } = explaining(transaction, plans);
    // Prisma's own calls inside a function go past the plans.
    return run(
      new Proxy(transaction, {
        get: (target, name) => (name === '$queryRawUnsafe' ? $queryRawUnsafe : Reflect.get(target, name)),
      }),
    );
  });

  expect(plans.length).toBeGreaterThan(0);
  expect(plans.flatMap(({ sequentialScans }) => sequentialScans)).toEqual([]);
  const used = plans.flatMap((plan) => plan.indexes);
  for (const index of indexes) expect(used).toContainEqual(expect.stringMatching(index));
});
