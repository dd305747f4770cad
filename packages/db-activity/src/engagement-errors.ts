import { CodezestDbError, databaseErrorFacts } from '@codezest/db-core';
import { refusalOf } from './event-errors.js';

/** Points are whole, not negative, and their sum fits an integer of 32 bits. */
export class PointsOutOfRangeError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'POINTS_OUT_OF_RANGE',
      'No points were awarded: they must be a whole number from 0, and the sum at most 2147483647.',
      options,
    );
  }
}

/** The activity gave no points, so there are none to take back. */
export class PointsNotAwardedError extends CodezestDbError {
  constructor() {
    super('POINTS_NOT_AWARDED', 'Nothing was taken back: this activity gave no points. Check its id.');
  }
}

/** No time zone has this name, or several have. */
export class UnknownTimeZoneError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('TIME_ZONE_UNKNOWN', 'There is no such time zone. Give a name such as Europe/Berlin.', options);
  }
}

/** An invalid Date. */
export class InvalidMomentError extends CodezestDbError {
  constructor() {
    super('MOMENT_INVALID', 'Nothing was done: the moment asked about is no valid date.');
  }
}

/** What an award failed with, as a refusal where it is the caller's own fault. */
export function refusalOfAward(error: unknown): unknown {
  const { sqlState } = databaseErrorFacts(error);
  if (sqlState === '22003') return new PointsOutOfRangeError({ cause: error });
  if (sqlState === '22023') return new UnknownTimeZoneError({ cause: error });
  return refusalOf(error);
}
