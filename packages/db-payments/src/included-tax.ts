import { checkedSum } from './money.js';
import { InvalidAmountError } from './payment-errors.js';

/**
 * How much of a gross amount is tax, at so many percent of the net: of 9.99 at 19 % it is 1.60. Rounded half away from zero,
 * once for the whole amount, so that net and tax add up to the price that was shown.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const tax = includedTax(999, '19');
 */
export function includedTax(gross: number, percent: string): number {
  const [, whole, decimals = ''] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(percent) ?? [];
  if (whole === undefined) throw new InvalidAmountError('write the percentage as digits, such as 8.875.');
  const rate = BigInt(whole + decimals);
  const divisor = 100n * 10n ** BigInt(decimals.length) + rate;
  const share = BigInt(Math.abs(checkedSum(gross))) * rate;
  const tax = Number((2n * share + divisor) / (2n * divisor));
  return gross < 0 && tax > 0 ? -tax : tax;
}

/**
 * The net amounts of lines whose prices include the tax. They add up to the whole less its `includedTax`: the running total
 * is rounded, so that what rounding leaves goes to the line at which it comes up.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const nets = netAmounts([999, 999, 999], '19'); // 839, 840, 839
 */
export function netAmounts(gross: readonly number[], percent: string): number[] {
  let total = 0;
  let net = 0;
  return gross.map((amount) => {
    total = checkedSum(total + checkedSum(amount));
    const upToHere = total - includedTax(total, percent);
    const own = upToHere - net;
    net = upToHere;
    return own;
  });
}
