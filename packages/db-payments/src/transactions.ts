import {
  inTransaction,
  isRuleViolation,
  isUniqueViolation,
  newId,
  RecordNotFoundError,
  requireText,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { InvoiceId, PaymentMethodId, TransactionId } from '@codezest/db-types';
import type { Invoice, Transaction } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { isChargeable, lockInvoice } from './invoice-lock.js';
import { IdempotencyKeyReusedError, InvoiceNotPayableError, PaymentInFlightError } from './payment-errors.js';

export interface NewTransaction {
  readonly invoiceId: InvoiceId;
  /** The one that is sent to the provider as well. */
  readonly idempotencyKey: string;
  readonly paymentMethodId?: PaymentMethodId;
  /** The same for several attempts, where the provider keeps one intent for all of them. */
  readonly stripePaymentIntentId?: string;
  readonly description?: string;
}

/**
 * Writes down an attempt to pay an invoice, before the provider is asked: user, amount and currency are the invoice's.
 * A repetition with the same key gets the transaction of the first call. Only one attempt is under way at a time. An
 * invoice whose money was given back in full, or taken back by the bank, is charged again.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND for the invoice, or a payment method that is not the user's or detached
 * @throws {InvoiceNotPayableError} INVOICE_NOT_PAYABLE
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 * @throws {IdempotencyKeyReusedError} IDEMPOTENCY_KEY_REUSED for another invoice, payment method, intent or description
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const pending = await recordTransaction(prisma, { invoiceId, paymentMethodId, idempotencyKey: randomUUID() });
 */
export async function recordTransaction(client: Client, attempt: NewTransaction): Promise<Transaction> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    requireText(attempt.idempotencyKey, 'idempotencyKey');
    const invoice = await lockInvoice(transaction, attempt.invoiceId);
    const repeated = await findRepeated(transaction, attempt);
    if (repeated !== null) return repeated;
    if (!isChargeable(invoice)) throw new InvoiceNotPayableError();
    return (
      (await insertAttempt(transaction, attempt)) ?? (await refuseAttempt(transaction, attempt, invoice))
    );
  });
}

async function findRepeated(
  transaction: TransactionClient,
  attempt: NewTransaction,
): Promise<Transaction | null> {
  const { idempotencyKey, stripePaymentIntentId } = attempt;
  const repeated = await transaction.transaction.findUnique({ where: { idempotencyKey } });
  if (repeated === null) return null;
  const isSame =
    repeated.invoiceId === attempt.invoiceId &&
    repeated.paymentMethodId === (attempt.paymentMethodId ?? null) &&
    repeated.description === (attempt.description ?? null) &&
    // It may have been filled in since.
    (stripePaymentIntentId === undefined ||
      repeated.stripePaymentIntentId === null ||
      repeated.stripePaymentIntentId === stripePaymentIntentId);
  if (!isSame) throw new IdempotencyKeyReusedError();
  return repeated;
}

function insertAttempt(
  transaction: TransactionClient,
  { invoiceId, idempotencyKey, paymentMethodId, stripePaymentIntentId, description }: NewTransaction,
): Promise<Transaction | undefined> {
  const values = [
    newId<'Transaction'>(),
    invoiceId,
    idempotencyKey,
    paymentMethodId ?? null,
    stripePaymentIntentId ?? null,
    description ?? null,
  ];
  return refusingCardNumbers(rowOf(transaction, insertTransaction, values)).catch((cause: unknown) => {
    const isInFlight =
      isUniqueViolation(cause, 'transactions_invoice_id_in_flight_key') ||
      isRuleViolation(cause, 'transactions_payable_invoice_rule');
    if (isInFlight) throw new PaymentInFlightError({ cause });
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
       WHERE o.invoice_id = i.id AND o.status IN ('PENDING', 'PROCESSING'))
     AND ($4::uuid IS NULL OR EXISTS (SELECT FROM payment_methods m
       WHERE m.id = $4::uuid AND m.user_id = i.user_id AND m.detached_at IS NULL))
   ON CONFLICT (idempotency_key) DO NOTHING
   RETURNING ${columnsOf.transaction('t')}`,
);

/** What the provider calls an attempt, as far as the caller knows it. */
export interface ProviderIds {
  readonly transactionId: TransactionId;
  readonly stripePaymentIntentId?: string;
  /** Of this attempt: each has a charge of its own. */
  readonly stripeChargeId?: string;
}
