import type { BillingPeriod } from './billing-cycle.js';
import type { NewInvoiceLine } from './invoice-drafts.js';
import { checkedAmount, checkedSum } from './money.js';
import { InvalidPeriodError } from './payment-errors.js';

/** What a whole period costs. */
export interface PeriodPrice {
  readonly description: string;
  /** In the smallest unit of the currency. */
  readonly unitAmount: number;
  /** 1 when it is left out. */
  readonly quantity?: number;
}

export interface Proration {
  /** The one that is under way, and stays. */
  readonly period: BillingPeriod;
  /** When the price changes, within the period. */
  readonly at: Date;
  /** What was paid for the whole period; left out where nothing was. */
  readonly from?: PeriodPrice;
  /** What the rest of the period costs from now on; left out where nothing does. */
  readonly to?: PeriodPrice;
}

/**
 * The lines of an invoice for a change within a period, by the time that is left: a credit for what was paid and is not
 * used, and a charge for the rest. Each is rounded half away from zero, so that a change to the same price, and one and
 * its opposite at the same moment, come to nothing. For a preview show them; to bill them, draft an invoice of them with
 * the reason SUBSCRIPTION_UPDATE.
 *
 * @throws {InvalidPeriodError} PERIOD_INVALID for a moment outside the period
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @example
 * const lines = prorationLines({ period, at: new Date(), from: pro, to: enterprise });
 * await draftInvoice(prisma, { subscriptionId, currency: 'EUR', lines, reason: 'SUBSCRIPTION_UPDATE' });
 */
export function prorationLines({ period: { start, end }, at, from, to }: Proration): NewInvoiceLine[] {
  const [begins, ends, now] = [start, end, at].map((time) =>
    time instanceof Date ? time.getTime() : Number.NaN,
  );
  if (begins === undefined || ends === undefined || now === undefined) throw new InvalidPeriodError();
  if (!(begins < ends && begins <= now && now <= ends)) throw new InvalidPeriodError();
  const share = { left: BigInt(ends - now), whole: BigInt(ends - begins) };
  return [
    ...(from === undefined ? [] : [line(from, share, -1)]),
    ...(to === undefined ? [] : [line(to, share, 1)]),
  ];
}

interface Share {
  readonly left: bigint;
  readonly whole: bigint;
}

function line(
  { description, unitAmount, quantity = 1 }: PeriodPrice,
  { left, whole }: Share,
  sign: 1 | -1,
): NewInvoiceLine {
  const amount = checkedAmount(checkedAmount(unitAmount) * checkedAmount(quantity));
  const rounded = Number((2n * BigInt(amount) * left + whole) / (2n * whole));
  return { description, unitAmount: checkedSum(sign * rounded) };
}
