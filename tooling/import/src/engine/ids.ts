import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text.toLowerCase());
}

/**
 * The id that a row of the earlier schema has from now on. A UUID stays. Any other text (cuid, number) becomes a UUID
 * version 8 (RFC 9562) from the SHA-256 of table and id: the same in every run and in every database that refers to it, so
 * that no map has to be stored.
 */
export function uuidOf(table: string, id: string): string {
  const lower = id.toLowerCase();
  if (UUID.test(lower)) return lower;
  const bytes = digest(table, id);
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
  return textOf(bytes);
}

/** The id of a row that the earlier schema had no row for, such as the second factor that stood in `"auth.users"`. */
export function derivedUuid(of: string, id: string): string {
  const bytes = digest(of, id);
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
  return textOf(bytes);
}

/** A UUID version 7 that holds the time of the row, the rest of it from the SHA-256: what feeds are ordered by. */
export function uuidOfTime(table: string, id: string, milliseconds: number): string {
  const bytes = digest(table, id);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  return textOf(bytes);
}

function digest(table: string, id: string): Buffer {
  return createHash('sha256').update(`${table}\0${id}`).digest().subarray(0, 16);
}

function textOf(bytes: Buffer): string {
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20, 32].map((end, at, ends) => hex.slice(ends[at - 1] ?? 0, end)).join('-');
}
