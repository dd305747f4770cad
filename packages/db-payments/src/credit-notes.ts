import { inTransaction, isUniqueViolation, newId, requireText, rowOf, statement } from '@codezest/db-core';
import type { InvoiceId } from '@codezest/db-types';
import type { Invoice } from '../generated/client.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client, TransactionClient } from './client.js';
import { includedTax } from './included-tax.js';
import { lockInvoice } from './invoice-lock.js';
import { shares, storedGroup, type TaxGroup } from './invoice-taxes.js';
import { issueInvoice } from './invoices.js';
import { checkedAmount } from './money.js';
import {
  CreditExceedsInvoiceError,
  IdempotencyKeyReusedError,
  InvalidAmountError,
  InvoiceNotCreditableError,
} from './payment-errors.js';

export interface InvoiceCredit {
  readonly invoiceId: InvoiceId;
  /** Tells a repetition from another credit note, such as the id of the refund that it goes with. */
  readonly key: string;
  /** Tax included, in the smallest unit of the currency. All that is left when it is left out. */
  readonly amount?: number;
  /** What is printed on it: the reason. */
  readonly note?: string;
}

/**
 * Takes an issued invoice back, or a part of it, by a credit note: a document of its own with the next number of the credit
 * notes, positive amounts, and the seller and buyer of the invoice. A part is split over the VAT rates of the invoice by what
 * is left of each. No money moves: `refundTransaction` gives it back. The same key gives the same credit note again.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {InvoiceNotCreditableError} INVOICE_NOT_CREDITABLE
 * @throws {CreditExceedsInvoiceError} CREDIT_EXCEEDS_INVOICE
 * @throws {IdempotencyKeyReusedError} IDEMPOTENCY_KEY_REUSED for another invoice or amount
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const note = await creditInvoice(prisma, { invoiceId, key: refund.id, amount: refund.amount, note: 'Canceled in time' });
 */
export async function creditInvoice(client: Client, credit: InvoiceCredit): Promise<Invoice> {
  const { invoiceId, key, amount, note } = credit;
  requireText(key, 'key');
  if (amount !== undefined && checkedAmount(amount) === 0)
    throw new InvalidAmountError('it must not be zero.');
  return inTransaction(client, async (transaction: TransactionClient) => {
    const invoice = await lockInvoice(transaction, invoiceId);
    const known = await transaction.invoice.findUnique({ where: { creditKey: key } });
    if (known !== null) {
      const isSame = known.creditedInvoiceId === invoiceId && (amount ?? known.total) === known.total;
      if (!isSame) throw new IdempotencyKeyReusedError();
      return known;
    }
    if (invoice.kind !== 'INVOICE' || invoice.issuedAt === null || invoice.status === 'CANCELED')
      throw new InvoiceNotCreditableError();
    const left = invoice.total - invoice.creditedAmount;
    const taken = amount ?? left;
    if (taken <= 0 || taken > left) throw new CreditExceedsInvoiceError(Math.max(left, 0));

    const groups = await creditedGroups(transaction, invoice, taken);
    const lines = groups.map((group, index) => ({
      id: newId<'InvoiceLine'>(),
      position: index + 1,
      description: `Credit of invoice ${invoice.invoiceNumber}`,
      amount: group.base,
      category: group.isTaxed ? group.category : null,
      rate: group.isTaxed ? group.rate : null,
    }));
    const taxes = groups
      .filter((group) => group.isTaxed)
      .map((group) => ({ ...group, id: newId<'InvoiceTax'>() }));
    const tax = groups.reduce((sum, group) => sum + group.tax, 0);
    const values = [newId<'Invoice'>(), invoiceId, key, taken - tax, tax, taken];
    const work = rowOf(transaction, insertCreditNote, [
      ...values,
      JSON.stringify(lines),
      JSON.stringify(taxes),
    ]).catch((cause: unknown) => {
      if (isUniqueViolation(cause, 'creditKey')) throw new IdempotencyKeyReusedError({ cause });
      throw cause;
    });
    const draft = (await refusingCardNumbers(work)) as { id: InvoiceId };
    return issueInvoice(transaction, { invoiceId: draft.id, ...(note !== undefined && { note }) });
  });
}

type CreditedGroup = TaxGroup & { readonly isTaxed: boolean };

/** Where an invoice has no taxes by category, all of it is one group without. */
async function creditedGroups(
  transaction: TransactionClient,
  invoice: Invoice,
  taken: number,
): Promise<CreditedGroup[]> {
  const orderBy = [{ category: 'asc' }, { rate: 'asc' }] as const;
  const rows = await transaction.invoiceTax.findMany({
    where: { invoiceId: invoice.id },
    orderBy: [...orderBy],
  });
  const before = await transaction.invoiceTax.findMany({
    where: {
      invoice: { creditedInvoiceId: invoice.id, issuedAt: { not: null }, status: { not: 'CANCELED' } },
    },
  });
  if (rows.length === 0) {
    const own = invoice.total === 0 ? 0 : (shares(invoice.tax, [taken, invoice.total - taken])[0] ?? 0);
    return [{ ...WITHOUT, base: taken - own, tax: own, isTaxed: false }];
  }
  const groups = rows.map(storedGroup).map((group) => {
    const own = before
      .map(storedGroup)
      .filter((each) => each.category === group.category && each.rate === group.rate);
    const gross = group.base - group.discount + (invoice.taxIncluded ? 0 : group.tax);
    return {
      ...group,
      tax: own.reduce((rest, each) => rest - each.tax, group.tax),
      left: own.reduce((rest, each) => rest - each.base - each.tax, gross),
    };
  });
  const parts = shares(
    taken,
    groups.map(({ left }) => left),
  );
  return groups.flatMap(({ left, ...group }, index) => {
    const gross = parts[index] ?? 0;
    const tax = gross === left ? group.tax : includedTax(gross, group.rate);
    const isNothing = gross === 0 && tax === 0;
    return isNothing ? [] : [{ ...group, base: gross - tax, discount: 0, tax, isTaxed: true }];
  });
}

const WITHOUT = {
  category: 'O',
  rate: '0',
  discount: 0,
  exemptionCode: null,
  exemptionReason: null,
} as const;

const insertCreditNote = statement<{ id: InvoiceId }>(
  'payments.draft_credit_note',
  `WITH note AS (
     INSERT INTO invoices (id, kind, credited_invoice_id, credit_key, user_id, subscription_id, currency, reason, subtotal,
       discount, tax, total, seller, buyer, payment_means)
     SELECT $1::uuid, 'CREDIT_NOTE', i.id, $3::text, i.user_id, i.subscription_id, i.currency, i.reason, $4::bigint, 0,
       $5::bigint, $6::bigint, i.seller, i.buyer, i.payment_means
     FROM invoices i WHERE i.id = $2::uuid
     RETURNING id, currency
   ), lines AS (
     INSERT INTO invoice_lines (id, invoice_id, position, description, quantity, unit_amount, amount, vat_category,
       vat_rate, currency)
     SELECT line.id, note.id, line.position, line.description, 1, line.amount, line.amount, line.category, line.rate,
       note.currency
     FROM note, jsonb_to_recordset($7::jsonb) AS line(id uuid, position smallint, description text, amount bigint,
       category "VatCategory", rate numeric)
   ), taxes AS (
     INSERT INTO invoice_taxes (id, invoice_id, category, rate, base, tax, exemption_code, exemption_reason)
     SELECT tax.id, note.id, tax.category, tax.rate, tax.base, tax.tax, tax."exemptionCode", tax."exemptionReason"
     FROM note, jsonb_to_recordset($8::jsonb) AS tax(id uuid, category "VatCategory", rate numeric, base bigint,
       tax bigint, "exemptionCode" text, "exemptionReason" text)
   )
   SELECT id FROM note`,
);
