import { createHash } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Looks like an id of Stripe, the same for the same key. Letters alone: a run of digits could be a card number. */
export function stripeId(prefix: string, key: string | number): string {
  const bytes = createHash('sha256').update(`${prefix}:${key}`).digest().subarray(0, 16);
  return `${prefix}_${Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}
