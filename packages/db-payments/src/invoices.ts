import {
  IllegalTransitionError,
  inTransaction,
  isForeignKeyViolation,
  isRuleViolation,
  newId,
  RecordNotFoundError,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import type { Invoice } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import { isPayable, lockInvoice, refuseWithPayment } from './invoice-lock.js';
import { checkedAmount } from './money.js';
import {
  InvalidAmountError,
  InvalidDueDateError,
  InvalidPeriodError,
  InvoiceNotPayableError,
  PeriodAlreadyInvoicedError,
  UnknownCurrencyError,
} from './payment-errors.js';
import { refusingTakenStripeId } from './stripe-ids.js';

export interface NewInvoice {
  readonly subscriptionId: SubscriptionId;
  readonly currency: string;
  /** In their order on the invoice. Amounts are in the smallest unit of the currency. */
  readonly lines: readonly { description: string; quantity?: number; unitAmount: number }[];
  /** The tax on a net amount; none when left out. `(net) => percentageOf(net, '19')` */
  readonly tax?: (net: number) => number;
  /** The billing period that is charged. It is charged once. */
  readonly period?: { readonly start: Date; readonly end: Date };
  readonly stripeInvoiceId?: string;
}

/**
 * Writes a draft with its lines; subtotal, tax and total follow from them. The user is the subscription's.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND for the subscription
 * @throws {PeriodAlreadyInvoicedError} PERIOD_ALREADY_INVOICED
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const draft = await draftInvoice(prisma, {
 *   subscriptionId,
 *   currency: 'EUR',
 *   lines: [{ description: 'PRO, one month', unitAmount: 1900 }],
 *   tax: (net) => percentageOf(net, '19'),
 * });
 */
export async function draftInvoice(client: Client, invoice: NewInvoice): Promise<Invoice> {
  const { subscriptionId, currency, period, stripeInvoiceId } = invoice;
  if (!/^[A-Z]{3}$/.test(currency)) throw new UnknownCurrencyError();
  const lines = invoice.lines.map(({ description, quantity = 1, unitAmount }, index) => ({
    id: newId<'InvoiceLine'>(),
    position: index + 1,
    description,
    quantity: checkedQuantity(quantity),
    unit_amount: checkedAmount(unitAmount),
    amount: checkedAmount(quantity * unitAmount),
  }));
  const subtotal = checkedAmount(lines.reduce((sum, { amount }) => sum + amount, 0));
  const tax = checkedAmount(invoice.tax?.(subtotal) ?? 0);
  const work = rowOf(client, insertDraft, [
    newId<'Invoice'>(),
    subscriptionId,
    currency,
    subtotal,
    tax,
    checkedAmount(subtotal + tax),
    period?.start ?? null,
    period?.end ?? null,
    stripeInvoiceId ?? null,
    JSON.stringify(lines),
  ]);
  const draft = await refusingTakenStripeId(work).catch((cause: unknown) => {
    if (isForeignKeyViolation(cause, 'invoices_currency_fkey')) throw new UnknownCurrencyError({ cause });
    if (isRuleViolation(cause, 'invoices_period_check')) throw new InvalidPeriodError({ cause });
    throw cause;
  });
  if (draft !== undefined) return draft;
  const subscription = await client.subscription.findUnique({ where: { id: subscriptionId } });
  throw subscription === null ? new RecordNotFoundError('subscription') : new PeriodAlreadyInvoicedError();
}

function checkedQuantity(quantity: number): number {
  if (quantity === 0)
    throw new InvalidAmountError('a line has a quantity of 1 at least. Leave the line out.');
  return checkedAmount(quantity);
}

const insertDraft = statement<Invoice>(
  'payments.draft_invoice',
  `WITH draft AS (
     INSERT INTO invoices AS i (id, user_id, subscription_id, currency, subtotal, discount, tax, total, period_start,
       period_end, stripe_invoice_id)
     SELECT $1::uuid, user_id, id, $3::text, $4::int, 0, $5::int, $6::int, $7::timestamptz, $8::timestamptz, $9::text
     FROM subscriptions WHERE id = $2::uuid
     ON CONFLICT (subscription_id, period_start) WHERE status <> 'CANCELED' DO NOTHING
     RETURNING ${columnsOf.invoice('i')}
   ), lines AS (
     INSERT INTO invoice_lines (id, invoice_id, position, description, quantity, unit_amount, amount, currency)
     SELECT line.id, draft.id, line.position, line.description, line.quantity, line.unit_amount, line.amount,
       draft.currency
     FROM draft, jsonb_to_recordset($10::jsonb) AS line(id uuid, position smallint, description text, quantity int,
       unit_amount int, amount int)
   )
   SELECT * FROM draft`,
);

export interface InvoiceToIssue {
  readonly invoiceId: InvoiceId;
  /** When it must be paid: to come. That of the draft where it is left out. */
  readonly dueAt?: Date;
}

/**
 * Makes a document of a draft: it gets the next number of the year and does not change any more. Numbers have no gaps,
 * so invoices are issued one after another: in a transaction of yours, issue last and commit soon.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {InvalidDueDateError} DUE_DATE_INVALID where it would be due before it is issued
 * @example
 * const issued = await issueInvoice(prisma, { invoiceId: draft.id, dueAt: inTwoWeeks });
 */
export async function issueInvoice(client: Client, { invoiceId, dueAt }: InvoiceToIssue): Promise<Invoice> {
  const issued = await rowOf(client, issueDraft, [invoiceId, dueAt ?? null]).catch((cause: unknown) => {
    if (isRuleViolation(cause, 'invoices_due_at_check')) throw new InvalidDueDateError({ cause });
    throw cause;
  });
  if (issued !== undefined) return issued;
  const found = await client.invoice.findUnique({ where: { id: invoiceId }, select: { status: true } });
  throw found === null
    ? new RecordNotFoundError('invoice')
    : new IllegalTransitionError(found.status, 'SENT');
}

const issueDraft = statement<Invoice>(
  'payments.issue_invoice',
  `UPDATE invoices i SET status = 'SENT', issued_at = now(), due_at = coalesce($2::timestamptz, i.due_at),
     updated_at = now()
   WHERE i.id = $1::uuid AND i.status = 'DRAFT'
   RETURNING ${columnsOf.invoice('i')}`,
);

/**
 * Marks an invoice as paid whose money did not come by a transaction: a bank transfer, or a discount that left nothing to
 * pay. `succeedTransaction` does it for all others.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {InvoiceNotPayableError} INVOICE_NOT_PAYABLE
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 * @example
 * const paid = await markInvoicePaid(prisma, invoiceId);
 */
export function markInvoicePaid(client: Client, invoiceId: InvoiceId): Promise<Invoice> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const { status } = await lockInvoice(transaction, invoiceId);
    if (!isPayable(status)) throw new InvoiceNotPayableError();
    await refuseWithPayment(transaction, invoiceId);
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
 * would arrive for nothing.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {PaymentInFlightError} PAYMENT_IN_FLIGHT
 * @example
 * const voided = await voidInvoice(prisma, invoiceId);
 */
export function voidInvoice(client: Client, invoiceId: InvoiceId): Promise<Invoice> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const { status } = await lockInvoice(transaction, invoiceId);
    if (status === 'PAID' || status === 'CANCELED') throw new IllegalTransitionError(status, 'CANCELED');
    await refuseWithPayment(transaction, invoiceId);
    return (await rowOf(transaction, setVoided, [invoiceId])) as Invoice;
  });
}

const setVoided = statement<Invoice>(
  'payments.void_invoice',
  `UPDATE invoices i SET status = 'CANCELED', voided_at = now(), updated_at = now() WHERE i.id = $1::uuid
   RETURNING ${columnsOf.invoice('i')}`,
);
