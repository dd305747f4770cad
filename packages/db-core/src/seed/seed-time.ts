/** The seed's clock stands still: the same data on every machine, on every day. */
export const SEED_START = new Date('2026-01-05T00:00:00Z');

/** The seed's "now": nothing in it happened later. */
export const SEED_NOW = new Date('2026-11-01T00:00:00Z');

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function after(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + Math.round(milliseconds));
}
