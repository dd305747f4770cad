import { expect, it } from 'vitest';
import { statementNames } from './statement-names.js';

it('names a statement by its text, and stops naming at the bound', () => {
  const name = statementNames(2);

  const first = name({ sql: 'SELECT 1' });
  const second = name({ sql: 'SELECT 2' });

  expect(name({ sql: 'SELECT 1' })).toBe(first);
  expect(second).not.toBe(first);
  expect(name({ sql: 'SELECT 3' })).toBe('');
  expect(name({ sql: 'SELECT 2' })).toBe(second);
});
