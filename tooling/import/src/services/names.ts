import type { Row } from '../engine/step.js';
import type { Values } from '../values/values.js';

/** First and last name of a user; of the one name of the first schema the last word is the last name. Null without any. */
export function namesOf(values: Values): (Row & { first_name: string; last_name: string }) | null {
  const [first, last] = [values.cut('firstName', 100)?.trim(), values.cut('lastName', 100)?.trim()];
  if (first) return { first_name: first, last_name: last ?? '' };
  const words = (values.cut('name', 200) ?? '').trim().split(/\s+/);
  const lastWord = words.length > 1 ? (words.pop() ?? '') : '';
  const name = words.join(' ').slice(0, 100);
  if (name === '' && !last) return null;
  if (name !== '') values.changed('name', 'the last word is the last name');
  return { first_name: name || (last ?? ''), last_name: lastWord.slice(0, 100) };
}
