import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { InvoiceId, TransactionId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PrismaClient,
  type RefundNews,
  recordDispute,
  recordTransaction,
  refundTransaction,
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

const attempt = (invoiceId: InvoiceId) =>
  recordTransaction(client, { invoiceId, idempotencyKey: randomUUID() });
async function paid(amount: number) {
  const { id } = await attempt((await sentInvoice(client, amount)).id);
  return (await succeedTransaction(client, { transactionId: id })).transaction;
}
const giveBack = (transactionId: TransactionId, more: Partial<RefundNews> = {}) =>
  refundTransaction(client, { transactionId, idempotencyKey: randomUUID(), ...more } as RefundNews);
const told = (transactionId: TransactionId, more: Partial<RefundNews> = {}) =>
  refundTransaction(client, { transactionId, stripeRefundId: `re_${randomUUID()}`, ...more } as RefundNews);
const stored = (id: TransactionId) => client.transaction.findUniqueOrThrow({ where: { id } });
const invoiceOf = async (id: TransactionId) =>
  client.invoice.findUniqueOrThrow({ where: { id: (await stored(id)).invoiceId as InvoiceId } });

describe('refundTransaction', () => {
  test('adds parts up, and ends with the last one', async () => {
    const { id } = await paid(1900);

    const partly = await giveBack(id, { amount: 500 });
    await expect(giveBack(id, { amount: 1401 })).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_PAYMENT',
      refundable: 1400,
    });
    const whole = await giveBack(id);

    expect(partly.transaction).toMatchObject({ status: 'SUCCEEDED', refundedAmount: 500 });
    expect(whole.transaction).toMatchObject({ status: 'REFUNDED', refundedAmount: 1900 });
    expect(whole.transaction).toEqual(await stored(id));
    expect(whole.refund).toEqual(await client.refund.findUniqueOrThrow({ where: { id: whole.refund.id } }));
    expect(await refusalCode(giveBack(id, { amount: 1 }))).toBe('REFUND_EXCEEDS_PAYMENT');
    for (const amount of [0, 0.5, -1, Number.NaN])
      expect(await refusalCode(giveBack(id, { amount }))).toBe('AMOUNT_INVALID');
    expect(await refusalCode(giveBack(id, { idempotencyKey: undefined }))).toBe('REFUND_KEY_MISSING');
  });

  test('is one refund for its call, the answer to it and its webhook, in any order', async () => {
    const [answered, webhook] = [await paid(1900), await paid(1900)];
    const news = { amount: 500, stripeRefundId: `re_${randomUUID()}`, status: 'SUCCEEDED' } as const;
    const key = { amount: 500, idempotencyKey: randomUUID() };

    await giveBack(answered.id, key);
    await giveBack(answered.id, { ...key, ...news });
    await told(answered.id, news);
    const [one] = await client.refund.findMany({ where: { transactionId: answered.id } });
    expect(one).toMatchObject({ ...key, ...news });
    expect((await giveBack(answered.id, key)).transaction.refundedAmount).toBe(500);

    // The webhook comes first, and knows nothing of the key.
    const later = { ...news, stripeRefundId: `re_${randomUUID()}` };
    const own = { amount: 500, idempotencyKey: randomUUID() };
    await giveBack(webhook.id, own);
    await told(webhook.id, later);
    await giveBack(webhook.id, { ...own, ...later });
    expect(await client.refund.findMany({ where: { transactionId: webhook.id } })).toMatchObject([
      { ...own, ...later },
    ]);
    expect((await stored(webhook.id)).refundedAmount).toBe(500);
  });

  test('that fails, though it had succeeded, gives its amount back', async () => {
    const { id } = await paid(1900);
    const stripeRefundId = `re_${randomUUID()}`;

    expect((await told(id, { stripeRefundId })).transaction.status).toBe('REFUNDED');
    const news = { stripeRefundId, status: 'FAILED', failureReason: 'lost_or_stolen_card' } as const;
    const failed = await told(id, news);
    const late = await told(id, { stripeRefundId, status: 'PENDING' });

    expect(failed.transaction).toMatchObject({ status: 'SUCCEEDED', refundedAmount: 0, refundedAt: null });
    expect(late.refund).toMatchObject({ status: 'FAILED', failureReason: 'lost_or_stolen_card' });
    expect(await invoiceOf(id)).toMatchObject({ status: 'PAID', amountPaid: 1900 });
    expect((await giveBack(id)).transaction.status).toBe('REFUNDED');
  });

  test('of the whole lets the invoice be charged again', async () => {
    const { id } = await paid(1900);
    const { id: invoiceId } = await invoiceOf(id);
    await giveBack(id, { amount: 1899 });
    expect(await refusalCode(attempt(invoiceId))).toBe('INVOICE_NOT_PAYABLE');
    await giveBack(id);
    expect(await invoiceOf(id)).toMatchObject({ status: 'PAID', amountPaid: 0, attemptCount: 1 });

    const again = await attempt(invoiceId);
    const { invoice } = await succeedTransaction(client, { transactionId: again.id });

    expect(invoice).toMatchObject({ status: 'PAID', amountPaid: 1900, attemptCount: 2 });
  });

  test('that the provider tells of says that money had come, and makes room where ours has not reached it', async () => {
    const { id: pending } = await attempt((await sentInvoice(client, 1900)).id);
    const { id } = await paid(1900);
    const { refund } = await giveBack(id, { amount: 1500 });

    const early = await told(pending, { amount: 100 });
    const other = await told(id, { amount: 1000 });

    expect(early.transaction).toMatchObject({ status: 'SUCCEEDED', refundedAmount: 100 });
    expect(other.transaction.refundedAmount).toBe(1000);
    expect((await client.refund.findUniqueOrThrow({ where: { id: refund.id } })).status).toBe('CANCELED');
    expect(await refusalCode(told(id, { amount: 901 }))).toBe('REFUND_EXCEEDS_PAYMENT');
  });

  test('refuses what is not there, or is another one’s', async () => {
    const [first, second] = [await paid(1900), await paid(1900)];
    const { id: open } = await attempt((await sentInvoice(client)).id);
    const key = { idempotencyKey: randomUUID(), amount: 500 };
    const stripeRefundId = `re_${randomUUID()}`;
    await giveBack(first.id, key);
    await told(first.id, { stripeRefundId, amount: 1 });

    expect(await refusalCode(giveBack(randomUUID() as TransactionId))).toBe('RECORD_NOT_FOUND');
    expect(await refusalCode(giveBack(open))).toBe('ILLEGAL_TRANSITION');
    expect(await refusalCode(giveBack(first.id, { ...key, amount: 501 }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await refusalCode(giveBack(second.id, key))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await refusalCode(told(second.id, { stripeRefundId, amount: 1 }))).toBe('STRIPE_ID_TAKEN');
  });

  test(`${CALLERS} at once give back no more than came in, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await paid(2050);

      const { won, refused } = await race(() => giveBack(id, { amount: 100 }));

      expect(won).toHaveLength(20);
      expect(refused).toEqual({ REFUND_EXCEEDS_PAYMENT: CALLERS - 20 });
      expect((await stored(id)).refundedAmount).toBe(2000);
    }
  });

  test(`${CALLERS} with one key or one id are one refund, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await paid(1900);
      const key = { idempotencyKey: randomUUID(), amount: 500 };
      const stripeRefundId = `re_${randomUUID()}`;

      const { won } = await race((caller) =>
        caller % 2 === 0
          ? giveBack(id, { ...key, stripeRefundId })
          : told(id, { amount: 500, stripeRefundId }),
      );

      expect(won).toHaveLength(CALLERS);
      expect(new Set(won.map(({ refund }) => refund.id)).size).toBe(1);
      expect((await stored(id)).refundedAmount).toBe(500);
    }
  });

  test('goes with the transaction it is part of', async () => {
    const before = await paid(1900);

    await rolledBack(client, (transaction) =>
      refundTransaction(transaction, { transactionId: before.id, idempotencyKey: randomUUID() }),
    );

    expect(await stored(before.id)).toEqual(before);
  });
});

describe('recordDispute', () => {
  const dispute = (transactionId: TransactionId, more: Partial<Parameters<typeof recordDispute>[1]> = {}) =>
    recordDispute(client, {
      transactionId,
      stripeDisputeId: `du_${randomUUID()}`,
      amount: 1900,
      status: 'NEEDS_RESPONSE',
      ...more,
    });

  test('takes the money while the bank has it, also beyond what is left, and gives back what is won', async () => {
    const { id } = await paid(1900);
    await giveBack(id, { amount: 500 });
    const stripeDisputeId = `du_${randomUUID()}`;

    const open = await dispute(id, { stripeDisputeId, reason: 'fraudulent' });
    expect(open.transaction).toMatchObject({
      status: 'SUCCEEDED',
      refundedAmount: 500,
      disputedAmount: 1900,
    });
    expect((await invoiceOf(id)).amountPaid).toBe(-500);
    const lost = await dispute(id, { stripeDisputeId, status: 'LOST' });
    const late = await dispute(id, { stripeDisputeId, status: 'UNDER_REVIEW' });
    expect([lost.dispute.status, late.dispute.status]).toEqual(['LOST', 'LOST']);
    const won = await dispute(id, { stripeDisputeId, status: 'WON' });

    expect(won.transaction.disputedAmount).toBe(0);
    expect(won.dispute).toMatchObject({ id: open.dispute.id, reason: 'fraudulent' });
    expect((await invoiceOf(id)).amountPaid).toBe(1400);
  });

  test('moves no money for an inquiry, and says that money had come', async () => {
    const { id } = await attempt((await sentInvoice(client, 1900)).id);

    const { transaction } = await dispute(id, { status: 'WARNING_NEEDS_RESPONSE' });

    expect(transaction).toMatchObject({ status: 'SUCCEEDED', disputedAmount: 0 });
    expect(await refusalCode(dispute(randomUUID() as TransactionId))).toBe('RECORD_NOT_FOUND');
    expect(await refusalCode(dispute(id, { amount: 0 }))).toBe('AMOUNT_INVALID');
    const stripeDisputeId = `du_${randomUUID()}`;
    await dispute(id, { stripeDisputeId });
    const { id: other } = await paid(1900);
    expect(await refusalCode(dispute(other, { stripeDisputeId }))).toBe('STRIPE_ID_TAKEN');
  });

  test(`of ${CALLERS} at once one is written, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await paid(1900);
      const stripeDisputeId = `du_${randomUUID()}`;

      const { won } = await race(() => dispute(id, { stripeDisputeId }));

      expect(new Set(won.map(({ dispute: { id: one } }) => one)).size).toBe(1);
      expect((await stored(id)).disputedAmount).toBe(1900);
    }
  });
});
