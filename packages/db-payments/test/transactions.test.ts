import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { InvoiceId, PaymentMethodId, TransactionId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  draftInvoice,
  failTransaction,
  type Invoice,
  markInvoicePaid,
  type NewTransaction,
  type PaymentMethod,
  type PrismaClient,
  recordTransaction,
  succeedTransaction,
} from '../src/index.js';
import { racingDatabase, refusalCode, sentInvoice } from './callers.js';
import type { TestDatabase } from './database.js';
import { newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const card = (userId: UserId): Promise<PaymentMethod> =>
  client.paymentMethod.create({
    data: { userId, type: 'CARD', last4: '4242', brand: 'VISA', expiryMonth: 4, expiryYear: 2031 },
  });
const record = (invoiceId: InvoiceId, more: Partial<NewTransaction> = {}) =>
  recordTransaction(client, { invoiceId, idempotencyKey: randomUUID(), ...more });
const _statusOf = async ({ id }: Invoice) =>
  (await client.invoice.findUniqueOrThrow({ where: { id } })).status;
const _nowhere = randomUUID() as TransactionId;

describe('recordTransaction', () => {
  test('takes user, amount and currency from the invoice', async () => {
    const invoice = await sentInvoice(client);
    const { id: paymentMethodId } = await card(invoice.userId);

    const transaction = await record(invoice.id, { paymentMethodId });

    expect(transaction).toEqual(
      await client.transaction.findUniqueOrThrow({ where: { id: transaction.id } }),
    );
    expect(transaction).toMatchObject({
      userId: invoice.userId,
      subscriptionId: invoice.subscriptionId,
      amount: 1900,
      currency: 'EUR',
      status: 'PENDING',
      paymentMethodId,
    });
  });

  test('gives a repetition the transaction of the first call, whatever became of it', async () => {
    const invoice = await sentInvoice(client);
    const idempotencyKey = randomUUID();
    const first = await record(invoice.id, { idempotencyKey });
    await succeedTransaction(client, { transactionId: first.id });

    expect(await record(invoice.id, { idempotencyKey })).toMatchObject({ id: first.id, status: 'SUCCEEDED' });
    const other = await sentInvoice(client);
    expect(await refusalCode(record(other.id, { idempotencyKey }))).toBe('IDEMPOTENCY_KEY_REUSED');
    const { id: paymentMethodId } = await card(invoice.userId);
    for (const more of [{ paymentMethodId }, { description: 'another one' }])
      expect(await refusalCode(record(invoice.id, { idempotencyKey, ...more }))).toBe(
        'IDEMPOTENCY_KEY_REUSED',
      );
  });

  test('refuses what cannot be paid', async () => {
    const invoice = await sentInvoice(client);
    const free = await sentInvoice(client, 0);
    const settled = await markInvoicePaid(client, (await sentInvoice(client)).id);
    const { id: subscriptionId } = await startPro(client, newUser());
    const lines = [{ description: 'PRO', unitAmount: 1900 }];
    const draft = await draftInvoice(client, { subscriptionId, currency: 'EUR', lines });
    const others = await card(newUser());
    const detached = await card(invoice.userId);
    await client.paymentMethod.update({ where: { id: detached.id }, data: { detachedAt: new Date() } });
    const by = (paymentMethodId: PaymentMethodId) => refusalCode(record(invoice.id, { paymentMethodId }));

    expect(await refusalCode(record(randomUUID() as InvoiceId))).toBe('RECORD_NOT_FOUND');
    expect(await refusalCode(record(draft.id))).toBe('INVOICE_NOT_PAYABLE');
    expect(await refusalCode(record(settled.id))).toBe('INVOICE_NOT_PAYABLE');
    expect(await refusalCode(record(free.id))).toBe('INVOICE_NOT_PAYABLE');
    expect(await by(others.id)).toBe('RECORD_NOT_FOUND');
    expect(await by(detached.id)).toBe('RECORD_NOT_FOUND');
    await record(invoice.id);
    expect(await refusalCode(record(invoice.id))).toBe('PAYMENT_IN_FLIGHT');
  });

  test('allows another attempt after one that failed', async () => {
    const invoice = await sentInvoice(client);
    const { id: transactionId } = await record(invoice.id);
    await failTransaction(client, { transactionId, failureCode: 'card_declined' });

    expect(await record(invoice.id)).toMatchObject({ status: 'PENDING' });
  });

  test(`of ${CALLERS} at once one attempts to pay, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await sentInvoice(client);

      const { won, refused } = await race(() => record(id));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ PAYMENT_IN_FLIGHT: CALLERS - 1 });
    }
  });

  test(`${CALLERS} with one key get one transaction, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await sentInvoice(client);
      const idempotencyKey = randomUUID();

      const { won } = await race(() => record(id, { idempotencyKey }));

      expect(won).toHaveLength(CALLERS);
      expect(new Set(won.map((row) => row.id)).size).toBe(1);
    }
  });

  test(`of ${CALLERS} invoices with one key one is charged, in ${ROUNDS} rounds`, async () => {
    const invoices = await Promise.all(Array.from({ length: CALLERS }, () => sentInvoice(client)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const idempotencyKey = randomUUID();

      const { won, refused } = await race((caller) =>
        record((invoices[caller] as Invoice).id, { idempotencyKey }),
      );

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ IDEMPOTENCY_KEY_REUSED: CALLERS - 1 });
      const [first] = won;
      if (first) await failTransaction(client, { transactionId: first.id, failureCode: 'card_declined' });
    }
  });
});
