import {
  type CurrencyUnit,
  formatAmount,
  fromProviderAmount,
  type Invoice,
  includedTax,
  netAmounts,
  type PrismaClient,
  parseAmount,
  toProviderAmount,
} from '../../src/index.js';

/** `€19.00` or `19,00 €`, by the reader's language, with the decimals of the table: Intl would round HUF to none. */
export async function totalFor(client: PrismaClient, invoice: Invoice, locale: string): Promise<string> {
  const currency = await client.currency.findUniqueOrThrow({ where: { code: invoice.currency } });
  const number = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.code,
    minimumFractionDigits: currency.exponent,
    maximumFractionDigits: currency.exponent,
  });
  return number.format(formatAmount(invoice.total, currency) as Intl.StringNumericLiteral);
}

/** What somebody typed, as an amount of this currency. */
export async function amountOf(client: PrismaClient, typed: string, code: string): Promise<number> {
  return parseAmount(typed, await client.currency.findUniqueOrThrow({ where: { code } }));
}

/** What Stripe is asked for: it has other decimals than ISO 4217 for some currencies. */
export async function chargeOf(client: PrismaClient, invoice: Invoice) {
  const currency = await client.currency.findUniqueOrThrow({ where: { code: invoice.currency } });
  return { amount: toProviderAmount(invoice.total, currency), currency: currency.code.toLowerCase() };
}

/** For prices that include the tax: `draftInvoice(client, { …, taxIncluded: true, tax: vatWithin })`. */
export const vatWithin = (gross: number) => includedTax(gross, '19');

/** What their lines are without it, which adds up: 839, 840 and 839 of three times 9.99. */
export const netOf = (gross: readonly number[]) => netAmounts(gross, '19');

/** What Stripe says has come, in our unit. */
export const received = (charge: { amount: number }, currency: CurrencyUnit) =>
  fromProviderAmount(charge.amount, currency);
