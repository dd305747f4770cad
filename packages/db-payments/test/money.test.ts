import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  databaseErrorFacts,
  isForeignKeyViolation,
  isRuleViolation,
  type PrismaClient,
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

describe('invoices', () => {
  test('one is drafted with its lines, numbered when issued, paid, and final', async () => {
    const draft = await draftInvoice(client, await startPro(client, newUser()));
    expect(draft.invoiceNumber).toBeNull();

    const issued = await issueInvoice(client, draft.id);
    const paid = await client.invoice.update({
      where: { id: draft.id },
      data: { status: 'PAID', paidAt: january },
      include: { lines: true },
    });

    expect(issued.invoiceNumber).toMatch(/^CZ-2026-\d{6}$/);
    expect(paid.lines).toHaveLength(1);
    const change = client.invoiceLine.updateMany({
      where: { invoiceId: draft.id },
      data: { description: 'ENTERPRISE' },
    });
    expect(isRuleViolation(await refusal(change), 'invoice_lines_draft_only_rule')).toBe(true);
  });

  test('one whose lines do not add up is refused when its transaction ends', async () => {
    const { id: subscriptionId, userId } = await startPro(client, newUser());
    const amounts = { currency: 'EUR', subtotal: 1700, discount: 0, tax: 0, total: 1700 };

    const error = await refusal(client.invoice.create({ data: { subscriptionId, userId, ...amounts } }));

    expect(isRuleViolation(error, 'invoices_subtotal_rule')).toBe(true);
  });

  test('a number whose transaction fails is given to the next one', async () => {
    const first = await draftInvoice(client, await startPro(client, newUser()));
    const second = await draftInvoice(client, await startPro(client, newUser()));
    const on = new Date('2024-05-01T00:00:00Z');

    await refusal(
      client.$transaction(async (tx) => {
        await issueInvoice(tx, first.id, on);
        throw new Error('the provider is down');
      }),
    );

    expect(await issueInvoice(client, second.id, on)).toMatchObject({ invoiceNumber: 'CZ-2024-000001' });
    expect(await issueInvoice(client, first.id, on)).toMatchObject({ invoiceNumber: 'CZ-2024-000002' });
  });

  test('the year of a number is the year in UTC', async () => {
    const invoice = await draftInvoice(client, await startPro(client, newUser()));

    const { invoiceNumber } = await issueInvoice(client, invoice.id, new Date('2022-12-31T23:59:59.999Z'));

    expect(invoiceNumber).toBe('CZ-2022-000001');
  });

  test('a period is billed once', async () => {
    const subscription = await startPro(client, newUser());
    const nothing = { currency: 'EUR', subtotal: 0, discount: 0, tax: 0, total: 0 };
    const { id: subscriptionId, userId } = subscription;
    const data = {
      subscriptionId,
      userId,
      ...nothing,
      periodStart: january,
      periodEnd: february,
      reason: 'SUBSCRIPTION_CYCLE',
    } as const;
    await client.invoice.create({ data });

    const error = await refusal(client.invoice.create({ data }));

    expect(isRuleViolation(error, 'invoices_billed_period_excl')).toBe(true);
  });
});

describe('payments', () => {
  test('a failed attempt is repeated, a paid invoice is not charged again', async () => {
    const draft = await draftInvoice(client, await startPro(client, newUser()));
    const invoice = await issueInvoice(client, draft.id);
    const failed = { status: 'FAILED', failedAt: january, failureCode: 'card_declined' } as const;

    await client.transaction.create({ data: { ...chargeFor(invoice), ...failed } });
    await client.transaction.create({
      data: { ...chargeFor(invoice), status: 'SUCCEEDED', paidAt: january },
    });
    const error = await refusal(client.transaction.create({ data: chargeFor(invoice) }));

    expect(isRuleViolation(error, 'transactions_payable_invoice_rule')).toBe(true);
    expect(await client.transaction.count({ where: { invoiceId: invoice.id } })).toBe(2);
  });

  test('an invoice is paid by its own user, in its own currency', async () => {
    const draft = await draftInvoice(client, await startPro(client, newUser()));
    const invoice = await issueInvoice(client, draft.id);

    for (const wrong of [{ currency: 'USD' }, { userId: newUser(), subscriptionId: null }]) {
      const error = await refusal(client.transaction.create({ data: { ...chargeFor(invoice), ...wrong } }));
      expect(isForeignKeyViolation(error, 'transactions_invoice_id_user_id_currency_fkey')).toBe(true);
    }
  });

  test('a payment is given back in parts, and no more than came in', async () => {
    const draft = await draftInvoice(client, await startPro(client, newUser()));
    const invoice = await issueInvoice(client, draft.id);
    const { id } = await client.transaction.create({
      data: { ...chargeFor(invoice), status: 'SUCCEEDED', paidAt: january },
    });
    const refund = (amount: number) =>
      client.refund.create({ data: { transactionId: id, amount, status: 'SUCCEEDED' } });

    await refund(1000);
    const error = await refusal(refund(1024));
    await refund(1023);

    expect(isRuleViolation(error, 'transactions_refunded_amount_check')).toBe(true);
    const all = await client.transaction.findUniqueOrThrow({ where: { id } });
    expect(all).toMatchObject({ status: 'REFUNDED', refundedAmount: all.amount });
  });

  test('nothing of money is deleted', async () => {
    // The service has no right to, and a rule keeps those who have.
    for (const [by, constraint] of [
      [client, undefined],
      [database.owner.client, expect.stringMatching(/_no_delete_rule$/)],
    ] as const) {
      for (const remove of [
        () => by.transaction.deleteMany(),
        () => by.invoice.deleteMany(),
        () => by.subscription.deleteMany(),
        () => by.couponRedemption.deleteMany(),
        () => by.invoiceCounter.deleteMany(),
      ]) {
        const facts = databaseErrorFacts(await refusal(remove()));
        expect([facts?.sqlState, facts?.constraint]).toEqual(['42501', constraint]);
      }
    }
  });

  test('another method becomes the default in one transaction', async () => {
    const userId = newUser();
    const card = {
      userId,
      type: 'CARD',
      last4: '4242',
      brand: 'VISA',
      expiryMonth: 12,
      expiryYear: 2028,
    } as const;
    await client.paymentMethod.create({ data: { ...card, isDefault: true } });
    const { id } = await client.paymentMethod.create({ data: card });

    await client.$transaction([
      client.paymentMethod.updateMany({ where: { userId, isDefault: true }, data: { isDefault: false } }),
      client.paymentMethod.update({ where: { id }, data: { isDefault: true } }),
    ]);

    expect(await client.paymentMethod.findMany({ where: { userId, isDefault: true } })).toMatchObject([
      { id },
    ]);
  });

  test('currencies have no, two or three decimals', async () => {
    const codes = ['JPY', 'EUR', 'USD', 'INR', 'KWD'];
    const rows = await client.currency.findMany({ where: { code: { in: codes } } });

    expect(Object.fromEntries(rows.map(({ code, exponent }) => [code, exponent]))).toEqual({
      ...{ JPY: 0, EUR: 2, USD: 2, INR: 2, KWD: 3 },
    });
  });
});
