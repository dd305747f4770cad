import { CodezestDbError } from '../errors/base-error.js';

/** Part of a listing. `nextCursor` is opaque: hand it back to get what follows; `null` means that this was the end. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** How many items, 1 to 100. Default 20. */
  readonly limit?: number;
  readonly cursor?: string | null;
}

/** The listing asked for something that cannot be: a limit out of bounds, or a cursor that this listing did not give. */
export class InvalidPageError extends CodezestDbError {
  constructor(reason: string) {
    super('PAGE_INVALID', `This page cannot be listed: ${reason}`);
  }
}

const DEFAULT_LIMIT = 20;
/** No page has more items. */
export const GREATEST_LIMIT = 100;

/** @throws {InvalidPageError} */
export function pageLimit({ limit = DEFAULT_LIMIT }: PageRequest): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > GREATEST_LIMIT) {
    throw new InvalidPageError(`limit must be a whole number from 1 to ${GREATEST_LIMIT}.`);
  }
  return limit;
}

/** Place in a listing ordered by time and then id, newest first. The id breaks ties, so no row is lost or repeated. */
export interface TimeCursor {
  /** ISO 8601 in UTC, milliseconds. */
  readonly at: string;
  readonly id: string;
}

/**
 * @param listing name of the listing and of whatever selects its rows: a cursor of another listing is refused.
 * @throws {InvalidPageError}
 */
export function timeCursor(listing: string, { cursor }: PageRequest): TimeCursor | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  const [givenListing, at = '', id = '', ...rest] = decode(cursor);
  const valid = givenListing === listing && rest.length === 0 && isInstant(at) && UUID.test(id);
  if (!valid)
    throw new InvalidPageError(
      'the cursor is none of this listing. Leave it out to start from the beginning.',
    );
  return { at, id };
}

/**
 * The page from one row more than asked for: that row only says that there is a next page.
 *
 * @param placeOf time and id by which the listing is ordered.
 */
export function timePage<Item>(
  listing: string,
  rows: Item[],
  limit: number,
  placeOf: (item: Item) => { at: Date; id: string },
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, nextCursor: null };
  const { at, id } = placeOf(last);
  return { items, nextCursor: encode([listing, at.toISOString(), id]) };
}

/** As `toISOString` writes it: a 30th of February parses, too. PostgreSQL has no year 0. */
function isInstant(at: string): boolean {
  const time = new Date(at);
  return ISO_INSTANT.test(at) && !Number.isNaN(time.getTime()) && time.toISOString() === at;
}

const ISO_INSTANT = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function encode(parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decode(cursor: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}
