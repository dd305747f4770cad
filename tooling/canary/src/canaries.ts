import { createHash } from 'node:crypto';

/**
 * `secret` must be readable nowhere. `private` (addresses, names, whatever people write) stands readable in its table, by
 * design, and must be in no error, event or log.
 */
export type Kind = 'secret' | 'private';

export interface Canary {
  readonly name: string;
  readonly kind: Kind;
  readonly value: string;
}

/** What every canary of a kind begins with. Letters alone, so that it fits wherever a text has a form. */
export const markers: Readonly<Record<Kind, string>> = {
  secret: 'canarysecret',
  private: 'canaryprivate',
};

export interface Canaries {
  /** The canary of that name: the same for the same name. */
  of(kind: Kind, name: string): string;
  /** A number that passes for a card's (ISO/IEC 7812), the same for the same name. */
  cardNumber(name: string): string;
  /** A secret that somebody else has made, such as a token. */
  add(name: string, value: string): void;
  readonly all: readonly Canary[];
}

export function createCanaries(): Canaries {
  const byValue = new Map<string, Canary>();
  const add = (kind: Kind, name: string, value: string): string => {
    if (!byValue.has(value)) byValue.set(value, { kind, name, value });
    return value;
  };
  return {
    of: (kind, name) => add(kind, name, markers[kind] + letters(name)),
    cardNumber: (name) => add('secret', name, cardNumber(name)),
    add: (name, value) => void add('secret', name, value),
    get all() {
      return [...byValue.values()];
    },
  };
}

/** Short, because a username has 30 characters. */
function letters(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 8);
  return Array.from(bytes, (byte) => String.fromCharCode(97 + (byte % 26))).join('');
}

/** Sixteen digits, the last of them by Luhn's formula. */
function cardNumber(name: string): string {
  const digits = [4, ...createHash('sha256').update(name).digest().subarray(0, 14)].map((byte) => byte % 10);
  const sum = digits.reduce((total, digit, place) => {
    const weighted = place % 2 === 0 ? digit * 2 : digit;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return [...digits, (10 - (sum % 10)) % 10].join('');
}
