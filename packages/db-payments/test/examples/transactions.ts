import type { InvoiceId, PaymentMethodId, TransactionId } from '@codezest/db-types';
import {
  type Client,
  type DisputeStatus,
  failTransaction,
  type Payment,
  type Refund,
  type RefundedTransaction,
  type RefundStatus,
  recordDispute,
  recordTransaction,
  refundTransaction,
  submitTransaction,
  succeedTransaction,
  type Transaction,
} from '../../src/index.js';

/** What the provider says to a charge. */
export type Charged =
  | { readonly paymentIntentId: string; readonly chargeId: string }
  | { readonly paymentIntentId: string; readonly declined: string };

/** Written down before the provider is asked, and again after it has answered: no call inside a transaction. */
export async function pay(
  client: Client,
  attempt: { invoiceId: InvoiceId; paymentMethodId: PaymentMethodId; idempotencyKey: string },
  charge: (transaction: Transaction) => Promise<Charged>,
): Promise<Payment | Transaction> {
  const transaction = await recordTransaction(client, attempt);
  if (transaction.status !== 'PENDING') return transaction; // a repetition of a request that was answered
  const transactionId = transaction.id;

  const charged = await charge(transaction);
  const stripePaymentIntentId = charged.paymentIntentId;
  await submitTransaction(client, { transactionId, stripePaymentIntentId });
  return 'declined' in charged
    ? failTransaction(client, { transactionId, failureCode: charged.declined })
    : succeedTransaction(client, { transactionId, stripeChargeId: charged.chargeId });
}

/** Part of it, or without an amount all that is left. The key is sent to the provider as well. */
export async function giveBack(
  client: Client,
  refund: { transactionId: TransactionId; amount?: number; idempotencyKey: string },
  ask: (refund: Refund) => Promise<{ refundId: string; status: RefundStatus }>,
): Promise<RefundedTransaction> {
  const { refund: pending } = await refundTransaction(client, refund);
  const { refundId, status } = await ask(pending);
  return refundTransaction(client, { ...refund, stripeRefundId: refundId, status });
}

/** On each of the provider's events about a dispute: `needs_response` is NEEDS_RESPONSE. */
export const disputed = (
  client: Client,
  transactionId: TransactionId,
  { id, amount, status }: { id: string; amount: number; status: string },
) =>
  recordDispute(client, {
    transactionId,
    stripeDisputeId: id,
    amount,
    status: status.toUpperCase() as DisputeStatus,
  });
