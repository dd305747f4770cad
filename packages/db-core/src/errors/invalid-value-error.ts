import { CodezestDbError } from './base-error.js';

/** Where a value stood that was refused: names of the schema, never the value. */
export interface ValuePlace {
  readonly model?: string;
  /** A field of Prisma's model, or a column. */
  readonly field?: string;
  /** The class 22 or 23502 that PostgreSQL answered, where it was asked. */
  readonly sqlState?: string;
}

/**
 * A value that the database cannot store or compare: too long, out of range, with a fraction where whole numbers are kept,
 * no text (NUL), missing. Nothing was done.
 */
export class InvalidValueError extends CodezestDbError {
  readonly model?: string;
  readonly field?: string;
  readonly sqlState?: string;

  constructor(
    reason: string,
    { model, field, sqlState }: ValuePlace = {},
    options: { cause?: unknown } = {},
  ) {
    super('VALUE_INVALID', `A value cannot be used: ${reason}`, options);
    if (model !== undefined) this.model = model;
    if (field !== undefined) this.field = field;
    if (sqlState !== undefined) this.sqlState = sqlState;
  }
}

/**
 * Refuses what is no text where one is worked on before the database sees it: hashed, encrypted, split.
 *
 * @throws {InvalidValueError}
 */
export function requireText(value: unknown, field: string): asserts value is string {
  if (typeof value !== 'string')
    throw new InvalidValueError(`${field} is no text. Give a string.`, { field });
}

/**
 * What PostgreSQL's answer says of a value that it did not take, or nothing where the answer is another. Class 22 is "data
 * exception": https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function invalidValue(
  sqlState: string | undefined,
  place: ValuePlace,
  options: { cause?: unknown } = {},
): InvalidValueError | undefined {
  if (sqlState === undefined || !isValueState(sqlState)) return undefined;
  return new InvalidValueError(
    REASONS[sqlState] ?? `PostgreSQL refused it (${sqlState}).`,
    { ...place, sqlState },
    options,
  );
}

/** A division by zero (22012) is a defect of the statement, although it is of this class. */
export function isValueState(sqlState: string): boolean {
  return (
    sqlState === '23502' ||
    sqlState === TOO_LARGE ||
    (/^22[0-9A-Z]{3}$/.test(sqlState) && sqlState !== '22012')
  );
}

/** A text that is too long for the index that it must enter (program_limit_exceeded). */
const TOO_LARGE = '54000';
export const NO_TIME = 'a time is no date, or lies outside of what PostgreSQL keeps. Give a valid Date.';
const NO_CHARACTER = 'a text holds NUL or half a surrogate pair, which PostgreSQL does not store. Remove it.';
const NO_ROWS = 'a limit or an offset is negative. Give a whole number from 0.';
const OTHER_TYPE = 'a text does not spell what its column or parameter holds. Parse it first.';

const REASONS: Readonly<Record<string, string>> = {
  '22001': 'a text is longer than its column. Shorten it.',
  '22003': 'a number is outside the range of its column. Give a smaller one.',
  '22007': NO_TIME,
  '22008': NO_TIME,
  '22021': NO_CHARACTER,
  '22P05': NO_CHARACTER,
  '22P02': OTHER_TYPE,
  '22P03': OTHER_TYPE,
  '2201W': NO_ROWS,
  '2201X': NO_ROWS,
  [TOO_LARGE]: 'a text is too long for an index. Shorten it.',
  '23502': 'a value is missing that must be given.',
};
