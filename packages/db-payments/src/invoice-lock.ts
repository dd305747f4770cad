import { RecordNotFoundError, rowOf, statement } from '@codezest/db-core';
import type { InvoiceId, TransactionId } from '@codezest/db-types';
import type { Invoice, InvoiceStatus } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { TransactionClient } from './client.js';
import { PaymentInFlightError } from './payment-errors.js';

/**
 * Locks an invoice for the rest of the transaction. Everything that depends on where an invoice stands, or changes it,
 * begins with this lock and takes those of transactions and coupons after it: in one order, nobody waits in a circle.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 */
export async function lockInvoice(transaction: TransactionClient, invoiceId: InvoiceId): Promise<Invoice> {
  const invoice = await rowOf(transaction, lockById, [invoiceId]);
  if (invoice === undefined) throw new RecordNotFoundError('invoice');
  return invoice;
}

/** Locks the invoice that a transaction pays, if it pays one. */
export function lockInvoiceOf(
  transaction: TransactionClient,
  transactionId: TransactionId,
): Promise<Invoice | undefined> {
  return rowOf(transaction, lockByTransaction, [transactionId]);
}

const lockById = statement<Invoice>(
  'payments.lock_invoice',
  `SELECT ${columnsOf.invoice('i')} FROM invoices i WHERE i.id = $1::uuid FOR NO KEY UPDATE`,
);

const lockByTransaction = statement<Invoice>(
  'payments.lock_invoice_of_transaction',
  `SELECT ${columnsOf.invoice('i')} FROM transactions t JOIN invoices i ON i.id = t.invoice_id
   WHERE t.id = $1::uuid FOR NO KEY UPDATE OF i`,
);

/**
 * A statement of its own after the lock: `recordTransaction` holds it until its row can be seen.
 *
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 */
export async function refuseWithPayment(transaction: TransactionClient, invoiceId: InvoiceId): Promise<void> {
  const payment = await transaction.transaction.findFirst({
    where: { invoiceId, status: { in: ['PENDING', 'PROCESSING', 'SUCCEEDED'] } },
    select: { id: true },
  });
  if (payment !== null) throw new PaymentInFlightError();
}

export function isPayable(status: InvoiceStatus): boolean {
  return status === 'SENT' || status === 'OVERDUE';
}
