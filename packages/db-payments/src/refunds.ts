import { IllegalTransitionError, RecordNotFoundError, rowOf, statement } from '@codezest/db-core';
import type { TransactionId } from '@codezest/db-types';
import type { Transaction } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { checkedAmount } from './money.js';
import { InvalidAmountError, RefundExceedsPaymentError } from './payment-errors.js';

export interface Refund {
  readonly transactionId: TransactionId;
  /** In the smallest unit of the currency. All that is left when it is left out. */
  readonly amount?: number;
}

/**
 * Writes down money that was given back. Parts add up, however many are given at once, and never to more than came in;
 * with the last part the transaction is REFUNDED.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION where no money has come in, or all of it went back
 * @throws {RefundExceedsPaymentError} REFUND_EXCEEDS_PAYMENT
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const partly = await refundTransaction(prisma, { transactionId, amount: 500 });
 */
export async function refundTransaction(client: Client, refund: Refund): Promise<Transaction> {
  const { transactionId, amount } = refund;
  if (amount !== undefined && checkedAmount(amount) === 0)
    throw new InvalidAmountError('it must not be zero.');
  const refunded = await rowOf(client, addRefund, [transactionId, amount ?? null]);
  if (refunded !== undefined) return refunded;

  const found = await client.transaction.findUnique({ where: { id: transactionId } });
  if (found === null) throw new RecordNotFoundError('transaction');
  if (found.status !== 'SUCCEEDED') throw new IllegalTransitionError(found.status, 'REFUNDED');
  throw new RefundExceedsPaymentError(found.amount - found.refundedAmount);
}

// The condition is judged again on the row that a rival has left.
const addRefund = statement<Transaction>(
  'payments.refund_transaction',
  `UPDATE transactions t SET
     refunded_amount = t.refunded_amount + coalesce($2::int, t.amount - t.refunded_amount),
     status = CASE WHEN coalesce($2::int, t.amount - t.refunded_amount) = t.amount - t.refunded_amount
       THEN 'REFUNDED' ELSE 'SUCCEEDED' END::"TransactionStatus",
     refunded_at = now(), updated_at = now()
   WHERE t.id = $1::uuid AND t.status = 'SUCCEEDED'
     AND coalesce($2::int, t.amount - t.refunded_amount) <= t.amount - t.refunded_amount
   RETURNING ${columnsOf.transaction('t')}`,
);
