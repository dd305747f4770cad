import { describe } from './describe.js';
import { TIME_ZONE_NAMES } from './time-zone-names.js';

/** A time zone by the one name under which it is stored: `Asia/Kolkata`, never `Asia/Calcutta`. */
export type TimeZone = string & { readonly __timeZone: true };

/** Text that names no time zone. Answer it with 400. */
export class UnknownTimeZoneError extends Error {
  override readonly name = 'UnknownTimeZoneError';
  readonly code = 'TIME_ZONE_UNKNOWN';

  constructor(received: unknown) {
    super(
      `There is no such time zone: expected a name of the IANA database such as Europe/Berlin, got ${describe(received)}.`,
    );
  }
}

/**
 * The zone that a text names. Takes every name of the IANA database in any case, the old ones (`Asia/Calcutta`, which
 * Chrome and Node report, `Japan`, `EST5EDT`), and offsets of whole hours as Node reports them (`+05:00`, `GMT+05:00`).
 * Gives the zone's own name, which Intl and PostgreSQL understand alike; the given text they often do not: `+05:00` is
 * west of Greenwich for PostgreSQL, and `CET` has no summer there.
 *
 * Refused are abbreviations that mean several zones (`IST`, `CST`, `BST`), POSIX rules (`Foo7`, `UTC+3`), and offsets
 * with minutes, which no name stands for.
 *
 * Source: IANA Time Zone Database; ECMA-402, "Use of the IANA Time Zone Database".
 *
 * @throws {UnknownTimeZoneError}
 * @example parseTimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
 */
export function parseTimeZone(text: string): TimeZone {
  const zone = typeof text === 'string' ? canonical(text) : undefined;
  if (zone === undefined) throw new UnknownTimeZoneError(text);
  return zone;
}

/** True for what `parseTimeZone` returns unchanged. */
export function isTimeZone(value: unknown): value is TimeZone {
  return typeof value === 'string' && canonical(value) === value;
}

/** Every name that is known, in lower case, with the zone that it stands for. */
export function timeZoneNames(): ReadonlyMap<string, TimeZone> {
  zones ??= new Map(
    TIME_ZONE_NAMES.trim()
      .split(/\s+/)
      .flatMap((entry) => {
        const names = entry.split('=');
        return names.map((name) => [name.toLowerCase(), names[0] as TimeZone] as const);
      }),
  );
  return zones;
}

// Built at the first use: an import does nothing.
let zones: Map<string, TimeZone> | undefined;

// ASCII alone: with a Unicode-aware lower case, U+212A (the Kelvin sign) would be a k.
const NAME = /^[A-Za-z0-9+/_-]{1,40}$/;
const OFFSET = /^(?:([+-])(\d{2})(?::?00)?|gmt([+-])(\d{2}):00)$/;

function canonical(text: string): TimeZone | undefined {
  const name = text.replace(':', '');
  return NAME.test(name)
    ? (timeZoneNames().get(text.toLowerCase()) ?? offsetZone(text.toLowerCase()))
    : undefined;
}

/** The IANA zones of an offset are Etc/GMT+12 to Etc/GMT-14, with the signs of POSIX: plus is west. */
function offsetZone(text: string): TimeZone | undefined {
  const parts = OFFSET.exec(text);
  if (parts === null) return undefined;
  const east = (parts[1] ?? parts[3]) === '+';
  const hours = Number(parts[2] ?? parts[4]);
  if (hours === 0) return 'UTC' as TimeZone;
  if (hours > (east ? 14 : 12)) return undefined;
  return `Etc/GMT${east ? '-' : '+'}${hours}` as TimeZone;
}
