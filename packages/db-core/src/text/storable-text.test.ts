import { expect, it } from 'vitest';
import { storableText } from './storable-text.js';

it('keeps what a column can hold', () => {
  expect(storableText('Mozilla/5.0 (X11; Linux) 😀', 100)).toBe('Mozilla/5.0 (X11; Linux) 😀');
  expect(storableText('', 10)).toBe('');
});

it('drops NUL and lone surrogates', () => {
  expect(storableText('a\0b\ud800c\udfffd😀', 100)).toBe('abcd😀');
});

it('cuts by characters as PostgreSQL counts them, and none in two', () => {
  expect(storableText('😀😀😀', 2)).toBe('😀😀');
  expect(storableText(`a${'😀'.repeat(5)}`, 3)).toBe('a😀😀');
  expect(storableText('x'.repeat(1_000_000), 200)).toHaveLength(200);
  // Half a pair at the place of the cut is gone too.
  expect(storableText(`a${'😀'.repeat(2_000_000)}`, 1)).toBe('a');
});

it('gives null for what is no text', () => {
  for (const value of [undefined, null, 5, ['a'], {}]) expect(storableText(value, 10)).toBeNull();
});
