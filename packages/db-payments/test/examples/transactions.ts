import type { InvoiceId, PaymentMethodId, TransactionId } from '@codezest/db-types';
import {
  type Client,
  type DisputeStatus,
  failTransaction,
  type Payment,
  type ProviderIds,
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

/** What the provider says to a charge: paid, declined, or neither yet, as with 3-D Secure and direct debits. */
export type Charged =
  | { readonly paymentIntentId: string; readonly chargeId?: string }
  | { readonly paymentIntentId: string; readonly chargeId?: string; readonly declined: string };

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
  const { paymentIntentId: stripePaymentIntentId, chargeId: stripeChargeId } = charged;
  const ids = { transactionId, stripePaymentIntentId, ...(stripeChargeId && { stripeChargeId }) };
  if ('declined' in charged) return failTransaction(client, { ...ids, failureCode: charged.declined });
  return stripeChargeId === undefined ? submitTransaction(client, ids) : succeedTransaction(client, ids);
}

/** Part of it, or without an amount all that is left. The key is sent to the provider as well. */
export async function giveBack(
  client: Client,
  refund: { transactionId: TransactionId; amount?: number; idempotencyKey: string },
  ask: (refund: Refund) => Promise<{ refundId: string; status: RefundStatus } | { refused: string }>,
): Promise<RefundedTransaction> {
  const { refund: pending } = await refundTransaction(client, refund);
  const answer = await ask(pending);
  return 'refused' in answer
    ? refundTransaction(client, { ...refund, status: 'CANCELED', failureReason: answer.refused })
    : refundTransaction(client, { ...refund, stripeRefundId: answer.refundId, status: answer.status });
}

/** On each of the provider's events about a dispute: `needs_response` is NEEDS_RESPONSE. Any attempt of the intent will do. */
export const disputed = (
  client: Client,
  payment: ProviderIds,
  { id, amount, status }: { id: string; amount: number; status: string },
) =>
  recordDispute(client, {
    ...payment,
    stripeDisputeId: id,
    amount,
    status: status.toUpperCase() as DisputeStatus,
  });
