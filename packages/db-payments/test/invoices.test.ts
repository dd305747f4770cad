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
  recordTransaction,
  succeedTransaction,
  voidInvoice,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

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
