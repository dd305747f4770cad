import {
  inTransaction,
  isForeignKeyViolation,
  isRuleViolation,
  newId,
  RecordNotFoundError,
  rowOf,
  statement,
} from '@codezest/db-core';
import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import type { Invoice, InvoiceReason } from '../generated/client.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { checkedVat, type LineVat, type TaxGroup, taxesOf } from './invoice-taxes.js';
import { checkedCurrency, checkedQuantity, checkedSum } from './money.js';
import {
  InvalidLineError,
  InvalidPeriodError,
  PeriodAlreadyInvoicedError,
  UnknownCurrencyError,
} from './payment-errors.js';
import { refusingTakenStripeId } from './stripe-ids.js';

export interface NewInvoiceLine {
  readonly description: string;
  /** 1 when it is left out; 0 for what was not used. */
  readonly quantity?: number;
  /** In the smallest unit of the currency; negative for a credit. */
  readonly unitAmount: number;
  /** A code of UN/ECE Recommendation 20: C62 (one) when it is left out, MON for months, HUR for hours. */
  readonly unitCode?: string;
  /** For invoices that are documents of EN 16931: all lines have it, or none. It takes the place of `tax`. */
  readonly vat?: LineVat;
}

export interface NewInvoice {
  readonly subscriptionId: SubscriptionId;
  /** In upper or lower case: Stripe writes `eur`. */
  readonly currency: string;
  /** At least one, in their order on the invoice. */
  readonly lines: readonly NewInvoiceLine[];
  /** The tax on a net amount, where the lines have no `vat`; none when left out. `(net) => percentageOf(net, '19')` */
  readonly tax?: (net: number) => number;
  /** The prices of the lines include the tax: `tax` says how much of a gross amount it is, as `includedTax` does. */
  readonly taxIncluded?: boolean;
  /** SUBSCRIPTION_CYCLE with a period, MANUAL without one, when it is left out. */
  readonly reason?: InvoiceReason;
  /** The billing period that is charged. It is charged once, unless the reason says that it is for something else. */
  readonly period?: { readonly start: Date; readonly end: Date };
  readonly stripeInvoiceId?: string;
}

/**
 * Writes a draft with its lines; subtotal, tax and total follow from them. The user is the subscription's. Lines may be
 * credits, and their sum may be negative.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND for the subscription
 * @throws {PeriodAlreadyInvoicedError} PERIOD_ALREADY_INVOICED
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @throws {InvalidLineError} LINE_INVALID
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const draft = await draftInvoice(prisma, {
 *   subscriptionId,
 *   currency: 'EUR',
 *   lines: [{ description: 'PRO, one month', unitAmount: 1900, unitCode: 'MON', vat: { category: 'S', rate: '19' } }],
 *   period: { start: subscription.currentPeriodStart, end: subscription.currentPeriodEnd },
 * });
 */
export async function draftInvoice(client: Client, invoice: NewInvoice): Promise<Invoice> {
  const values = valuesOf(invoice);
  const work = inTransaction(client, async (transaction: TransactionClient) => {
    // Drafts of one subscription take turns: the exclusion of overlaps lets two inserts that meet wait for each other.
    const subscription = await rowOf(transaction, lockSubscription, [invoice.subscriptionId]);
    if (subscription === undefined) throw new RecordNotFoundError('subscription');
    const work = rowOf(transaction, insertDraft, [newId<'Invoice'>(), invoice.subscriptionId, ...values]);
    const draft = await refusingTakenStripeId(work).catch((cause: unknown) => {
      if (isForeignKeyViolation(cause, 'invoices_currency_fkey')) throw new UnknownCurrencyError({ cause });
      if (isRuleViolation(cause, 'invoices_period_check')) throw new InvalidPeriodError({ cause });
      if (isRuleViolation(cause, 'invoices_billed_period_excl'))
        throw new PeriodAlreadyInvoicedError({ cause });
      throw cause;
    });
    // With the sum of its lines, which are written after it.
    return transaction.invoice.findUniqueOrThrow({ where: { id: (draft as { id: InvoiceId }).id } });
  });
  return refusingCardNumbers(work);
}

function valuesOf(invoice: NewInvoice): unknown[] {
  const { period, stripeInvoiceId } = invoice;
  const currency = checkedCurrency(invoice.currency);
  if (period !== undefined && !(period.start < period.end)) throw new InvalidPeriodError();
  if (invoice.lines.length === 0) throw new InvalidLineError('an invoice has one at least');
  const taxed = taxedLines(invoice);
  const lines = invoice.lines.map(({ description, quantity = 1, unitAmount, unitCode, vat }, index) => ({
    id: newId<'InvoiceLine'>(),
    position: index + 1,
    description: checkedDescription(description),
    quantity: checkedQuantity(quantity),
    unit_amount: checkedSum(unitAmount),
    amount: checkedSum(quantity * unitAmount),
    unit_code: checkedUnit(unitCode ?? 'C62'),
    vat_category: vat?.category ?? null,
    vat_rate: vat === undefined ? null : checkedVat(vat).rate,
  }));
  const subtotal = checkedSum(lines.reduce((sum, { amount }) => sum + amount, 0));
  const taxes = taxed && taxesOf(taxed, invoice.taxIncluded ?? false);
  const tax = checkedSum(
    taxes === undefined ? (invoice.tax?.(subtotal) ?? 0) : taxes.reduce((sum, group) => sum + group.tax, 0),
  );
  return [
    currency,
    subtotal,
    tax,
    checkedSum(invoice.taxIncluded ? subtotal : subtotal + tax),
    period?.start ?? null,
    period?.end ?? null,
    stripeInvoiceId ?? null,
    JSON.stringify(lines),
    invoice.reason ?? (period === undefined ? 'MANUAL' : 'SUBSCRIPTION_CYCLE'),
    invoice.taxIncluded ?? false,
    JSON.stringify((taxes ?? []).map((group) => taxRow(group))),
  ];
}

/** The lines with their VAT, where they have it. */
function taxedLines({ lines, tax }: NewInvoice) {
  const taxed = lines.flatMap(({ quantity = 1, unitAmount, vat }) =>
    vat === undefined ? [] : [{ amount: quantity * unitAmount, vat }],
  );
  if (taxed.length === 0) return undefined;
  if (taxed.length < lines.length || tax !== undefined)
    throw new InvalidLineError('either each has its vat, or `tax` says how much there is on all');
  return taxed;
}

function taxRow({ exemptionCode, exemptionReason, ...amounts }: TaxGroup) {
  return {
    id: newId<'InvoiceTax'>(),
    ...amounts,
    exemption_code: exemptionCode,
    exemption_reason: exemptionReason,
  };
}

function checkedUnit(unitCode: unknown): string {
  if (typeof unitCode !== 'string' || !/^[A-Z0-9]{2,3}$/.test(unitCode))
    throw new InvalidLineError('its unit is a code of UN/ECE Recommendation 20, such as MON');
  return unitCode;
}

// What the formats of electronic invoices take: XML has no place for control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

function checkedDescription(description: unknown): string {
  if (typeof description !== 'string' || !/\S/.test(description) || NOT_IN_XML.test(description))
    throw new InvalidLineError('its description says something, and in printable characters');
  return description;
}

const lockSubscription = statement<{ id: SubscriptionId }>(
  'payments.lock_subscription',
  `SELECT s.id FROM subscriptions s WHERE s.id = $1::uuid FOR NO KEY UPDATE`,
);

const insertDraft = statement<{ id: InvoiceId }>(
  'payments.draft_invoice',
  `WITH draft AS (
     INSERT INTO invoices (id, user_id, subscription_id, currency, subtotal, discount, tax, total, period_start,
       period_end, stripe_invoice_id, reason, tax_included)
     SELECT $1::uuid, user_id, id, $3::text, $4::bigint, 0, $5::bigint, $6::bigint, $7::timestamptz, $8::timestamptz, $9::text,
       $11::"InvoiceReason", $12::boolean
     FROM subscriptions WHERE id = $2::uuid
     RETURNING id, currency
   ), lines AS (
     INSERT INTO invoice_lines (id, invoice_id, position, description, quantity, unit_amount, amount, unit_code,
       vat_category, vat_rate, currency)
     SELECT line.id, draft.id, line.position, line.description, line.quantity, line.unit_amount, line.amount,
       line.unit_code, line.vat_category, line.vat_rate, draft.currency
     FROM draft, jsonb_to_recordset($10::jsonb) AS line(id uuid, position smallint, description text, quantity int,
       unit_amount bigint, amount bigint, unit_code text, vat_category "VatCategory", vat_rate numeric)
   ), taxes AS (
     INSERT INTO invoice_taxes (id, invoice_id, category, rate, base, tax, exemption_code, exemption_reason)
     SELECT tax.id, draft.id, tax.category, tax.rate, tax.base, tax.tax, tax.exemption_code, tax.exemption_reason
     FROM draft, jsonb_to_recordset($13::jsonb) AS tax(id uuid, category "VatCategory", rate numeric, base bigint,
       tax bigint, exemption_code text, exemption_reason text)
   )
   SELECT id FROM draft`,
);
