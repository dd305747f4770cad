import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  draftInvoice,
  InvalidValueError,
  issueInvoice,
  type PrismaClient,
  percentageOf,
  recordDispute,
  recordTransaction,
  redeemCoupon,
  refundTransaction,
  succeedTransaction,
} from '../src/index.js';
import { refusalCode } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { january, newUser, startPro } from './fixtures.js';

/** Twelve digits: the most that the provider takes, in IDR; a year of ENTERPRISE has so many in some currencies. */
const MOST = 999_999_999_999;

let database: TestDatabase;
let client: PrismaClient;
beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function charged(open: Client) {
  const { id: subscriptionId } = await startPro(open, newUser());
  const lines = [{ description: 'ENTERPRISE, one year', unitAmount: MOST }];
  const draft = await draftInvoice(open, { subscriptionId, currency: 'IDR', lines });
  const invoice = await issueInvoice(open, { invoiceId: draft.id });
  const pending = await recordTransaction(open, { invoiceId: invoice.id, idempotencyKey: randomUUID() });
  const paid = await succeedTransaction(open, { transactionId: pending.id });
  return { draft, invoice, pending, paid };
}

describe.each([
  ['by itself', (work: (open: Client) => Promise<void>) => work(client)],
  ['in a transaction', (work: (open: Client) => Promise<void>) => client.$transaction(work)],
])('an amount of twelve digits, %s', (_, run) => {
  test('is drafted, issued, charged, given back and disputed, as a number', () =>
    run(async (open) => {
      const { draft, invoice, pending, paid } = await charged(open);
      const { id: transactionId } = pending;

      expect(draft).toMatchObject({ subtotal: MOST, total: MOST, linesAmount: MOST, tax: 0 });
      expect(invoice.total).toBe(MOST);
      expect(pending.amount).toBe(MOST);
      expect(paid.invoice).toMatchObject({ status: 'PAID', amountPaid: MOST });
      const part = { transactionId, amount: MOST - 1, idempotencyKey: randomUUID() };
      expect(await refundTransaction(open, part)).toMatchObject({
        refund: { amount: MOST - 1 },
        transaction: { amount: MOST, refundedAmount: MOST - 1 },
      });
      const taken = { transactionId, stripeDisputeId: randomUUID(), amount: MOST } as const;
      const { dispute, transaction } = await recordDispute(open, { ...taken, status: 'LOST' });
      expect(dispute.amount).toBe(MOST);
      expect(transaction.disputedAmount).toBe(MOST);
      const after = await open.invoice.findUniqueOrThrow({ where: { id: invoice.id } });
      expect(after.amountPaid).toBe(1 - MOST);
    }));

  test('is taken off by a coupon', () =>
    run(async (open) => {
      const { id: subscriptionId } = await startPro(open, newUser());
      const lines = [{ description: 'ENTERPRISE, one year', unitAmount: MOST }];
      const { id: invoiceId } = await draftInvoice(open, { subscriptionId, currency: 'IDR', lines });
      const code = `C${randomUUID().slice(0, 8)}`.toUpperCase();
      await open.coupon.create({
        data: { code, discountType: 'FIXED', discountValue: MOST - 7, currency: 'IDR', validFrom: january },
      });

      const { redemption, invoice } = await redeemCoupon(open, { code, invoiceId });

      expect(redemption.discountAmount).toBe(MOST - 7);
      expect(invoice).toMatchObject({ subtotal: MOST, discount: MOST - 7, total: 7 });
    }));
});

test('it is a number in Prisma’s own calls too: in results, filters, sums, and in JSON', async () => {
  const { invoice } = await charged(client);
  const { id } = invoice;

  expect(await client.invoice.findFirst({ where: { id, total: { gte: MOST, lt: MOST + 1 } } })).toEqual(
    expect.objectContaining({ total: MOST }),
  );
  expect(JSON.parse(JSON.stringify(await client.invoiceLine.findMany({ where: { invoiceId: id } })))).toEqual(
    [expect.objectContaining({ unitAmount: MOST, amount: MOST })],
  );
  await charged(client);
  const { _sum } = await client.transaction.aggregate({
    where: { invoice: { currency: 'IDR', total: MOST } },
    _sum: { amount: true },
  });
  expect((_sum.amount ?? 0) % MOST).toBe(0);
  expect(_sum.amount).toBeGreaterThan(MOST);
});

test('one more is a typed error, in functions and in Prisma’s calls', async () => {
  const { id: subscriptionId, userId } = await startPro(client, newUser());
  const line = (unitAmount: number, quantity = 1) => ({ description: 'x', unitAmount, quantity });
  const drafted = (lines: ReturnType<typeof line>[], tax?: () => number) =>
    refusalCode(draftInvoice(client, { subscriptionId, currency: 'IDR', lines, ...(tax && { tax }) }));

  expect(await drafted([line(MOST + 1)])).toBe('AMOUNT_INVALID');
  expect(await drafted([line(MOST, 2_000_000_000)])).toBe('AMOUNT_INVALID');
  expect(await drafted([line(MOST), line(1)])).toBe('AMOUNT_INVALID');
  expect(await drafted([line(MOST)], () => 1)).toBe('AMOUNT_INVALID');
  expect(await drafted([line(1, 2 ** 31)])).toBe('AMOUNT_INVALID');
  expect(() => percentageOf(MOST, '101')).toThrow(/999999999999/);
  for (const amount of [2 ** 53, 1.5, Number.NaN])
    await expect(client.transaction.count({ where: { amount } })).rejects.toBeInstanceOf(InvalidValueError);
  const data = { userId, amount: MOST + 1, currency: 'IDR', idempotencyKey: randomUUID() };
  expect(await refusalCode(client.transaction.create({ data }))).not.toBe('22003');
});
