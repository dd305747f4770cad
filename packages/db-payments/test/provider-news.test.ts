import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { InvoiceId, TransactionId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  failTransaction,
  type Invoice,
  type NewTransaction,
  type PaymentMethod,
  type PrismaClient,
  recordTransaction,
  submitTransaction,
  succeedTransaction,
} from '../src/index.js';
import { racingDatabase, refusalCode, rolledBack, sentInvoice } from './callers.js';
import type { TestDatabase } from './database.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const _card = (userId: UserId): Promise<PaymentMethod> =>
  client.paymentMethod.create({
    data: { userId, type: 'CARD', last4: '4242', brand: 'VISA', expiryMonth: 4, expiryYear: 2031 },
  });
const record = (invoiceId: InvoiceId, more: Partial<NewTransaction> = {}) =>
  recordTransaction(client, { invoiceId, idempotencyKey: randomUUID(), ...more });
const statusOf = async ({ id }: Invoice) =>
  (await client.invoice.findUniqueOrThrow({ where: { id } })).status;
const nowhere = randomUUID() as TransactionId;

describe('transitions', () => {
  test('succeed through the provider, and pay the invoice', async () => {
    const sent = await sentInvoice(client);
    const { id: transactionId } = await record(sent.id);
    const stripe = { stripePaymentIntentId: `pi_${randomUUID()}`, stripeChargeId: `ch_${randomUUID()}` };

    const { stripePaymentIntentId } = stripe;
    const processing = await submitTransaction(client, { transactionId, stripePaymentIntentId });
    const { transaction, invoice } = await succeedTransaction(client, { transactionId, ...stripe });

    expect(processing).toMatchObject({ status: 'PROCESSING', stripePaymentIntentId });
    expect(transaction).toMatchObject({ status: 'SUCCEEDED', ...stripe });
    expect(transaction).toEqual(await client.transaction.findUniqueOrThrow({ where: { id: transactionId } }));
    expect(invoice).toEqual(await client.invoice.findUniqueOrThrow({ where: { id: sent.id } }));
    expect(invoice?.status).toBe('PAID');
  });

  test('are the same again when they are told again, in any order, and fill in ids that come later', async () => {
    const sent = await sentInvoice(client);
    const { id: transactionId } = await record(sent.id);
    const stripe = { stripePaymentIntentId: `pi_${randomUUID()}`, stripeChargeId: `ch_${randomUUID()}` };

    // The webhook comes before the answer.
    const first = await succeedTransaction(client, { transactionId });
    const { stripePaymentIntentId } = stripe;
    await submitTransaction(client, { transactionId, stripePaymentIntentId });
    await failTransaction(client, { transactionId, failureCode: 'card_declined' });
    const last = await succeedTransaction(client, { transactionId, ...stripe });

    expect(last.transaction).toEqual({
      ...first.transaction,
      ...stripe,
      updatedAt: last.transaction.updatedAt,
    });
    expect(last.invoice).toMatchObject({ status: 'PAID', amountPaid: 1900, attemptCount: 1 });
    expect(await succeedTransaction(client, { transactionId, ...stripe })).toEqual(last);
  });

  test('succeed after a failure: the customer tries another card on the same intent', async () => {
    const sent = await sentInvoice(client);
    const stripePaymentIntentId = `pi_${randomUUID()}`;
    const { id: transactionId } = await record(sent.id, { stripePaymentIntentId });
    const [declined, charged] = [`ch_${randomUUID()}`, `ch_${randomUUID()}`];
    await failTransaction(client, { transactionId, stripeChargeId: declined, failureCode: 'card_declined' });

    const news = { transactionId, stripePaymentIntentId, stripeChargeId: charged };
    const payment = await succeedTransaction(client, news);

    expect(payment.invoice).toMatchObject({ status: 'PAID', amountPaid: 1900, attemptCount: 2 });
    expect(payment.transaction).toMatchObject({
      status: 'SUCCEEDED',
      stripePaymentIntentId,
      stripeChargeId: charged,
    });
    expect(await succeedTransaction(client, news)).toEqual(payment);
    const again = { transactionId, stripeChargeId: declined, failureCode: 'card_declined' };
    expect(await failTransaction(client, again)).toMatchObject({ id: transactionId, status: 'FAILED' });
    const attempts = await client.transaction.findMany({ where: { stripePaymentIntentId } });
    expect(attempts.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
  });

  test('write down money that came twice, and money for an intent that nobody knew', async () => {
    const sent = await sentInvoice(client);
    const { id: first } = await record(sent.id, { stripePaymentIntentId: `pi_${randomUUID()}` });
    await failTransaction(client, { transactionId: first, failureCode: 'card_declined' });
    const { id: second } = await record(sent.id);
    await succeedTransaction(client, { transactionId: second });

    const late = await succeedTransaction(client, { transactionId: first });
    const other = { transactionId: first, stripePaymentIntentId: `pi_${randomUUID()}` };
    const unknown = await succeedTransaction(client, other);

    expect([late.transaction.id, late.transaction.status]).toEqual([first, 'SUCCEEDED']);
    expect(unknown.invoice).toMatchObject({ total: 1900, amountPaid: 5700, attemptCount: 3 });
    expect(await succeedTransaction(client, other)).toEqual(unknown);
  });

  test('refuse a charge that another invoice has; several attempts share an intent', async () => {
    const stripe = { stripePaymentIntentId: `pi_${randomUUID()}`, stripeChargeId: `ch_${randomUUID()}` };
    const earlier = await record((await sentInvoice(client)).id);
    await succeedTransaction(client, { transactionId: earlier.id, ...stripe });
    const sent = await sentInvoice(client);
    const { id: transactionId } = await record(sent.id);

    const { stripeChargeId } = stripe;
    await expect(succeedTransaction(client, { transactionId, stripeChargeId })).rejects.toMatchObject({
      code: 'STRIPE_ID_TAKEN',
      field: 'stripeChargeId',
    });
    expect(await statusOf(sent)).toBe('SENT');
  });

  test('fail with the reason, and leave the invoice open', async () => {
    const sent = await sentInvoice(client);
    const { id: transactionId } = await record(sent.id);
    const failure = { failureCode: 'card_declined', failureMessage: 'Your card was declined.' };

    expect(await failTransaction(client, { transactionId, ...failure })).toMatchObject({
      status: 'FAILED',
      ...failure,
    });
    expect(await statusOf(sent)).toBe('SENT');
  });

  test('refuse what is not there', async () => {
    const all = [
      submitTransaction(client, { transactionId: nowhere }),
      succeedTransaction(client, { transactionId: nowhere }),
      failTransaction(client, { transactionId: nowhere, failureCode: 'card_declined' }),
    ];

    expect(await Promise.all(all.map(refusalCode))).toEqual(Array(3).fill('RECORD_NOT_FOUND'));
  });

  test('know no invoice where there is none, and say so where it was settled otherwise', async () => {
    const invoice = await sentInvoice(client);
    const { userId } = invoice;
    const data = { userId, amount: 500, currency: 'EUR', idempotencyKey: randomUUID() };
    const gift = await client.transaction.create({ data });
    const { id: transactionId } = await record(invoice.id);
    await client.invoice.update({
      where: { id: invoice.id },
      data: { status: 'CANCELED', voidedAt: new Date() },
    });

    expect((await succeedTransaction(client, { transactionId: gift.id })).invoice).toBeNull();
    const late = await succeedTransaction(client, { transactionId });
    expect([late.transaction.status, late.invoice?.status]).toEqual(['SUCCEEDED', 'CANCELED']);
  });

  test('go with the transaction they are part of', async () => {
    const invoice = await sentInvoice(client);

    await rolledBack(client, async (tx) => {
      const idempotencyKey = randomUUID();
      const { id: transactionId } = await recordTransaction(tx, { invoiceId: invoice.id, idempotencyKey });
      return succeedTransaction(tx, { transactionId });
    });

    expect(await statusOf(invoice)).toBe('SENT');
    expect(await client.transaction.count({ where: { invoiceId: invoice.id } })).toBe(0);
  });

  test(`success and failure meet: the money stays, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const invoice = await sentInvoice(client);
      const { id: transactionId } = await record(invoice.id);
      const stripePaymentIntentId = `pi_${randomUUID()}`;

      const { won } = await race<unknown>((caller) => {
        if (caller % 3 === 0) return submitTransaction(client, { transactionId, stripePaymentIntentId });
        return caller % 3 === 1
          ? succeedTransaction(client, { transactionId })
          : failTransaction(client, { transactionId, failureCode: 'card_declined' });
      });

      expect(won).toHaveLength(CALLERS);
      const decided = await client.transaction.findUniqueOrThrow({ where: { id: transactionId } });
      expect(decided).toMatchObject({ status: 'SUCCEEDED', stripePaymentIntentId, failureCode: null });
      expect(await statusOf(invoice)).toBe('PAID');
    }
  });

  test(`a payment that comes in and further attempts do not get in each other’s way, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await sentInvoice(client);
      const { id: transactionId } = await record(id);

      const { won, refused } = await race<unknown>((caller) =>
        caller === 0 ? succeedTransaction(client, { transactionId }) : record(id),
      );

      expect(won).toHaveLength(1);
      expect(
        Object.keys(refused).filter((code) => !/^(PAYMENT_IN_FLIGHT|INVOICE_NOT_PAYABLE)$/.test(code)),
      ).toEqual([]);
    }
  });
});
