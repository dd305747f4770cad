import { parseTimeZone } from '@codezest/db-types';
import { InvalidPeriodError } from './payment-errors.js';

/** When billing periods begin and end: Stripe's `billing_cycle_anchor`, in a zone. */
export interface BillingCycle {
  /** A moment at which a period begins. Its day and its time of day are those of all others. */
  readonly anchor: Date;
  /** How long a period is: 1, or 12 for a year. */
  readonly months: number;
  /** Whose calendar it is: `Europe/Berlin`. UTC when it is left out, as at Stripe. */
  readonly timeZone?: string;
}

export interface BillingPeriod {
  readonly start: Date;
  readonly end: Date;
}

const MOST_MONTHS = 120;
const DAY = 24 * 60 * 60 * 1000;

/**
 * The period of a cycle that a moment belongs to; at its end the next one has begun. Each is counted from the anchor, so
 * that what begins on 31 January ends on 28 February and goes on until 31 March. Where the clocks change, times are those
 * of Temporal's disambiguation `compatible`.
 *
 * @throws {InvalidPeriodError} PERIOD_INVALID for what is no date and no number of months
 * @throws {UnknownTimeZoneError} TIME_ZONE_UNKNOWN
 * @example
 * const { start, end } = billingPeriodAt({ anchor: subscription.startedAt, months: 1, timeZone: 'Europe/Berlin' }, new Date());
 */
export function billingPeriodAt(cycle: BillingCycle, moment: Date): BillingPeriod {
  const { anchor, months } = checkedCycle(cycle);
  if (!isDate(moment)) throw new InvalidPeriodError();
  const begin = beginnings(cycle);
  // A month has 30.4 days on average, so the first guess is one off at most.
  let number = Math.floor((moment.getTime() - anchor.getTime()) / (30.436_875 * DAY * months));
  while (begin(number) > moment.getTime()) number -= 1;
  while (begin(number + 1) <= moment.getTime()) number += 1;
  return { start: new Date(begin(number)), end: new Date(begin(number + 1)) };
}

/**
 * The cycle itself, when there is one.
 *
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @throws {UnknownTimeZoneError} TIME_ZONE_UNKNOWN
 */
export function checkedCycle(cycle: BillingCycle): BillingCycle {
  const { anchor, months, timeZone } = cycle;
  if (!isDate(anchor) || !Number.isInteger(months) || months < 1 || months > MOST_MONTHS)
    throw new InvalidPeriodError();
  if (timeZone !== undefined) parseTimeZone(timeZone);
  return cycle;
}

/** Years that every calendar library and column knows. */
function isDate(value: unknown): value is Date {
  return value instanceof Date && value.getTime() > Date.UTC(1900) && value.getTime() < Date.UTC(9000);
}

/** When the period of a number begins; that of the anchor is 0. */
function beginnings({ anchor, months, timeZone = 'UTC' }: BillingCycle): (number: number) => number {
  const wallClock = wallClockOf(timeZone);
  const first = new Date(wallClock(anchor.getTime()));
  const [year, month, day] = [first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate()];
  const timeOfDay = first.getTime() - Date.UTC(year, month, day);
  return (number) => {
    if (number === 0) return anchor.getTime();
    const lastDay = new Date(Date.UTC(year, month + number * months + 1, 0)).getUTCDate();
    const wall = Date.UTC(year, month + number * months, Math.min(day, lastDay)) + timeOfDay;
    return instantOf(wall, wallClock);
  };
}

type WallClock = (instant: number) => number;

/** What the clocks of a zone show, as the milliseconds of a clock in UTC that shows the same. */
function wallClockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
  };
}

/** The first of the instants at which the clocks show a time; in a gap the time counted on from before it. */
function instantOf(wall: number, wallClock: WallClock): number {
  const before = wall - (wallClock(wall - DAY) - (wall - DAY));
  const after = wall - (wallClock(wall + DAY) - (wall + DAY));
  const shown = [before, after].filter((instant) => wallClock(instant) === wall);
  return shown.length === 0 ? before : Math.min(...shown);
}
