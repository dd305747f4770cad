import { RecordNotFoundError, rowOf, statement } from '@codezest/db-core';
import type { InvoiceId } from '@codezest/db-types';
import type { Invoice, InvoiceStatus } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { TransactionClient } from './client.js';
import { PaymentInFlightError } from './payment-errors.js';

/**
 * Locks an invoice for the rest of the transaction. What depends on where an invoice stands begins with this lock: whoever
 * voids it, marks it as paid, charges it or takes a discount off it sees what the one before has done.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 */
export async function lockInvoice(transaction: TransactionClient, invoiceId: InvoiceId): Promise<Invoice> {
  const invoice = await rowOf(transaction, lockById, [invoiceId]);
  if (invoice === undefined) throw new RecordNotFoundError('invoice');
  return invoice;
}

const lockById = statement<Invoice>(
  'payments.lock_invoice',
  `SELECT ${columnsOf.invoice('i')} FROM invoices i WHERE i.id = $1::uuid FOR NO KEY UPDATE`,
);

/**
 * Whether money for the invoice is on its way, or has come and was not given back. A statement of its own after the lock:
 * `recordTransaction` holds it until its row can be seen, and changes the invoice, so that a snapshot of an earlier moment
 * collides with it.
 *
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 */
export async function refuseWithPayment(transaction: TransactionClient, invoice: Invoice): Promise<void> {
  if (invoice.amountPaid > 0) throw new PaymentInFlightError();
  const payment = await transaction.transaction.findFirst({
    where: { invoiceId: invoice.id, status: { in: ['PENDING', 'PROCESSING'] } },
    select: { id: true },
  });
  if (payment !== null) throw new PaymentInFlightError();
}

/** Whether it was sent and is still open: UNCOLLECTIBLE ones are paid as well, when the money comes after all. */
export function isPayable(status: InvoiceStatus): boolean {
  return status === 'SENT' || status === 'OVERDUE' || status === 'UNCOLLECTIBLE';
}

/** Whether an attempt may take its total; the rule `transactions_payable_invoice_rule` says the same. */
export function isChargeable({ kind, status, total, amountPaid, paidOutOfBand }: Invoice): boolean {
  const wasSent = isPayable(status) || (status === 'PAID' && !paidOutOfBand);
  return kind === 'INVOICE' && wasSent && total > 0 && amountPaid <= 0;
}
