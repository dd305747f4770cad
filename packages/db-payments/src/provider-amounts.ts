import type { CurrencyUnit } from './money.js';
import { InvalidAmountError } from './payment-errors.js';

// Stripe, https://docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies", "Special cases".

/** Decimals that Stripe takes where ISO 4217 has others. */
const DECIMALS_AT_STRIPE: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** What an amount at Stripe must be a multiple of: the last digit of three decimals is not used. */
const STEPS: Readonly<Record<string, number>> = { BHD: 10, JOD: 10, KWD: 10, OMR: 10, TND: 10 };

/** Payouts without decimals, though charges have two. */
const PAYOUT_STEPS: Readonly<Record<string, number>> = { HUF: 100, TWD: 100, ISK: 100, UGX: 100 };

export interface ProviderAmountOptions {
  /** Charges and refunds, which is the default, or payouts, which some currencies take without decimals. */
  readonly purpose?: 'charge' | 'payout';
}

/**
 * The amount that Stripe is to be asked for: ours follow ISO 4217, and Stripe takes ISK and UGX with two decimals, MGA
 * without any, and three decimals with a last digit of 0 alone.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID for an amount that Stripe cannot take, and a currency of four decimals
 * @example
 * const amount = toProviderAmount(invoice.total, { code: 'ISK', exponent: 0 });
 */
export function toProviderAmount(
  amount: number,
  currency: CurrencyUnit,
  { purpose = 'charge' }: ProviderAmountOptions = {},
): number {
  if (!Number.isSafeInteger(amount))
    throw new InvalidAmountError('it must be a whole number of the smallest unit.');
  const { code } = currency;
  const decimals = decimalsAtStripe(currency) - currency.exponent;
  const converted = decimals >= 0 ? amount * 10 ** decimals : amount / 10 ** -decimals;
  if (!Number.isSafeInteger(converted))
    throw new InvalidAmountError(`Stripe takes ${code} without decimals.`);
  const step = (purpose === 'payout' ? PAYOUT_STEPS[code] : undefined) ?? STEPS[code] ?? 1;
  if (converted % step !== 0)
    throw new InvalidAmountError(`Stripe takes amounts in ${code} that are a multiple of ${step} here.`);
  return converted;
}

/**
 * What an amount of Stripe's is in the smallest unit of ISO 4217.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID for one that has no such unit, and a currency of four decimals
 * @example
 * const total = fromProviderAmount(charge.amount, { code: 'ISK', exponent: 0 });
 */
export function fromProviderAmount(amount: number, currency: CurrencyUnit): number {
  if (!Number.isSafeInteger(amount))
    throw new InvalidAmountError('it must be a whole number of the smallest unit.');
  const decimals = currency.exponent - decimalsAtStripe(currency);
  const converted = decimals >= 0 ? amount * 10 ** decimals : amount / 10 ** -decimals;
  if (!Number.isSafeInteger(converted))
    throw new InvalidAmountError(`${currency.code} has ${currency.exponent} decimals.`);
  return converted === 0 ? 0 : converted;
}

function decimalsAtStripe({ code, exponent }: CurrencyUnit): number {
  if (exponent > 3) throw new InvalidAmountError(`Stripe takes no ${code}.`);
  return DECIMALS_AT_STRIPE[code] ?? exponent;
}
