import {
  inTransaction,
  isUniqueViolation,
  newId,
  RecordNotFoundError,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { Invoice, Transaction } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { StripeIdTakenError } from './payment-errors.js';
import { refusingTakenStripeId } from './stripe-ids.js';
import type { ProviderIds } from './transactions.js';

// The provider decides, and we write it down: each of these functions may be called again, before or after another one,
// and ids that come later are filled in. What is older than what is known changes nothing.

/**
 * The provider has the transaction and decides: PENDING becomes PROCESSING. Once it is decided, this changes nothing, unless
 * it had failed before a bank was asked, as in 3-D Secure, and this is the charge of the customer's next try.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @example
 * const processing = await submitTransaction(prisma, { transactionId, stripePaymentIntentId: 'pi_3Qk9' });
 */
export async function submitTransaction(client: Client, submitted: ProviderIds): Promise<Transaction> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const attempt = await attemptOf(transaction, submitted, 'PROCESSING');
    const isNext = attempt.status === 'FAILED' && attempt.stripeChargeId === null && submitted.stripeChargeId;
    return write(
      transaction,
      attempt,
      submitted,
      'PROCESSING',
      attempt.status === 'PENDING' || Boolean(isNext),
    );
  });
}

export interface Payment {
  readonly transaction: Transaction;
  /**
   * As it is now. PAID, unless it was voided or paid in another way: then the money must go back. So must what is in
   * `amountPaid` beyond its total.
   */
  readonly invoice: Invoice | null;
}

/**
 * The money has come: the transaction has succeeded and its invoice is paid, as one fact. That money came is never
 * refused: not because of the invoice, nor because the attempt had failed before. Another charge than the attempt's own
 * is another attempt of the same intent, and gets a row of its own.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN where the charge is another invoice's
 * @example
 * const payment = await succeedTransaction(prisma, { transactionId, stripeChargeId: 'ch_3Qk9' });
 */
export async function succeedTransaction(client: Client, succeeded: ProviderIds): Promise<Payment> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const attempt = await attemptOf(transaction, succeeded, 'SUCCEEDED');
    const isNews = attempt.status !== 'SUCCEEDED' && attempt.status !== 'REFUNDED';
    return paymentOf(transaction, await write(transaction, attempt, succeeded, 'SUCCEEDED', isNews));
  });
}

export async function paymentOf(transaction: TransactionClient, paid: Transaction): Promise<Payment> {
  const { invoiceId } = paid;
  const invoice =
    invoiceId === null ? null : await transaction.invoice.findUnique({ where: { id: invoiceId } });
  return { transaction: paid, invoice };
}

export interface FailedTransaction extends ProviderIds {
  /** The provider's code, such as card_declined. */
  readonly failureCode: string;
  readonly failureMessage?: string;
}

/**
 * The attempt has failed; the invoice stays open for another one. A failure that comes after the success changes nothing,
 * and neither does one of the intent before there was a charge (`latest_charge` is null), where the attempt has one.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const failed = await failTransaction(prisma, { transactionId, failureCode: 'card_declined' });
 */
export async function failTransaction(client: Client, failure: FailedTransaction): Promise<Transaction> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const attempt = await attemptOf(transaction, failure, 'FAILED');
    const isUnderWay = attempt.status === 'PENDING' || attempt.status === 'PROCESSING';
    const isEarlier =
      attempt.stripeChargeId !== null &&
      failure.stripePaymentIntentId !== undefined &&
      !failure.stripeChargeId;
    return write(transaction, attempt, failure, 'FAILED', isUnderWay && !isEarlier);
  });
}

type Told = 'PROCESSING' | 'SUCCEEDED' | 'FAILED';

/**
 * The attempt that the news is about, locked: the one that is known by these ids, or the named one where it has none yet;
 * otherwise another one, in the status that it is told of.
 */
async function attemptOf(
  transaction: TransactionClient,
  news: ProviderIds & Partial<FailedTransaction>,
  status: Told,
): Promise<Transaction> {
  const { transactionId, stripePaymentIntentId = null, stripeChargeId = null } = news;
  const named = await rowOf(transaction, lockTransaction, [transactionId]);
  if (named === undefined) throw new RecordNotFoundError('transaction');
  const isOther =
    (stripeChargeId !== null && stripeChargeId !== named.stripeChargeId) ||
    (stripePaymentIntentId !== null && stripePaymentIntentId !== named.stripePaymentIntentId);
  if (!isOther) return named;

  const known = await rowOf(transaction, lockKnown, [transactionId, stripeChargeId, stripePaymentIntentId]);
  if (known !== undefined) {
    if (known.userId === named.userId && known.invoiceId === named.invoiceId) return known;
    throw new StripeIdTakenError(stripeChargeId === null ? 'stripePaymentIntentId' : 'stripeChargeId');
  }
  const isFree =
    (stripeChargeId === null || named.stripeChargeId === null) &&
    (stripePaymentIntentId === null ||
      named.stripePaymentIntentId === null ||
      named.stripePaymentIntentId === stripePaymentIntentId);
  return isFree ? named : anotherAttempt(transaction, named, news, status);
}

const lockTransaction = statement<Transaction>(
  'payments.lock_transaction',
  `SELECT ${columnsOf.transaction('t')} FROM transactions t WHERE t.id = $1::uuid FOR NO KEY UPDATE`,
);

// By the charge, which is one attempt's; without one by the intent, whose newest attempt it is.
const lockKnown = statement<Transaction>(
  'payments.lock_known_transaction',
  `SELECT ${columnsOf.transaction('t')} FROM transactions t
   WHERE CASE WHEN $2::text IS NOT NULL THEN t.stripe_charge_id = $2::text
     ELSE t.stripe_payment_intent_id = $3::text AND t.id <> $1::uuid END
   ORDER BY t.created_at DESC, t.id DESC LIMIT 1 FOR NO KEY UPDATE`,
);

async function anotherAttempt(
  transaction: TransactionClient,
  { id }: Transaction,
  news: ProviderIds & Partial<FailedTransaction>,
  status: Told,
): Promise<Transaction> {
  const values = [
    newId<'Transaction'>(),
    id,
    news.stripeChargeId ?? null,
    news.stripePaymentIntentId ?? null,
    status,
    news.failureCode ?? null,
    news.failureMessage ?? null,
  ];
  const row = refusingCardNumbers(rowOf(transaction, insertAttempt, values)).catch((cause: unknown) => {
    // The key of another attempt is its id at the provider, which nothing else may have.
    if (!isUniqueViolation(cause, 'idempotencyKey')) throw cause;
    throw new StripeIdTakenError(news.stripeChargeId ? 'stripeChargeId' : 'stripePaymentIntentId', { cause });
  });
  return (await refusingTakenStripeId(row)) as Transaction;
}

const insertAttempt = statement<Transaction>(
  'payments.record_another_attempt',
  `INSERT INTO transactions AS t (id, user_id, subscription_id, invoice_id, amount, currency, description, idempotency_key,
     stripe_payment_intent_id, stripe_charge_id, status, paid_at, failed_at, failure_code, failure_message)
   SELECT $1::uuid, n.user_id, n.subscription_id, n.invoice_id, n.amount, n.currency, n.description, coalesce($3::text, $4::text),
     coalesce($4::text, n.stripe_payment_intent_id), $3::text, $5::"TransactionStatus",
     CASE $5::text WHEN 'SUCCEEDED' THEN now() END, CASE $5::text WHEN 'FAILED' THEN now() END, $6::text, $7::text
   FROM transactions n WHERE n.id = $2::uuid
   RETURNING ${columnsOf.transaction('t')}`,
);

async function write(
  transaction: TransactionClient,
  attempt: Transaction,
  news: ProviderIds & Partial<FailedTransaction>,
  status: Told,
  isNews: boolean,
): Promise<Transaction> {
  const values = [
    attempt.id,
    isNews ? status : attempt.status,
    news.stripePaymentIntentId ?? null,
    news.stripeChargeId ?? null,
    isNews,
    news.failureCode ?? null,
    news.failureMessage ?? null,
  ];
  const row = refusingCardNumbers(rowOf(transaction, writeNews, values));
  return (await refusingTakenStripeId(row)) as Transaction;
}

const writeNews = statement<Transaction>(
  'payments.write_provider_news',
  `UPDATE transactions t SET status = $2::"TransactionStatus",
     stripe_payment_intent_id = coalesce(t.stripe_payment_intent_id, $3::text),
     stripe_charge_id = coalesce(t.stripe_charge_id, $4::text),
     paid_at = CASE WHEN $5::boolean AND $2::text = 'SUCCEEDED' THEN now() ELSE t.paid_at END,
     failed_at = CASE WHEN NOT $5::boolean THEN t.failed_at WHEN $2::text = 'FAILED' THEN now() END,
     failure_code = CASE WHEN $5::boolean THEN $6::text ELSE t.failure_code END,
     failure_message = CASE WHEN $5::boolean THEN $7::text ELSE t.failure_message END,
     updated_at = CASE WHEN $5::boolean
         OR (t.stripe_payment_intent_id IS NULL AND $3::text IS NOT NULL) OR (t.stripe_charge_id IS NULL AND $4::text IS NOT NULL)
       THEN now() ELSE t.updated_at END
   WHERE t.id = $1::uuid
   RETURNING ${columnsOf.transaction('t')}`,
);

/** The payment, locked, whose money must have come, because the provider tells of something that follows from it. */
export async function moneyThatCame(
  transaction: TransactionClient,
  { transactionId, stripePaymentIntentId, stripeChargeId }: ProviderIds,
): Promise<Transaction> {
  const ids = {
    transactionId,
    ...(stripePaymentIntentId && { stripePaymentIntentId }),
    ...(stripeChargeId && { stripeChargeId }),
  };
  return (await succeedTransaction(transaction, ids)).transaction;
}
