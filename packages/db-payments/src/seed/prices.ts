import type { Person } from '@codezest/db-core/seed';
import type { SubscriptionPlan } from '@codezest/db-types';

/** What a market pays, in the smallest unit of its currency, and its tax in thousandths. */
export interface Market {
  readonly currency: string;
  readonly monthly: Readonly<Record<Exclude<SubscriptionPlan, 'FREE'>, number>>;
  /** An hour with a mentor, bought beside the ENTERPRISE plan. */
  readonly mentoring: number;
  readonly taxPerMille: number;
}

function market(
  currency: string,
  [PRO, ENTERPRISE, mentoring]: [number, number, number],
  taxPerMille: number,
): Market {
  return { currency, monthly: { PRO, ENTERPRISE }, mentoring, taxPerMille };
}

const markets: Readonly<Record<string, Market>> = {
  US: market('USD', [1900, 4900, 2500], 0),
  GB: market('GBP', [1500, 3900, 2000], 200),
  DE: market('EUR', [1700, 4500, 2300], 190),
  FR: market('EUR', [1700, 4500, 2300], 200),
  ES: market('EUR', [1700, 4500, 2300], 210),
  PL: market('PLN', [6900, 17900, 9000], 230),
  BR: market('BRL', [4900, 12900, 6500], 0),
  NG: market('NGN', [900_000, 2_400_000, 1_200_000], 75),
  KE: market('KES', [150_000, 390_000, 190_000], 160),
  IN: market('INR', [79_900, 199_900, 99_900], 180),
  // The yen has no smaller unit.
  JP: market('JPY', [2500, 6500, 3300], 100),
  AU: market('AUD', [2900, 7500, 3800], 100),
};

export function marketOf(person: Person): Market {
  const found = markets[person.country];
  if (!found) throw new RangeError(`No prices for ${person.country}.`);
  return found;
}
