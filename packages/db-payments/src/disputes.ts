import { inTransaction, newId, rowOf, statement } from '@codezest/db-core';
import type { Dispute, DisputeStatus, Transaction } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { checkedAmount } from './money.js';
import { InvalidAmountError, StripeIdTakenError } from './payment-errors.js';
import { moneyThatCame } from './provider-news.js';
import type { ProviderIds } from './transactions.js';

/** With the charge's id it may be any attempt of the payment intent. */
export interface DisputeNews extends ProviderIds {
  readonly stripeDisputeId: string;
  /** What the bank takes, in the smallest unit of the currency. */
  readonly amount: number;
  /** As the provider says it. */
  readonly status: DisputeStatus;
  /** Such as fraudulent. */
  readonly reason?: string;
}

export interface DisputedTransaction {
  readonly dispute: Dispute;
  /** With what its open and lost disputes add up to. */
  readonly transaction: Transaction;
}

/**
 * Writes down what the provider says of a dispute. While the bank has the money, and when it keeps it, the amount counts
 * as disputed, be it more than is left of the payment; what is won comes back. News older than what is known changes
 * nothing.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN where the dispute is another payment's
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * await recordDispute(prisma, { transactionId, stripeDisputeId: 'du_1Mt', amount: 1900, status: 'NEEDS_RESPONSE' });
 */
export async function recordDispute(client: Client, news: DisputeNews): Promise<DisputedTransaction> {
  const { stripeDisputeId, amount, status, reason } = news;
  if (checkedAmount(amount) === 0) throw new InvalidAmountError('it must not be zero.');
  return inTransaction(client, async (transaction: TransactionClient) => {
    // That money is disputed says that it had come.
    const { id: transactionId } = await moneyThatCame(transaction, news);
    const values = [newId<'Dispute'>(), transactionId, stripeDisputeId, amount, status, reason ?? null];
    const dispute = await refusingCardNumbers(rowOf(transaction, writeDispute, values));
    if (dispute === undefined) throw new StripeIdTakenError('stripeDisputeId');
    const after = await transaction.transaction.findUniqueOrThrow({ where: { id: transactionId } });
    return { dispute, transaction: after };
  });
}

// A status that cannot follow is older than what is known, and so is what comes with it.
const writeDispute = statement<Dispute>(
  'payments.write_dispute',
  `INSERT INTO disputes AS d (id, transaction_id, stripe_dispute_id, amount, status, reason)
   VALUES ($1::uuid, $2::uuid, $3::text, $4::bigint, $5::"DisputeStatus", $6::text)
   ON CONFLICT (stripe_dispute_id) DO UPDATE SET
     (status, amount) = (SELECT CASE WHEN follows THEN excluded.status ELSE d.status END,
         CASE WHEN follows THEN excluded.amount ELSE d.amount END
       FROM (SELECT d.status = excluded.status OR EXISTS (SELECT FROM rules.dispute_transitions n
         WHERE n.from_status = d.status AND n.to_status = excluded.status) AS follows) AS news),
     reason = coalesce(excluded.reason, d.reason), updated_at = now()
     WHERE d.transaction_id = excluded.transaction_id
   RETURNING ${columnsOf.dispute('d')}`,
);
