import { expect, it } from 'vitest';
import { databaseAnswer } from './errors.js';

it('only the server’s own errors have an SQLSTATE', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
  const broken = Object.assign(new Error('division by zero'), { code: '22012', severity: 'ERROR' });

  expect(databaseAnswer(refused)).toBe('connect ECONNREFUSED 127.0.0.1:9');
  expect(databaseAnswer(broken)).toBe('division by zero (SQLSTATE 22012)');
});
