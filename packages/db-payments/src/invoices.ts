import {
  IllegalTransitionError,
  inTransaction,
  isRuleViolation,
  RecordNotFoundError,
  rowOf,
  statement,
} from '@codezest/db-core';
import { type InvoiceId, parseInvoiceId } from '@codezest/db-types';
import type { Invoice } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { isPayable, lockInvoice, refuseWithPayment } from './invoice-lock.js';
import { checkedMeans, checkedParty } from './invoice-parties.js';
import type { InvoiceParty, PaymentMeans } from './json-types.js';
import { InvalidDueDateError, InvoiceNotPayableError } from './payment-errors.js';

export interface InvoiceToIssue {
  readonly invoiceId: InvoiceId;
  /** When it must be paid: to come. That of the draft where it is left out. */
  readonly dueAt?: Date;
  /** Who sells, who buys and how it is paid: what the document names from now on. Needed for `invoiceDocument`. */
  readonly seller?: InvoiceParty;
  readonly buyer?: InvoiceParty;
  readonly paymentMeans?: PaymentMeans;
  /** What is printed on it. */
  readonly note?: string;
}

/**
 * Makes a document of a draft: it gets the next number of the year and does not change any more. Numbers have no gaps,
 * so invoices are issued one after another: in a transaction of yours, issue last and commit soon. One that is issued
 * already stays as it is.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION for a voided one
 * @throws {InvalidDueDateError} DUE_DATE_INVALID where it would be due before it is issued
 * @throws {InvalidPartyError} PARTY_INVALID
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const issued = await issueInvoice(prisma, { invoiceId: draft.id, dueAt: inTwoWeeks });
 */
export async function issueInvoice(client: Client, invoice: InvoiceToIssue): Promise<Invoice> {
  const { invoiceId, dueAt, seller, buyer, paymentMeans, note } = invoice;
  const values = [
    invoiceId,
    dueAt ?? null,
    seller === undefined ? null : JSON.stringify(checkedParty(seller, 'seller')),
    buyer === undefined ? null : JSON.stringify(checkedParty(buyer, 'buyer')),
    paymentMeans === undefined ? null : JSON.stringify(checkedMeans(paymentMeans)),
    note ?? null,
  ];
  const issued = await refusingCardNumbers(rowOf(client, issueDraft, values)).catch((cause: unknown) => {
    if (isRuleViolation(cause, 'invoices_due_at_check')) throw new InvalidDueDateError({ cause });
    throw cause;
  });
  if (issued !== undefined) return issued;
  const found = await client.invoice.findUnique({ where: { id: parseInvoiceId(invoiceId) } });
  if (found === null) throw new RecordNotFoundError('invoice');
  if (found.status === 'CANCELED') throw new IllegalTransitionError(found.status, 'SENT');
  return found;
}

const issueDraft = statement<Invoice>(
  'payments.issue_invoice',
  `UPDATE invoices i SET status = 'SENT', issued_at = now(), due_at = coalesce($2::timestamptz, i.due_at),
     seller = coalesce($3::jsonb, i.seller), buyer = coalesce($4::jsonb, i.buyer),
     payment_means = coalesce($5::jsonb, i.payment_means), note = coalesce($6::text, i.note), updated_at = now()
   WHERE i.id = $1::uuid AND i.status = 'DRAFT'
   RETURNING ${columnsOf.invoice('i')}`,
);

/**
 * Marks an invoice as paid whose money did not come by a transaction: a bank transfer, or a discount that left nothing to
 * pay. `succeedTransaction` does it for all others. One that is paid already stays as it is.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {InvoiceNotPayableError} INVOICE_NOT_PAYABLE
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 * @example
 * const paid = await markInvoicePaid(prisma, invoiceId);
 */
export async function markInvoicePaid(client: Client, invoiceId: InvoiceId): Promise<Invoice> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const invoice = await lockInvoice(transaction, invoiceId);
    if (invoice.status === 'PAID') return invoice;
    if (!isPayable(invoice.status)) throw new InvoiceNotPayableError();
    await refuseWithPayment(transaction, invoice);
    return (await rowOf(transaction, setPaid, [invoiceId])) as Invoice;
  });
}

const setPaid = statement<Invoice>(
  'payments.mark_invoice_paid',
  `UPDATE invoices i SET status = 'PAID', paid_at = now(), updated_at = now() WHERE i.id = $1::uuid
   RETURNING ${columnsOf.invoice('i')}`,
);

/**
 * Voids an invoice, issued or not; its number stays taken. One whose money is on its way is not voided: the payment
 * would arrive for nothing. One that is voided already stays as it is.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION for a paid one
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 * @example
 * const voided = await voidInvoice(prisma, invoiceId);
 */
export async function voidInvoice(client: Client, invoiceId: InvoiceId): Promise<Invoice> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const invoice = await lockInvoice(transaction, invoiceId);
    if (invoice.status === 'CANCELED') return invoice;
    if (invoice.status === 'PAID') throw new IllegalTransitionError(invoice.status, 'CANCELED');
    await refuseWithPayment(transaction, invoice);
    return (await rowOf(transaction, setVoided, [invoiceId])) as Invoice;
  });
}

const setVoided = statement<Invoice>(
  'payments.void_invoice',
  `UPDATE invoices i SET status = 'CANCELED', voided_at = now(), updated_at = now() WHERE i.id = $1::uuid
   RETURNING ${columnsOf.invoice('i')}`,
);

/**
 * Gives an invoice up: nobody asks for it any more. Money that comes all the same is written down, and makes it PAID.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION for a draft, and for one that is paid or voided
 * @example
 * const givenUp = await markInvoiceUncollectible(prisma, invoiceId);
 */
export async function markInvoiceUncollectible(client: Client, invoiceId: InvoiceId): Promise<Invoice> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const invoice = await lockInvoice(transaction, invoiceId);
    if (invoice.status === 'UNCOLLECTIBLE') return invoice;
    if (!isPayable(invoice.status)) throw new IllegalTransitionError(invoice.status, 'UNCOLLECTIBLE');
    return (await rowOf(transaction, setUncollectible, [invoiceId])) as Invoice;
  });
}

const setUncollectible = statement<Invoice>(
  'payments.mark_invoice_uncollectible',
  `UPDATE invoices i SET status = 'UNCOLLECTIBLE', updated_at = now() WHERE i.id = $1::uuid
   RETURNING ${columnsOf.invoice('i')}`,
);
