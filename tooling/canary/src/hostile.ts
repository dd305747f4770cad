/** Values that a sender can put where another one belongs. */
export const hostileValues: readonly (readonly [name: string, value: unknown])[] = [
  ['NUL', 'a\0b'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['an empty text', ''],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['2^31', 2 ** 31],
  ['2^53', 2 ** 53],
  ['a fraction', 1.5],
  ['below zero', -1],
  ['null', null],
  ['true', true],
  ['an object', { a: 1 }],
  ['a list', [1]],
  ['no date', new Date(Number.NaN)],
  ['a date far off', new Date(8.64e15)],
];

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
