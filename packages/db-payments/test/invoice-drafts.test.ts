import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  draftInvoice,
  type Invoice,
  issueInvoice,
  markInvoicePaid,
  type NewInvoice,
  type PrismaClient,
  percentageOf,
  recordTransaction,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { february, january, newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;
let subscriptionId: SubscriptionId;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
  subscriptionId = (await startPro(client, newUser())).id;
});
afterAll(() => database?.drop());

const month = (values: Partial<NewInvoice> = {}): NewInvoice => ({
  subscriptionId,
  currency: 'EUR',
  lines: [{ description: 'PRO, one month', unitAmount: 1900 }],
  ...values,
});
const draft = (values?: Partial<NewInvoice>) => draftInvoice(client, month(values));
const _issued = async () => issueInvoice(client, { invoiceId: (await draft()).id });
const _pay = (invoice: Invoice) =>
  recordTransaction(client, { invoiceId: invoice.id, idempotencyKey: randomUUID() });
const _nowhere = randomUUID() as InvoiceId;

describe('draftInvoice', () => {
  test('computes lines, subtotal, tax and total', async () => {
    const invoice = await draft({
      lines: [
        { description: 'PRO, one month', unitAmount: 1900 },
        { description: 'An hour with a mentor', quantity: 3, unitAmount: 4500 },
      ],
      tax: (net) => percentageOf(net, '19'),
      period: { start: january, end: february },
    });

    const { lines, ...stored } = await client.invoice.findUniqueOrThrow({
      where: { id: invoice.id },
      include: { lines: { orderBy: { position: 'asc' } } },
    });
    expect(invoice).toEqual(stored);
    expect(invoice).toMatchObject({
      status: 'DRAFT',
      subtotal: 15_400,
      discount: 0,
      tax: 2926,
      total: 18_326,
    });
    expect(lines.map(({ position, quantity, amount }) => [position, quantity, amount])).toEqual([
      [1, 1, 1900],
      [2, 3, 13_500],
    ]);
  });

  test('refuses what it cannot bill', async () => {
    const refused = (values: Partial<NewInvoice>) => refusalCode(draft(values));
    const line = (unitAmount: number, quantity = 1) => ({
      lines: [{ description: 'x', unitAmount, quantity }],
    });

    expect(await refused({ subscriptionId: randomUUID() as SubscriptionId })).toBe('RECORD_NOT_FOUND');
    expect(await refused({ currency: 'ZZZ' })).toBe('CURRENCY_UNKNOWN');
    expect(await refused({ currency: 'euro' })).toBe('CURRENCY_UNKNOWN');
    expect(await refused({ period: { start: february, end: january } })).toBe('PERIOD_INVALID');
    expect(await refused(line(19.9))).toBe('AMOUNT_INVALID');
    expect(await refused(line(500_000_000_000, 2))).toBe('AMOUNT_INVALID');
    expect(await refused(line(2, 1.5))).toBe('AMOUNT_INVALID');
    for (const description of ['', '  ', 'PRO\u0001', 'PRO\u000b month'])
      expect(await refused({ lines: [{ description, unitAmount: 1 }] })).toBe('LINE_INVALID');
    expect(await refused({ lines: [] })).toBe('LINE_INVALID');
    expect(await refused({ period: { start: new Date(Number.NaN), end: february } })).toBe('PERIOD_INVALID');
    expect(await refused({ tax: () => 0.5 })).toBe('AMOUNT_INVALID');
  });

  test('takes credits, what was not used, and a currency in lower case', async () => {
    const lines = [
      { description: 'Unused time of PRO', unitAmount: -1900 },
      { description: 'Remaining time of ENTERPRISE', unitAmount: 1000 },
      { description: 'Hours of mentoring', quantity: 0, unitAmount: 5000 },
    ];
    const tax = (net: number) => percentageOf(net, '19');

    const credit = await draft({ lines, tax, currency: 'eur', reason: 'SUBSCRIPTION_UPDATE' });

    expect(credit).toMatchObject({ subtotal: -900, tax: -171, total: -1071, currency: 'EUR' });
    expect(credit).toMatchObject({ linesAmount: -900, reason: 'SUBSCRIPTION_UPDATE' });
    const { id: invoiceId } = await issueInvoice(client, { invoiceId: credit.id });
    const attempt = recordTransaction(client, { invoiceId, idempotencyKey: randomUUID() });
    expect(await refusalCode(attempt)).toBe('INVOICE_NOT_PAYABLE');
    expect((await markInvoicePaid(client, invoiceId)).status).toBe('PAID');
  });

  test('bills no part of a period again, unless it is for something else', async () => {
    const period = { start: january, end: february };
    const later = { start: new Date(january.getTime() + 1), end: daysFromNow(400) };
    const { id: subscriptionId } = await startPro(client, newUser());
    await draft({ subscriptionId, period });

    expect(await refusalCode(draft({ subscriptionId, period: later }))).toBe('PERIOD_ALREADY_INVOICED');
    const update = await draft({ subscriptionId, period: later, reason: 'SUBSCRIPTION_UPDATE' });
    expect(update).toMatchObject({ periodStart: later.start });
  });

  test('of 20,000 lines is written in some seconds, and of ten times as many in not much more than ten times', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ description: `Seat ${n}`, unitAmount: 100 }));
    const timed = async (count: number) => {
      const started = performance.now();
      const { linesAmount } = await draft({ lines: many(count) });
      expect(linesAmount).toBe(100 * count);
      return performance.now() - started;
    };
    await timed(2_000);

    expect((await timed(20_000)) / (await timed(2_000))).toBeLessThan(40);
  });

  test('refuses an invoice at Stripe that is written down already', async () => {
    const stripeInvoiceId = `in_${randomUUID()}`;
    await draft({ stripeInvoiceId });

    expect(await refusalCode(draft({ stripeInvoiceId }))).toBe('STRIPE_ID_TAKEN');
  });

  test(`of ${CALLERS} renewal jobs one bills a period, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = daysFromNow(round * 30);
      const period = { start, end: daysFromNow(round * 30 + 30) };

      const { won, refused } = await race(() => draft({ period }));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ PERIOD_ALREADY_INVOICED: CALLERS - 1 });
    }
  });

  test('goes with the transaction it is part of', async () => {
    const { id } = await rolledBack(client, (transaction) => draftInvoice(transaction, month()));

    expect(await client.invoice.findUnique({ where: { id } })).toBeNull();
    expect(await client.invoiceLine.count({ where: { invoiceId: id } })).toBe(0);
  });
});
