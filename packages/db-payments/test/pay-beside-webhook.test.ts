import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrismaClient, recordTransaction, type StripeEventId } from '../src/index.js';
import { racingDatabase, sentInvoice } from './callers.js';
import type { TestDatabase } from './database.js';
import { paymentSucceeded } from './examples/stripe-events.js';
import { pay } from './examples/transactions.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const PAYMENTS = 100;

test(`the README’s pay and the README’s webhook, ${PAYMENTS} times at once: nothing errs, each is paid once`, async () => {
  const payments = Array.from({ length: PAYMENTS }, async () => {
    const invoice = await sentInvoice(client);
    const { id: paymentMethodId } = await client.paymentMethod.create({
      data: { userId: invoice.userId, type: 'BANK_TRANSFER' },
    });
    const attempt = { invoiceId: invoice.id, paymentMethodId, idempotencyKey: randomUUID() };
    const { id: transactionId } = await recordTransaction(client, attempt);
    const [paymentIntentId, chargeId] = [`pi_${randomUUID()}`, `ch_${randomUUID()}`];
    const webhook = {
      id: `evt_${randomUUID().replaceAll('-', '')}` as StripeEventId,
      type: 'payment_intent.succeeded',
      livemode: false,
      created: 1_767_225_600,
      api_version: null,
      data: { object: { id: paymentIntentId, latest_charge: chargeId, metadata: { transactionId } } },
    };

    await Promise.all([
      pay(client, attempt, async () => ({ paymentIntentId, chargeId })),
      paymentSucceeded(client, webhook),
      paymentSucceeded(client, webhook),
    ]);

    const [paid, ...others] = await client.transaction.findMany({ where: { invoiceId: invoice.id } });
    expect(others).toEqual([]);
    expect(paid).toMatchObject({
      status: 'SUCCEEDED',
      stripePaymentIntentId: paymentIntentId,
      stripeChargeId: chargeId,
    });
    const after = await client.invoice.findUniqueOrThrow({ where: { id: invoice.id } });
    expect(after).toMatchObject({ status: 'PAID', amountPaid: after.total, attemptCount: 1 });
  });

  await Promise.all(payments);
});
