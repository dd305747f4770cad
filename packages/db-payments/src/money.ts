import type { Currency } from '../generated/client.js';
import { InvalidAmountError, UnknownCurrencyError } from './payment-errors.js';

/** A row of the table of currencies: nothing else says how many decimals an amount has. */
export type CurrencyUnit = Pick<Currency, 'code' | 'exponent'>;

/** Twelve digits, in every currency: the most that the provider takes. A number holds them and their sums exactly. */
const GREATEST_AMOUNT = 999_999_999_999;

/** Longer than any amount: a text of a megabyte would keep the process busy. */
const LONGEST_TEXT = 64;

/**
 * An amount in the smallest unit as a decimal text: 1234 of EUR is `12.34`, of JPY `1234`, of KWD `1.234`. No float is
 * made on the way, so sums of any size (bigint) stay exact. `Intl.NumberFormat` takes the text for a reader's language.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID for a number that is not whole
 * @example
 * formatAmount(invoice.total, { code: 'EUR', exponent: 2 });
 */
export function formatAmount(amount: number | bigint, { exponent }: CurrencyUnit): string {
  if (typeof amount === 'number' && !Number.isSafeInteger(amount)) {
    throw new InvalidAmountError('it must be a whole number of the smallest unit.');
  }
  requireExponent(exponent);
  const digits = String(amount)
    .replace('-', '')
    .padStart(exponent + 1, '0');
  const sign = amount < 0 ? '-' : '';
  const whole = digits.slice(0, digits.length - exponent);
  return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-exponent)}`;
}

/**
 * The amount that a decimal text means, in the smallest unit. Fewer decimals than the currency has are filled up; more
 * are refused, because rounding somebody's money is not for a parser to decide. No thousands separators, no sign.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const unitAmount = parseAmount('19.90', { code: 'EUR', exponent: 2 });
 */
export function parseAmount(text: string, { code, exponent }: CurrencyUnit): number {
  requireExponent(exponent);
  const [, whole, decimals = ''] = decimalIn(text, 'it');
  if (whole === undefined) throw new InvalidAmountError('write digits, with a point before the decimals.');
  if (decimals.length > exponent) throw new InvalidAmountError(`${code} has ${exponent} decimals.`);
  const amount = BigInt(whole + decimals.padEnd(exponent, '0'));
  if (amount > GREATEST_AMOUNT) throw new InvalidAmountError('it is too large.');
  return Number(amount);
}

/**
 * So many percent of an amount, rounded half away from zero to the smallest unit. Percent is a decimal text, because
 * 8.875 % has no exact float.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const tax = percentageOf(1700, '19');
 */
export function percentageOf(amount: number, percent: string): number {
  const [, whole, decimals = ''] = decimalIn(percent, 'the percentage');
  if (whole === undefined) throw new InvalidAmountError('write the percentage as digits, such as 8.875.');
  const divisor = 100n * 10n ** BigInt(decimals.length);
  const share = BigInt(Math.abs(checkedSum(amount))) * BigInt(whole + decimals);
  const rounded = checkedAmount(Number((2n * share + divisor) / (2n * divisor)));
  return amount < 0 && rounded > 0 ? -rounded : rounded;
}

function requireExponent(exponent: number): void {
  if (!(Number.isInteger(exponent) && exponent >= 0 && exponent <= 4))
    throw new InvalidAmountError('a currency has 0 to 4 decimals.');
}

function decimalIn(text: unknown, what: string): readonly string[] {
  if (typeof text !== 'string') throw new InvalidAmountError(`${what} must be given as a text.`);
  if (text.length > LONGEST_TEXT) throw new InvalidAmountError(`${what} is too long.`);
  return /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
}

/**
 * The amount itself, when a column can hold it.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 */
export function checkedAmount(amount: number): number {
  if (!Number.isInteger(amount) || amount < 0 || amount > GREATEST_AMOUNT) {
    throw new InvalidAmountError(
      `it must be a whole number of the smallest unit, from 0 to ${GREATEST_AMOUNT}.`,
    );
  }
  return amount;
}

/**
 * The sum itself, when a column can hold it: an amount that may be negative.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 */
export function checkedSum(sum: number): number {
  checkedAmount(Math.abs(sum));
  return sum === 0 ? 0 : sum;
}

/**
 * The code of a currency, in the case of the table: Stripe writes `eur`.
 *
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN for what is no code
 */
export function checkedCurrency(currency: unknown): string {
  if (typeof currency !== 'string' || !/^[A-Za-z]{3}$/.test(currency)) throw new UnknownCurrencyError();
  return currency.toUpperCase();
}

/**
 * What its column holds: `integer`.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 */
export function checkedQuantity(quantity: number): number {
  if (!Number.isInteger(quantity) || Math.abs(quantity) > 2_147_483_647)
    throw new InvalidAmountError('a quantity is a whole number of up to 2147483647.');
  return quantity === 0 ? 0 : quantity;
}
