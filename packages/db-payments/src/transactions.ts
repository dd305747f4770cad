import {
  IllegalTransitionError,
  inTransaction,
  isUniqueViolation,
  joinedRows,
  newId,
  RecordNotFoundError,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { InvoiceId, PaymentMethodId, TransactionId } from '@codezest/db-types';
import type { Invoice, Transaction, TransactionStatus } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import { isPayable, lockInvoice } from './invoice-lock.js';
import { IdempotencyKeyReusedError, InvoiceNotPayableError, PaymentInFlightError } from './payment-errors.js';
import { refusingTakenStripeId } from './stripe-ids.js';

export interface NewTransaction {
  readonly invoiceId: InvoiceId;
  /** The one that is sent to the provider as well. */
  readonly idempotencyKey: string;
  readonly paymentMethodId?: PaymentMethodId;
  readonly stripePaymentIntentId?: string;
  readonly description?: string;
}

/**
 * Writes down an attempt to pay an invoice, before the provider is asked: user, amount and currency are the invoice's.
 * A repetition with the same key gets the transaction of the first call. Only one attempt is under way at a time.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND for the invoice, or a payment method that is not the user's or detached
 * @throws {InvoiceNotPayableError} INVOICE_NOT_PAYABLE
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 * @throws {IdempotencyKeyReusedError} IDEMPOTENCY_KEY_REUSED
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @example
 * const pending = await recordTransaction(prisma, { invoiceId, paymentMethodId, idempotencyKey: randomUUID() });
 */
export function recordTransaction(client: Client, attempt: NewTransaction): Promise<Transaction> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const invoice = await lockInvoice(transaction, attempt.invoiceId);
    const repeated = await findRepeated(transaction, attempt);
    if (repeated !== null) return repeated;
    if (!isPayable(invoice.status) || invoice.total === 0) throw new InvoiceNotPayableError();
    return (
      (await insertAttempt(transaction, attempt)) ?? (await refuseAttempt(transaction, attempt, invoice))
    );
  });
}

async function findRepeated(
  transaction: TransactionClient,
  { idempotencyKey, invoiceId }: NewTransaction,
): Promise<Transaction | null> {
  const repeated = await transaction.transaction.findUnique({ where: { idempotencyKey } });
  if (repeated !== null && repeated.invoiceId !== invoiceId) throw new IdempotencyKeyReusedError();
  return repeated;
}

function insertAttempt(
  transaction: TransactionClient,
  { invoiceId, idempotencyKey, paymentMethodId, stripePaymentIntentId, description }: NewTransaction,
): Promise<Transaction | undefined> {
  const work = rowOf(transaction, insertTransaction, [
    newId<'Transaction'>(),
    invoiceId,
    idempotencyKey,
    paymentMethodId ?? null,
    stripePaymentIntentId ?? null,
    description ?? null,
  ]);
  return refusingTakenStripeId(work).catch((cause: unknown) => {
    if (isUniqueViolation(cause, 'transactions_invoice_id_in_flight_or_paid_key'))
      throw new PaymentInFlightError({ cause });
    throw cause;
  });
}

async function refuseAttempt(
  transaction: TransactionClient,
  attempt: NewTransaction,
  { userId }: Invoice,
): Promise<Transaction> {
  const { paymentMethodId } = attempt;
  if (paymentMethodId !== undefined) {
    const usable = { id: paymentMethodId, userId, detachedAt: null };
    const method = await transaction.paymentMethod.findUnique({ where: usable, select: { id: true } });
    if (method === null) throw new RecordNotFoundError('payment method');
  }
  const repeated = await findRepeated(transaction, attempt);
  if (repeated !== null) return repeated;
  throw new PaymentInFlightError();
}

// What it reads of other attempts is true until the commit, because the invoice is locked.
const insertTransaction = statement<Transaction>(
  'payments.record_transaction',
  `INSERT INTO transactions AS t (id, user_id, subscription_id, invoice_id, payment_method_id, amount, currency,
     idempotency_key, stripe_payment_intent_id, description)
   SELECT $1::uuid, i.user_id, i.subscription_id, i.id, $4::uuid, i.total, i.currency, $3::text, $5::text, $6::text
   FROM invoices i
   WHERE i.id = $2::uuid
     AND NOT EXISTS (SELECT FROM transactions o
       WHERE o.invoice_id = i.id AND o.status IN ('PENDING', 'PROCESSING', 'SUCCEEDED'))
     AND ($4::uuid IS NULL OR EXISTS (SELECT FROM payment_methods m
       WHERE m.id = $4::uuid AND m.user_id = i.user_id AND m.detached_at IS NULL))
   ON CONFLICT (idempotency_key) DO NOTHING
   RETURNING ${columnsOf.transaction('t')}`,
);

export interface SubmittedTransaction {
  readonly transactionId: TransactionId;
  readonly stripePaymentIntentId?: string;
}

/**
 * The provider has the transaction and decides: PENDING becomes PROCESSING.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @example
 * const processing = await submitTransaction(prisma, { transactionId, stripePaymentIntentId: 'pi_3Qk9' });
 */
export async function submitTransaction(
  client: Client,
  submitted: SubmittedTransaction,
): Promise<Transaction> {
  const { transactionId, stripePaymentIntentId } = submitted;
  const values = [transactionId, stripePaymentIntentId ?? null];
  const processing = await refusingTakenStripeId(rowOf(client, setProcessing, values));
  return processing ?? refuseTransition(client, transactionId, 'PROCESSING');
}

const setProcessing = statement<Transaction>(
  'payments.submit_transaction',
  `UPDATE transactions t SET status = 'PROCESSING',
     stripe_payment_intent_id = coalesce($2::text, t.stripe_payment_intent_id), updated_at = now()
   WHERE t.id = $1::uuid AND t.status = 'PENDING'
   RETURNING ${columnsOf.transaction('t')}`,
);

export interface SucceededTransaction {
  readonly transactionId: TransactionId;
  readonly stripePaymentIntentId?: string;
  readonly stripeChargeId?: string;
}

export interface Payment {
  readonly transaction: Transaction;
  /** As it is now. PAID, unless it was voided or paid in another way: then the money must go back. */
  readonly invoice: Invoice | null;
}

/**
 * The money has come: the transaction has succeeded and its invoice is paid, as one fact. That money came is never
 * refused because of the invoice: look at `invoice.status`.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @example
 * const payment = await succeedTransaction(prisma, { transactionId, stripeChargeId: 'ch_3Qk9' });
 */
export async function succeedTransaction(client: Client, succeeded: SucceededTransaction): Promise<Payment> {
  const { transactionId, stripePaymentIntentId, stripeChargeId } = succeeded;
  const values = [transactionId, stripePaymentIntentId ?? null, stripeChargeId ?? null];
  const row = await refusingTakenStripeId(rowOf(client, setSucceeded, values));
  if (row === undefined) return refuseTransition(client, transactionId, 'SUCCEEDED');

  const { transaction, invoice } = transactionAndInvoice.split(row);
  // Without an id it is no row: the invoice was not open, or there is none.
  const isPaid = typeof invoice.id === 'string';
  if (isPaid || transaction.invoiceId === null) return { transaction, invoice: isPaid ? invoice : null };
  return { transaction, invoice: await client.invoice.findUnique({ where: { id: transaction.invoiceId } }) };
}

const transactionAndInvoice = joinedRows<{ transaction: Transaction; invoice: Invoice }>({
  transaction: columnsOf.transaction('t'),
  invoice: columnsOf.invoice('i'),
});

const setSucceeded = statement<object>(
  'payments.succeed_transaction',
  `WITH t AS (
     UPDATE transactions SET status = 'SUCCEEDED', paid_at = now(),
       stripe_payment_intent_id = coalesce($2::text, stripe_payment_intent_id),
       stripe_charge_id = coalesce($3::text, stripe_charge_id), updated_at = now()
     WHERE id = $1::uuid AND status IN ('PENDING', 'PROCESSING')
     RETURNING *
   ), i AS (
     UPDATE invoices SET status = 'PAID', paid_at = now(), updated_at = now()
     FROM t WHERE invoices.id = t.invoice_id AND invoices.status IN ('SENT', 'OVERDUE')
     RETURNING invoices.*
   )
   SELECT ${transactionAndInvoice.columns} FROM t LEFT JOIN i ON true`,
);

export interface FailedTransaction {
  readonly transactionId: TransactionId;
  /** The provider's code, such as card_declined. */
  readonly failureCode: string;
  readonly failureMessage?: string;
}

/**
 * The attempt has failed; the invoice stays open for another one.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @example
 * const failed = await failTransaction(prisma, { transactionId, failureCode: 'card_declined' });
 */
export async function failTransaction(client: Client, failure: FailedTransaction): Promise<Transaction> {
  const { transactionId, failureCode, failureMessage } = failure;
  const failed = await rowOf(client, setFailed, [transactionId, failureCode, failureMessage ?? null]);
  return failed ?? refuseTransition(client, transactionId, 'FAILED');
}

const setFailed = statement<Transaction>(
  'payments.fail_transaction',
  `UPDATE transactions t SET status = 'FAILED', failed_at = now(), failure_code = $2::text,
     failure_message = $3::text, updated_at = now()
   WHERE t.id = $1::uuid AND t.status IN ('PENDING', 'PROCESSING')
   RETURNING ${columnsOf.transaction('t')}`,
);

async function refuseTransition(
  client: Client,
  transactionId: TransactionId,
  to: TransactionStatus,
): Promise<never> {
  const found = await client.transaction.findUnique({
    where: { id: transactionId },
    select: { status: true },
  });
  throw found === null
    ? new RecordNotFoundError('transaction')
    : new IllegalTransitionError(found.status, to);
}
