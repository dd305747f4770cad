import { RecordNotFoundError } from '@codezest/db-core';
import { type InvoiceId, parseInvoiceId } from '@codezest/db-types';
import type { Invoice, InvoiceLine } from '../generated/client.js';
import type { Client } from './client.js';
import { netAmounts } from './included-tax.js';
import type { DocumentParty, InvoiceDocument, TaxBreakdown } from './invoice-document-terms.js';
import { storedGroup, type TaxGroup } from './invoice-taxes.js';
import type { InvoiceParty, PaymentMeans } from './json-types.js';
import { type CurrencyUnit, formatAmount } from './money.js';
import { IncompleteInvoiceError, InvalidAmountError } from './payment-errors.js';

/**
 * An issued invoice or credit note as EN 16931 describes one: a plain object of the norm's business terms, from which a
 * library writes UBL or CII. It is as it was issued: what was paid since is not on it. Amounts are decimal texts with the
 * decimals of the currency, and two at most, because the norm knows no more.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {InvalidIdError} ID_INVALID
 * @throws {IncompleteInvoiceError} INVOICE_INCOMPLETE where the norm demands what the invoice does not have
 * @throws {InvalidAmountError} AMOUNT_INVALID for an amount with a third decimal that is not 0
 * @example
 * const document = await invoiceDocument(prisma, invoice.id);
 */
export async function invoiceDocument(client: Client, invoiceId: InvoiceId): Promise<InvoiceDocument> {
  const found = await client.invoice.findUnique({
    where: { id: parseInvoiceId(invoiceId) },
    include: {
      lines: { orderBy: { position: 'asc' } },
      taxes: { orderBy: [{ category: 'asc' }, { rate: 'asc' }] },
      currencyDefinition: true,
      creditedInvoice: { select: { invoiceNumber: true, issuedAt: true } },
    },
  });
  if (found === null) throw new RecordNotFoundError('invoice');
  const { lines, taxes, currencyDefinition, creditedInvoice, ...invoice } = found;
  const groups = taxes.map(storedGroup);
  const { seller, buyer, number, issuedAt } = requireComplete(invoice, groups);

  const amount = writer(currencyDefinition);
  const nets = netsOf(lines, groups, invoice.taxIncluded);
  const allowances = groups.map((group) => ({ group, amount: allowanceOf(group, lines, nets, invoice) }));
  const sum = nets.reduce((total, net) => total + net, 0);
  const allowed = allowances.reduce((total, each) => total + each.amount, 0);
  const isOutOfScope = groups.some(({ category }) => category === 'O');
  const means = invoice.paymentMeans as PaymentMeans | null;

  return {
    'BT-1': number,
    'BT-2': day(issuedAt),
    'BT-3': invoice.kind === 'CREDIT_NOTE' ? '381' : '380',
    'BT-5': invoice.currency,
    ...(invoice.dueAt !== null && { 'BT-9': day(invoice.dueAt) }),
    ...(buyer.reference !== undefined && { 'BT-10': buyer.reference }),
    ...(invoice.note !== null && { 'BT-22': invoice.note }),
    'BT-24': 'urn:cen.eu:en16931:2017',
    ...(creditedInvoice !== null && {
      'BG-3': {
        'BT-25': creditedInvoice.invoiceNumber as string,
        'BT-26': day(creditedInvoice.issuedAt as Date),
      },
    }),
    'BG-4': party(seller, isOutOfScope),
    'BG-7': party(buyer, isOutOfScope),
    ...deliveryOf(invoice, groups, buyer, issuedAt),
    ...(means !== null && { 'BG-16': paymentOf(means) }),
    'BG-20': allowances
      .filter((each) => each.amount !== 0)
      .map(({ group, amount: discount }) => ({
        'BT-92': amount(discount),
        'BT-95': group.category,
        ...rateOf(group, 'BT-96'),
        'BT-97': 'Discount',
        'BT-98': '95',
      })),
    'BG-22': {
      'BT-106': amount(sum),
      ...(allowed !== 0 && { 'BT-107': amount(allowed) }),
      'BT-109': amount(sum - allowed),
      'BT-110': amount(invoice.tax),
      'BT-112': amount(invoice.total),
      'BT-115': amount(invoice.total),
    },
    'BG-23': groups.map((group) => breakdown(group, invoice.taxIncluded, amount)),
    'BG-25': lines.map((line, index) => ({
      'BT-126': String(line.position),
      // A price is not negative (BR-27): a credit has a negative quantity.
      'BT-129': String(line.unitAmount < 0 && line.quantity !== 0 ? -line.quantity : line.quantity),
      'BT-130': line.unitCode,
      'BT-131': amount(nets[index] ?? 0),
      'BT-146': priceOf(line, nets[index] ?? 0, invoice.taxIncluded, currencyDefinition),
      'BT-151': line.vatCategory as TaxBreakdown['BT-118'],
      ...rateOf({ category: line.vatCategory as TaxGroup['category'], rate: String(line.vatRate) }, 'BT-152'),
      'BT-153': line.description,
    })),
  };
}

function requireComplete(invoice: Invoice, groups: readonly TaxGroup[]) {
  const { invoiceNumber: number, issuedAt } = invoice;
  const seller = invoice.seller as InvoiceParty | null;
  const buyer = invoice.buyer as InvoiceParty | null;
  const has = (...categories: string[]) => groups.some(({ category }) => categories.includes(category));
  const sellerId = seller?.vatId ?? seller?.taxNumber;
  const missing = [
    number === null ? 'BT-1' : undefined,
    seller === null ? 'BG-4' : undefined,
    buyer === null ? 'BG-7' : undefined,
    groups.length === 0 ? 'BG-23' : undefined,
    seller !== null && !has('O') && sellerId === undefined ? 'BT-31' : undefined,
    seller !== null && has('O') && seller.legalId === undefined ? 'BT-30' : undefined,
    seller !== null && has('K', 'G') && seller.vatId === undefined ? 'BT-31' : undefined,
    buyer !== null && has('AE') && (buyer.vatId ?? buyer.legalId) === undefined ? 'BT-48' : undefined,
    buyer !== null && has('K') && buyer.vatId === undefined ? 'BT-48' : undefined,
  ].filter((term) => term !== undefined);
  if (number === null || issuedAt === null || seller === null || buyer === null || missing.length > 0)
    throw new IncompleteInvoiceError([...new Set(missing)]);
  return { number, issuedAt, seller, buyer };
}

type Write = (amount: number) => string;

function writer(currency: CurrencyUnit): Write {
  const step = 10 ** Math.max(currency.exponent - 2, 0);
  return (amount) => {
    if (amount % step !== 0)
      throw new InvalidAmountError(
        `electronic invoices have two decimals. Charge multiples of ${step} in ${currency.code}.`,
      );
    return formatAmount(amount / step, { ...currency, exponent: Math.min(currency.exponent, 2) });
  };
}

/** What the lines are without tax, in their order. */
function netsOf(lines: readonly InvoiceLine[], groups: readonly TaxGroup[], taxIncluded: boolean): number[] {
  if (!taxIncluded) return lines.map(({ amount }) => amount);
  const nets = new Map<InvoiceLine, number>();
  for (const group of groups) {
    const own = lines.filter((line) => isOf(line, group));
    const amounts = netAmounts(
      own.map(({ amount }) => amount),
      group.rate,
    );
    for (const [index, line] of own.entries()) nets.set(line, amounts[index] ?? 0);
  }
  return lines.map((line) => nets.get(line) ?? 0);
}

const isOf = (line: InvoiceLine, { category, rate }: TaxGroup) =>
  line.vatCategory === category && Number(line.vatRate) === Number(rate);

/** The discount without tax, so that what is left is exactly what the tax was taken of. */
function allowanceOf(
  group: TaxGroup,
  lines: readonly InvoiceLine[],
  nets: readonly number[],
  { taxIncluded }: Invoice,
): number {
  if (!taxIncluded) return group.discount;
  const net = lines.reduce((sum, line, index) => sum + (isOf(line, group) ? (nets[index] ?? 0) : 0), 0);
  return net - (group.base - group.discount - group.tax);
}

function breakdown(group: TaxGroup, taxIncluded: boolean, amount: Write): TaxBreakdown {
  const { category, base, discount, tax, exemptionCode, exemptionReason } = group;
  return {
    'BT-116': amount(base - discount - (taxIncluded ? tax : 0)),
    'BT-117': amount(tax),
    'BT-118': category,
    ...rateOf(group, 'BT-119'),
    ...(exemptionReason !== null && { 'BT-120': exemptionReason }),
    ...(exemptionCode !== null && { 'BT-121': exemptionCode }),
  };
}

/** What is outside the scope of VAT has no rate, not even 0. */
function rateOf<Term extends string>(
  { category, rate }: Pick<TaxGroup, 'category' | 'rate'>,
  term: Term,
): { readonly [Key in Term]?: string } {
  return (category === 'O' ? {} : { [term]: rate }) as { [Key in Term]?: string };
}

/** Six decimals more than an amount has: times the quantity it gives the amount of the line. */
function priceOf(
  { unitAmount, quantity }: InvoiceLine,
  net: number,
  taxIncluded: boolean,
  currency: CurrencyUnit,
): string {
  if (!taxIncluded || quantity === 0) return trimmed(formatAmount(Math.abs(unitAmount), currency), currency);
  const divisor = BigInt(Math.abs(quantity));
  const price = (2n * BigInt(Math.abs(net)) * 1_000_000n + divisor) / (2n * divisor);
  const digits = String(price).padStart(currency.exponent + 7, '0');
  const point = digits.length - currency.exponent - 6;
  return trimmed(`${digits.slice(0, point)}.${digits.slice(point)}`, currency);
}

/** Without the zeros behind the second decimal. */
function trimmed(text: string, { exponent }: CurrencyUnit): string {
  const least = Math.min(exponent, 2);
  const [whole = '', decimals = ''] = text.split('.');
  const kept = decimals.slice(0, least) + decimals.slice(least).replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}

function party(given: InvoiceParty, isOutOfScope: boolean): DocumentParty {
  const { name, address, legalId, endpoint, contact } = given;
  return {
    name,
    ...(legalId && { legalId }),
    // BR-O-02: what is outside the scope of VAT names no VAT id.
    ...(given.vatId !== undefined && !isOutOfScope && { vatId: given.vatId }),
    ...(given.taxNumber !== undefined && { taxNumber: given.taxNumber }),
    ...(endpoint && { endpoint }),
    address,
    ...(contact && { contact }),
  };
}

/** Where and when, which a supply within the Community says (BR-IC-11, BR-IC-12), and the period. */
function deliveryOf(
  { periodStart, periodEnd }: Invoice,
  groups: readonly TaxGroup[],
  buyer: InvoiceParty,
  issuedAt: Date,
) {
  const isWithinCommunity = groups.some(({ category }) => category === 'K');
  return {
    ...(isWithinCommunity && {
      'BG-13': { 'BT-72': day(issuedAt), 'BT-80': buyer.address.country },
    }),
    ...(periodStart !== null &&
      periodEnd !== null && {
        // The moment of its end is the first that does not belong to it.
        'BG-14': { 'BT-73': day(periodStart), 'BT-74': day(new Date(periodEnd.getTime() - 1)) },
      }),
  };
}

function paymentOf(means: PaymentMeans): InvoiceDocument['BG-16'] {
  const paid = { 'BT-81': means.code };
  if ('last4' in means) return { ...paid, 'BT-87': means.last4 };
  if (means.code === '30' || means.code === '58') {
    const { iban, accountName, bic } = means;
    return {
      ...paid,
      'BT-84': iban,
      ...(accountName && { 'BT-85': accountName }),
      ...(bic && { 'BT-86': bic }),
    };
  }
  if (means.code === '49' || means.code === '59') {
    const { mandate, creditorId, iban } = means;
    return {
      ...paid,
      ...(mandate && { 'BT-89': mandate }),
      ...(creditorId && { 'BT-90': creditorId }),
      ...(iban && { 'BT-91': iban }),
    };
  }
  return paid;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
