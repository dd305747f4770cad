import type { Row } from '@codezest/constraint-tests';

type Time = Row[string] | undefined;

/** As SQL has it: what is not known is not refused. */
export function isBefore(earlier: Time, later: Time, orSame = false): boolean {
  if (earlier === null || later === null) return true;
  return String(earlier) < String(later) || (orSame && earlier === later);
}

/** Whether the stretches of two subscriptions do. An end that is not known is far away. */
export function overlaps(a: Row, b: Row): boolean {
  const startsBeforeEnd = (one: Row, other: Row) =>
    other.valid_until === null || isBefore(one.started_at, other.valid_until);
  return startsBeforeEnd(a, b) && startsBeforeEnd(b, a);
}

/** This moment as `to_jsonb` writes it. */
export function now(): string {
  return asText(new Date());
}

export function asText(time: Date): string {
  return time.toISOString().replace(/(\.000)?Z$/, '+00:00');
}
