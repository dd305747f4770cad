import { markers } from './canaries.js';

/** Values that a sender can put where another one belongs. */
export const hostileValues: readonly (readonly [name: string, value: unknown])[] = [
  ['NUL', 'a\0b'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['an empty text', ''],
  ['a space', ' '],
  ['line breaks and a tab', '\r\n\t'],
  ['spaces of Unicode', '\u00a0\u2003\u3000'],
  ['nothing to see', '\u200b\u2060\ufeff'],
  ['control characters', 'a\u0001\u001b[31m\u007f\u0085b'],
  ['text that turns around', '\u202eb\u2066a'],
  ['5,000 characters', 'x'.repeat(5_000)],
  ['quotes and a backslash', `a'b"c\\`],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['2^31', 2 ** 31],
  ['2^53', 2 ** 53],
  ['a fraction', 1.5],
  ['below zero', -1],
  ['null', null],
  ['undefined', undefined],
  ['true', true],
  ['an object', { a: 1 }],
  ['a list', [1]],
  ['no date', new Date(Number.NaN)],
  ['a date far off', new Date(8.64e15)],
];

/**
 * The arguments as they would be for somebody else: every text that holds a canary holds another one. What a function has
 * seen before it answers before it looks at the rest.
 */
export function asForAnother(args: readonly unknown[]): unknown[] {
  return placesIn(args).reduce<unknown>((changed, path) => {
    const value = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], args);
    if (typeof value !== 'string' || !value.includes(markers.private)) return changed;
    return withValue(changed, path, value.replace(/(?<=canaryprivate)[a-z]{8}/, eightLetters));
  }, args) as unknown[];
}

let others = 0;

function eightLetters(): string {
  others += 1;
  return Array.from({ length: 8 }, (_, place) =>
    String.fromCharCode(97 + (Math.floor(others / 26 ** place) % 26)),
  ).join('');
}

/** A function's arguments with one value replaced, and where it stood. */
export interface Replaced {
  readonly place: string;
  readonly args: readonly unknown[];
}

/** Each place of the arguments that holds a value, filled with another one. Clients, keys and callbacks stay. */
export function replacements(args: readonly unknown[], value: unknown): Replaced[] {
  return placesIn(args).map((path) => ({
    place: path.join('.'),
    args: withValue(args, path, value) as unknown[],
  }));
}

function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (isValue(value)) return path.length === 0 ? [] : [[...path]];
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]));
}

function withValue(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((each, index) => (String(index) === key ? withValue(each, rest, value) : each));
  return { ...(whole as object), [key]: withValue((whole as Record<string, unknown>)[key], rest, value) };
}

function isValue(value: unknown): boolean {
  return (
    ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ||
    value === null ||
    value instanceof Date
  );
}

function isPlain(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  // A client hides what it is, and leads everywhere.
  if (typeof value === 'object' && value !== null && '$queryRawUnsafe' in value) return false;
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
