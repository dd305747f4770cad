import { formatAmount, type Invoice, type PrismaClient, parseAmount } from '../../src/index.js';

/** `€19.00` or `19,00 €`, by the reader's language. */
export async function totalFor(client: PrismaClient, invoice: Invoice, locale: string): Promise<string> {
  const currency = await client.currency.findUniqueOrThrow({ where: { code: invoice.currency } });
  const number = new Intl.NumberFormat(locale, { style: 'currency', currency: currency.code });
  return number.format(formatAmount(invoice.total, currency) as Intl.StringNumericLiteral);
}

/** What somebody typed, as an amount of this currency. */
export async function amountOf(client: PrismaClient, typed: string, code: string): Promise<number> {
  return parseAmount(typed, await client.currency.findUniqueOrThrow({ where: { code } }));
}
