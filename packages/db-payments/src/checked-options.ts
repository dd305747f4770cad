import { InvalidOptionError } from './payment-errors.js';

/** A century, which PostgreSQL adds to any time that these functions have. */
const MOST_SECONDS = 100 * 366 * 24 * 60 * 60;
const MOST_ROWS = 10_000;

/**
 * A span of seconds, fractions included.
 *
 * @throws {InvalidOptionError} OPTION_INVALID
 */
export function checkedSeconds(option: string, seconds: number): number {
  if (!(seconds >= 0 && seconds <= MOST_SECONDS))
    throw new InvalidOptionError(option, `a number of seconds, from 0 to ${MOST_SECONDS}`);
  return seconds;
}

/**
 * How many rows at most.
 *
 * @throws {InvalidOptionError} OPTION_INVALID
 */
export function checkedLimit(option: string, limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS)
    throw new InvalidOptionError(option, `a whole number from 1 to ${MOST_ROWS}`);
  return limit;
}
