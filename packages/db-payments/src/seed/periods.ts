export interface Period {
  readonly start: Date;
  readonly end: Date;
}

/** The same day of a later month, or its last day where it has no such day. */
export function addMonths(date: Date, months: number): Date {
  const result = new Date(date);
  result.setUTCDate(1);
  result.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return result;
}

/** The nth month of billing. Counted from the first one, so that the 31st comes back after February. */
export function billingPeriod(anchor: Date, n: number): Period {
  return { start: addMonths(anchor, n), end: addMonths(anchor, n + 1) };
}

/** All months of billing that have begun by `now`. */
export function periodsUntil(anchor: Date, now: Date): Period[] {
  const periods: Period[] = [];
  for (let n = 0; addMonths(anchor, n) <= now; n += 1) periods.push(billingPeriod(anchor, n));
  return periods;
}

export function earlier(left: Date, right: Date): Date {
  return left <= right ? left : right;
}
