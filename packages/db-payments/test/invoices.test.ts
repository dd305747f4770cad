import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  draftInvoice,
  type Invoice,
  issueInvoice,
  markInvoicePaid,
  markInvoiceUncollectible,
  type NewInvoice,
  type PrismaClient,
  percentageOf,
  recordTransaction,
  succeedTransaction,
  voidInvoice,
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
const issued = async () => issueInvoice(client, { invoiceId: (await draft()).id });
const pay = (invoice: Invoice) =>
  recordTransaction(client, { invoiceId: invoice.id, idempotencyKey: randomUUID() });
const nowhere = randomUUID() as InvoiceId;

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
    expect(await refused(line(2_000_000_000, 2))).toBe('AMOUNT_INVALID');
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

describe('issueInvoice', () => {
  test('gives it a number and a day until which it must be paid', async () => {
    const { id } = await draft();
    const dueAt = daysFromNow(14);

    const invoice = await issueInvoice(client, { invoiceId: id, dueAt });

    expect(invoice).toEqual(await client.invoice.findUniqueOrThrow({ where: { id } }));
    expect(invoice).toMatchObject({ status: 'SENT', dueAt });
    expect(invoice.invoiceNumber).toMatch(/^CZ-\d{4}-\d{6}$/);
    expect(await issueInvoice(client, { invoiceId: id, dueAt: daysFromNow(20) })).toEqual(invoice);
    const { id: voided } = await voidInvoice(client, (await draft()).id);
    expect(await refusalCode(issueInvoice(client, { invoiceId: voided }))).toBe('ILLEGAL_TRANSITION');
    expect(await refusalCode(issueInvoice(client, { invoiceId: nowhere }))).toBe('RECORD_NOT_FOUND');
  });

  test('refuses a day that is over, given now or with the draft', async () => {
    const { id } = await draft();
    const dueAt = daysFromNow(-1);

    expect(await refusalCode(issueInvoice(client, { invoiceId: id, dueAt }))).toBe('DUE_DATE_INVALID');
    await client.invoice.update({ where: { id }, data: { dueAt } });
    expect(await refusalCode(issueInvoice(client, { invoiceId: id }))).toBe('DUE_DATE_INVALID');
    expect((await issueInvoice(client, { invoiceId: id, dueAt: daysFromNow(1) })).status).toBe('SENT');
  });

  test('gives a number back with the transaction it is part of', async () => {
    const [first, second] = [await draft(), await draft()];
    const { invoiceNumber } = await rolledBack(client, (transaction) =>
      issueInvoice(transaction, { invoiceId: first.id }),
    );

    expect((await issueInvoice(client, { invoiceId: second.id })).invoiceNumber).toBe(invoiceNumber);
  });

  test(`of ${CALLERS} at once all get the one number, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id: invoiceId } = await draft();

      const { won } = await race(() => issueInvoice(client, { invoiceId }));

      expect(won).toHaveLength(CALLERS);
      expect(new Set(won.map(({ invoiceNumber }) => invoiceNumber)).size).toBe(1);
    }
  });

  test(`${CALLERS} at once number their invoices without a gap, in ${ROUNDS} rounds`, async () => {
    const numbers: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const drafts = await Promise.all(Array.from({ length: CALLERS }, () => draft()));

      const { won } = await race((caller) =>
        issueInvoice(client, { invoiceId: (drafts[caller] as Invoice).id }),
      );

      numbers.push(...won.map(({ invoiceNumber }) => Number(invoiceNumber?.slice(-6))));
    }
    const first = Math.min(...numbers);
    expect(numbers.sort((a, b) => a - b)).toEqual(
      Array.from({ length: ROUNDS * CALLERS }, (_, index) => first + index),
    );
  });
});

describe('markInvoicePaid', () => {
  test('settles an invoice that no transaction pays', async () => {
    const { id } = await issued();

    const paid = await markInvoicePaid(client, id);

    expect(paid).toEqual(await client.invoice.findUniqueOrThrow({ where: { id } }));
    expect(paid.status).toBe('PAID');
    expect(paid.paidOutOfBand).toBe(true);
    expect(await markInvoicePaid(client, id)).toEqual(paid);
    expect(await refusalCode(markInvoicePaid(client, (await draft()).id))).toBe('INVOICE_NOT_PAYABLE');
    expect(await refusalCode(markInvoicePaid(client, nowhere))).toBe('RECORD_NOT_FOUND');
  });

  test('waits for a payment that is under way', async () => {
    const invoice = await issued();
    await pay(invoice);

    expect(await refusalCode(markInvoicePaid(client, invoice.id))).toBe('PAYMENT_IN_FLIGHT');
  });
});

describe('voidInvoice', () => {
  test('voids a draft, and an issued one with its number', async () => {
    const sent = await issued();

    expect(await voidInvoice(client, (await draft()).id)).toMatchObject({ status: 'CANCELED' });
    const voided = await voidInvoice(client, sent.id);

    expect(voided).toMatchObject({ status: 'CANCELED', invoiceNumber: sent.invoiceNumber });
    expect(voided.voidedAt).not.toBeNull();
    expect(await voidInvoice(client, sent.id)).toEqual(voided);
    expect(await refusalCode(voidInvoice(client, nowhere))).toBe('RECORD_NOT_FOUND');
  });

  test('refuses one that is paid or about to be', async () => {
    const paid = await markInvoicePaid(client, (await issued()).id);
    const sent = await issued();
    await pay(sent);

    expect(await refusalCode(voidInvoice(client, paid.id))).toBe('ILLEGAL_TRANSITION');
    expect(await refusalCode(voidInvoice(client, sent.id))).toBe('PAYMENT_IN_FLIGHT');
  });

  test(`and a payment meet: of ${CALLERS} one wins, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const invoice = await issued();

      const { won } = await race<string>((caller) => {
        if (caller % 3 === 0) return voidInvoice(client, invoice.id).then(() => 'voided');
        if (caller % 3 === 1) return markInvoicePaid(client, invoice.id).then(() => 'paid');
        return pay(invoice).then(() => 'charged');
      });

      expect(new Set(won).size).toBe(1);
    }
  });
});

describe('markInvoiceUncollectible', () => {
  test('gives an invoice up, also without a day; money that comes all the same pays it', async () => {
    const { id } = await issued();
    const givenUp = await markInvoiceUncollectible(client, id);

    expect(givenUp).toMatchObject({ status: 'UNCOLLECTIBLE', dueAt: null });
    expect(await markInvoiceUncollectible(client, id)).toEqual(givenUp);
    const { id: transactionId } = await pay(givenUp);
    expect((await succeedTransaction(client, { transactionId })).invoice?.status).toBe('PAID');
    expect(await refusalCode(markInvoiceUncollectible(client, id))).toBe('ILLEGAL_TRANSITION');
    expect(await refusalCode(markInvoiceUncollectible(client, nowhere))).toBe('RECORD_NOT_FOUND');
  });

  test(`and a payment meet: of ${CALLERS} nobody is refused what is right, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const invoice = await issued();

      const { refused } = await race<unknown>((caller) =>
        caller % 2 === 0 ? markInvoiceUncollectible(client, invoice.id) : markInvoicePaid(client, invoice.id),
      );

      expect(Object.keys(refused).filter((code) => code !== 'ILLEGAL_TRANSITION')).toEqual([]);
    }
  });
});
