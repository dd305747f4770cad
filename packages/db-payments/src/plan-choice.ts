import type { PriceId } from '@codezest/db-types';
import { billingPeriodAt } from './billing-cycle.js';
import type { Client } from './client.js';
import { PriceNotUsableError } from './price-errors.js';
import { chosenPrice } from './prices.js';

/** How long the periods of a subscription are, and from where they are counted. */
export interface ChosenCycle {
  /** 1, or 12 for a year. */
  readonly months: number;
  /** Whose calendar it is. UTC when it is left out. */
  readonly timeZone?: string;
  /** The end of the trial, or now, when it is left out. */
  readonly anchor?: Date;
}

/** What is paid for each, and how many. The subscription keeps the price, also after it is no longer offered. */
export interface PriceAndQuantity {
  readonly priceId?: PriceId;
  /** 1 when it is left out, or as before in a change. */
  readonly quantity?: number;
}

/**
 * A plan and, where it is paid for, what says when its first billing period ends: the end itself, a cycle, or a price, whose
 * interval is the cycle. Nothing would renew it otherwise.
 */
export type PlanChoice =
  | {
      readonly plan: 'FREE';
      readonly currentPeriodEnd?: undefined;
      readonly trialEndsAt?: undefined;
      readonly cycle?: undefined;
      readonly priceId?: undefined;
      readonly quantity?: undefined;
    }
  | (PriceAndQuantity & {
      readonly plan: 'PRO' | 'ENTERPRISE';
      readonly currentPeriodEnd: Date;
      readonly trialEndsAt?: undefined;
      readonly cycle?: ChosenCycle;
    })
  | (PriceAndQuantity & {
      readonly plan: 'PRO' | 'ENTERPRISE';
      readonly currentPeriodEnd?: undefined;
      readonly trialEndsAt?: undefined;
      readonly cycle: ChosenCycle;
    })
  | (PriceAndQuantity & {
      readonly plan: 'PRO' | 'ENTERPRISE';
      readonly currentPeriodEnd?: undefined;
      readonly trialEndsAt?: undefined;
      readonly cycle?: undefined;
      readonly priceId: PriceId;
    })
  | (PriceAndQuantity & {
      readonly plan: 'PRO' | 'ENTERPRISE';
      /** Not looked at: the trial is the first period. `renewSubscription` begins the next one. */
      readonly currentPeriodEnd?: Date;
      /** It starts as TRIALING. A user has one trial. */
      readonly trialEndsAt: Date;
      readonly cycle?: ChosenCycle;
    });

/** Another plan within the period, or within the trial: both stay, and so does the cycle. `prorationLines` says what is due. */
export interface KeptPeriod extends PriceAndQuantity {
  readonly plan: 'PRO' | 'ENTERPRISE';
  readonly keepPeriod: true;
}

/** When the first period ends, and the columns of the cycle. */
export function periodOf(
  { currentPeriodEnd, trialEndsAt, cycle: chosen }: PlanChoice,
  monthsOfPrice: number | undefined,
): (Date | number | string | null)[] {
  if (chosen && monthsOfPrice !== undefined && chosen.months !== monthsOfPrice)
    throw new PriceNotUsableError('INTERVAL');
  // Whoever says when the period ends, and no cycle, says so each time.
  const isCycleOfPrice = monthsOfPrice !== undefined && !currentPeriodEnd;
  const cycle = chosen ?? (isCycleOfPrice ? { months: monthsOfPrice } : undefined);
  if (cycle === undefined) return [trialEndsAt ?? currentPeriodEnd ?? null, null, null, null];
  const { months, timeZone = 'UTC', anchor = trialEndsAt ?? new Date() } = cycle;
  const next = billingPeriodAt({ anchor, months, timeZone }, new Date());
  return [trialEndsAt ?? currentPeriodEnd ?? next.end, anchor, months, timeZone];
}

/** The months of the price that is chosen, if the subscription can have it from now on. */
export async function monthsOfPrice(
  client: Client,
  { plan, priceId, quantity }: { plan: PlanChoice['plan'] } & PriceAndQuantity,
): Promise<number | undefined> {
  if (priceId === undefined || priceId === null) return undefined;
  const price = await chosenPrice(client, { priceId, plan, quantity });
  if (price.validFrom > new Date()) throw new PriceNotUsableError('VALIDITY');
  return price.months;
}
