import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import {
  type Client,
  failTransaction,
  recordDispute,
  refundTransaction,
  submitTransaction,
  succeedTransaction,
  voidInvoice,
} from '../../src/index.js';
import { type Attempt, declined, type Own, record, rowsOf } from './rows.js';

export function paymentCases(own: Own) {
  const { sent, ofInvoice, pending, paid, ofAttempt } = rowsOf(own);
  return {
    recordTransaction: isolationCase({ given: sent, act: record, rival: voidInvoice, state: ofInvoice }),
    submitTransaction: isolationCase({
      given: pending,
      act: (client: Client, attempt: Attempt) => submitTransaction(client, attempt),
      rival: (client: Client, attempt) => failTransaction(client, { ...attempt, ...declined }),
      state: ofAttempt,
    }),
    succeedTransaction: isolationCase({
      given: pending,
      act: (client: Client, attempt: Attempt) => succeedTransaction(client, attempt),
      rival: (client: Client, attempt) => failTransaction(client, { ...attempt, ...declined }),
      state: ofAttempt,
    }),
    failTransaction: isolationCase({
      given: pending,
      act: (client: Client, attempt: Attempt) => failTransaction(client, { ...attempt, ...declined }),
      rival: (client: Client, attempt) => succeedTransaction(client, attempt),
      state: ofAttempt,
    }),
    refundTransaction: isolationCase({
      given: paid,
      act: (client: Client, { transactionId }: Attempt) =>
        refundTransaction(client, { transactionId, amount: 1000, idempotencyKey: randomUUID() }),
      rival: (client: Client, { transactionId }) =>
        refundTransaction(client, { transactionId, amount: 1500, idempotencyKey: randomUUID() }),
      state: ofAttempt,
    }),
    recordDispute: isolationCase({
      given: async () => ({ ...(await paid()), stripeDisputeId: `du_${randomUUID()}` }),
      act: (client: Client, given: Attempt & { stripeDisputeId: string }) =>
        recordDispute(client, { ...given, amount: 1900, status: 'NEEDS_RESPONSE' }),
      rival: (client: Client, given) => recordDispute(client, { ...given, amount: 1900, status: 'LOST' }),
      state: ofAttempt,
    }),
  };
}
