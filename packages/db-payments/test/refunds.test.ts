import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrismaClient, recordTransaction, refundTransaction, succeedTransaction } from '../src/index.js';
import { racingDatabase, refusalCode, rolledBack, sentInvoice } from './callers.js';
import type { TestDatabase } from './database.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function paid(amount: number) {
  const { id: invoiceId } = await sentInvoice(client, amount);
  const { id: transactionId } = await recordTransaction(client, { invoiceId, idempotencyKey: randomUUID() });
  return (await succeedTransaction(client, { transactionId })).transaction;
}

describe('refundTransaction', () => {
  test('adds parts up, and ends with the last one', async () => {
    const { id: transactionId } = await paid(1900);

    const partly = await refundTransaction(client, { transactionId, amount: 500 });
    const tooMuch = refundTransaction(client, { transactionId, amount: 1401 }).catch(
      (error: unknown) => error,
    );
    expect(await tooMuch).toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT', refundable: 1400 });
    const whole = await refundTransaction(client, { transactionId });

    expect(partly).toMatchObject({ status: 'SUCCEEDED', refundedAmount: 500 });
    expect(whole).toMatchObject({ status: 'REFUNDED', refundedAmount: 1900 });
    expect(whole).toEqual(await client.transaction.findUniqueOrThrow({ where: { id: transactionId } }));
    expect(await refusalCode(refundTransaction(client, { transactionId, amount: 1 }))).toBe(
      'ILLEGAL_TRANSITION',
    );
    expect(await refusalCode(refundTransaction(client, { transactionId, amount: 0 }))).toBe('AMOUNT_INVALID');
    expect(await refusalCode(refundTransaction(client, { transactionId, amount: 0.5 }))).toBe(
      'AMOUNT_INVALID',
    );
  });

  test(`${CALLERS} at once give back no more than came in, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id: transactionId } = await paid(2050);

      const { won, refused } = await race(() => refundTransaction(client, { transactionId, amount: 100 }));

      expect(won).toHaveLength(20);
      expect(refused).toEqual({ REFUND_EXCEEDS_PAYMENT: CALLERS - 20 });
      const { refundedAmount } = await client.transaction.findUniqueOrThrow({ where: { id: transactionId } });
      expect(refundedAmount).toBe(2000);
    }
  });

  test(`one of ${CALLERS} gives back the whole, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id: transactionId } = await paid(1900);

      const { won, refused } = await race(() => refundTransaction(client, { transactionId }));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ ILLEGAL_TRANSITION: CALLERS - 1 });
    }
  });

  test('goes with the transaction it is part of', async () => {
    const before = await paid(1900);

    await rolledBack(client, (transaction) => refundTransaction(transaction, { transactionId: before.id }));

    expect(await client.transaction.findUniqueOrThrow({ where: { id: before.id } })).toEqual(before);
  });
});
