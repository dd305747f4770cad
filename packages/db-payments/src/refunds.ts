import {
  IllegalTransitionError,
  inTransaction,
  isRuleViolation,
  isUniqueViolation,
  newId,
  RecordNotFoundError,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { Refund, RefundStatus, Transaction } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { checkedAmount } from './money.js';
import {
  IdempotencyKeyReusedError,
  InvalidAmountError,
  RefundExceedsPaymentError,
  RefundKeyMissingError,
  StripeIdTakenError,
} from './payment-errors.js';
import { moneyThatCame } from './provider-news.js';
import { refusingTakenStripeId } from './stripe-ids.js';
import type { ProviderIds } from './transactions.js';

/** Money to be given back, or what the provider says of money that was. One of the two keys says which refund it is. */
export type RefundNews = (
  | {
      /** The one that is sent to the provider as well, before it is asked. */
      readonly idempotencyKey: string;
      readonly stripeRefundId?: string;
    }
  | { readonly idempotencyKey?: string; readonly stripeRefundId: string }
) &
  // With the charge's id it may be any attempt of the payment intent.
  ProviderIds & {
    /** In the smallest unit of the currency. All that is left when it is left out. */
    readonly amount?: number;
    /** As the provider says it. PENDING without `stripeRefundId`, and SUCCEEDED with it, when it is left out. */
    readonly status?: RefundStatus;
    /** Such as requested_by_customer. */
    readonly reason?: string;
    /** The provider's code of a failure. */
    readonly failureReason?: string;
  };

export interface RefundedTransaction {
  readonly refund: Refund;
  /** With what all its refunds add up to; REFUNDED when that is the whole. */
  readonly transaction: Transaction;
}

/**
 * Writes a refund down, before the provider is asked and after each of its answers: the answer to the call and the
 * webhook are the same refund, by its key or its id. Parts add up, however many are given back at once, and never to more
 * than came in. One that fails gives its amount back, and the payment may be refunded again. News older than what is known
 * changes nothing.
 *
 * A refund that the provider tells of takes the place of one of the same amount that has not reached it yet; where there
 * is none, and too little is left, those that have not reached it are canceled.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION where no money has come in
 * @throws {RefundExceedsPaymentError} REFUND_EXCEEDS_PAYMENT
 * @throws {IdempotencyKeyReusedError} IDEMPOTENCY_KEY_REUSED for another payment or amount
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @throws {RefundKeyMissingError} REFUND_KEY_MISSING
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN where the id is another payment's refund
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const { refund } = await refundTransaction(prisma, { transactionId, amount: 500, idempotencyKey: randomUUID() });
 */
export async function refundTransaction(client: Client, news: RefundNews): Promise<RefundedTransaction> {
  const { idempotencyKey, stripeRefundId, amount } = news;
  if (idempotencyKey === undefined && stripeRefundId === undefined) throw new RefundKeyMissingError();
  if (amount !== undefined && checkedAmount(amount) === 0)
    throw new InvalidAmountError('it must not be zero.');
  const work = inTransaction(client, async (transaction: TransactionClient) => {
    const payment = await lockPayment(transaction, news);
    const known = await knownRefund(transaction, news, payment);
    const refund = await (known === undefined
      ? newRefund(transaction, news, payment)
      : changedRefund(transaction, known, news, payment));
    const after = await transaction.transaction.findUniqueOrThrow({ where: { id: payment.id } });
    return { refund: refund as Refund, transaction: after };
  });
  return refusingCardNumbers(work);
}

/** A refund that the provider knows says that the money had come. */
async function lockPayment(transaction: TransactionClient, news: RefundNews): Promise<Transaction> {
  if (news.stripeRefundId !== undefined) return moneyThatCame(transaction, news);
  const payment = await rowOf(transaction, lockTransaction, [news.transactionId]);
  if (payment === undefined) throw new RecordNotFoundError('transaction');
  return payment;
}

const lockTransaction = statement<Transaction>(
  'payments.lock_refunded_transaction',
  `SELECT ${columnsOf.transaction('t')} FROM transactions t WHERE t.id = $1::uuid FOR NO KEY UPDATE`,
);

async function knownRefund(
  transaction: TransactionClient,
  { idempotencyKey, stripeRefundId, amount }: RefundNews,
  payment: Transaction,
): Promise<Refund | undefined> {
  const keys = [payment.id, stripeRefundId ?? null, idempotencyKey ?? null, amount ?? null];
  const known = await rowOf(transaction, findRefund, keys);
  if (known === undefined) return undefined;
  const isOwn = known.transactionId === payment.id;
  if (known.stripeRefundId !== null && known.stripeRefundId === stripeRefundId && !isOwn)
    throw new StripeIdTakenError('stripeRefundId');
  const isSame = isOwn && (amount === undefined || known.amount === amount);
  if (!isSame && known.idempotencyKey === idempotencyKey) throw new IdempotencyKeyReusedError();
  return known;
}

// By the provider's id; else by our key, unless the provider knows that one by another id; else one of this amount that
// has not reached the provider, where the provider tells of one that nobody has announced.
const findRefund = statement<Refund>(
  'payments.find_refund',
  `SELECT ${columnsOf.refund('r')} FROM refunds r
   WHERE r.stripe_refund_id = $2::text
     OR (r.idempotency_key = $3::text AND ($2::text IS NULL OR r.stripe_refund_id IS NULL))
     OR ($2::text IS NOT NULL AND $3::text IS NULL AND r.transaction_id = $1::uuid AND r.stripe_refund_id IS NULL
       AND r.status = 'PENDING' AND r.amount = $4::bigint)
   ORDER BY r.stripe_refund_id = $2::text DESC NULLS LAST, r.idempotency_key = $3::text DESC NULLS LAST, r.created_at, r.id
   LIMIT 1`,
);

/** What we had canceled, and the provider has made all the same, needs its room back. */
async function changedRefund(
  transaction: TransactionClient,
  known: Refund,
  news: RefundNews,
  payment: Transaction,
): Promise<Refund | undefined> {
  if (known.status === 'CANCELED')
    await refundable(transaction, payment, known.amount, news.stripeRefundId !== undefined);
  const row = rowOf(transaction, writeRefund, valuesOf(known, news)).catch((cause: unknown) => {
    if (isRuleViolation(cause, 'transactions_refunded_amount_check'))
      throw new RefundExceedsPaymentError(payment.amount - payment.refundedAmount);
    throw cause;
  });
  return refusingTakenStripeId(row);
}

function valuesOf({ id }: Refund, news: RefundNews): unknown[] {
  return [
    id,
    news.stripeRefundId ?? null,
    news.idempotencyKey ?? null,
    news.status ?? (news.stripeRefundId === undefined ? null : 'SUCCEEDED'),
    news.reason ?? null,
    news.failureReason ?? null,
  ];
}

// A status that cannot follow is older than what is known. What we have canceled on our side is as the provider says it, once
// it tells of it; and of one that it knows by an id nothing is said without that.
const writeRefund = statement<Refund>(
  'payments.write_refund',
  `UPDATE refunds r SET
     status = CASE
       WHEN r.stripe_refund_id IS NOT NULL AND ($2::text IS NULL OR r.status = 'CANCELED' AND $4::text <> 'SUCCEEDED') THEN r.status
       WHEN EXISTS (SELECT FROM rules.refund_transitions n
         WHERE n.from_status = r.status AND n.to_status = $4::"RefundStatus") THEN $4::"RefundStatus"
       ELSE r.status END,
     stripe_refund_id = coalesce(r.stripe_refund_id, $2::text),
     idempotency_key = CASE WHEN r.idempotency_key IS NULL AND NOT EXISTS (SELECT FROM refunds o WHERE o.idempotency_key = $3::text)
       THEN $3::text ELSE r.idempotency_key END,
     reason = coalesce(r.reason, $5::text), failure_reason = coalesce($6::text, r.failure_reason), updated_at = now()
   WHERE r.id = $1::uuid
   RETURNING ${columnsOf.refund('r')}`,
);

async function newRefund(
  transaction: TransactionClient,
  news: RefundNews,
  payment: Transaction,
): Promise<Refund> {
  const { stripeRefundId, idempotencyKey, status, reason, failureReason } = news;
  if (payment.status !== 'SUCCEEDED' && payment.status !== 'REFUNDED')
    throw new IllegalTransitionError(payment.status, 'REFUNDED');
  const amount = news.amount ?? payment.amount - payment.refundedAmount;
  const left = await refundable(transaction, payment, amount, stripeRefundId !== undefined);
  const isCounted = status !== 'FAILED' && status !== 'CANCELED';
  if (amount === 0 || (isCounted && amount > left)) throw new RefundExceedsPaymentError(left);
  const row = rowOf(transaction, insertRefund, [
    newId<'Refund'>(),
    payment.id,
    amount,
    status ?? (stripeRefundId === undefined ? 'PENDING' : 'SUCCEEDED'),
    idempotencyKey ?? null,
    stripeRefundId ?? null,
    reason ?? null,
    failureReason ?? null,
  ]).catch((cause: unknown) => {
    if (isUniqueViolation(cause, 'idempotencyKey')) throw new IdempotencyKeyReusedError({ cause });
    throw cause;
  });
  return (await refusingTakenStripeId(row)) as Refund;
}

/** What is left to give back; for the provider's own news after those have made room that it does not know of. */
async function refundable(
  transaction: TransactionClient,
  payment: Transaction,
  amount: number,
  isTold: boolean,
): Promise<number> {
  const left = payment.amount - payment.refundedAmount;
  if (amount <= left || !isTold) return left;
  await transaction.refund.updateMany({
    where: { transactionId: payment.id, status: 'PENDING', stripeRefundId: null },
    data: { status: 'CANCELED' },
  });
  const { refundedAmount } = await transaction.transaction.findUniqueOrThrow({ where: { id: payment.id } });
  return payment.amount - refundedAmount;
}

const insertRefund = statement<Refund>(
  'payments.insert_refund',
  `INSERT INTO refunds AS r (id, transaction_id, amount, status, idempotency_key, stripe_refund_id, reason, failure_reason)
   VALUES ($1::uuid, $2::uuid, $3::bigint, $4::"RefundStatus",
     CASE WHEN NOT EXISTS (SELECT FROM refunds o WHERE o.idempotency_key = $5::text) THEN $5::text END, $6::text, $7::text, $8::text)
   RETURNING ${columnsOf.refund('r')}`,
);
