import { expect, test } from 'vitest';
import { staleness } from './staleness.js';

test.each([
  ['0A000', 'cached plan must not change result type', 'statement'],
  ['0A000', 'cannot use serializable mode in a hot standby', 'read-only'],
  ['26000', 'prepared statement "codezest_1" does not exist', 'statement'],
  ['42P05', 'prepared statement "codezest_1" already exists', 'statement'],
  ['42804', 'type of parameter 1 (text) does not match that when preparing the plan (integer)', 'statement'],
  ['XX000', 'cache lookup failed for type 16384', 'statement'],
  ['57P05', 'terminating connection due to idle-session timeout', 'session'],
  ['25006', 'cannot execute INSERT in a read-only transaction', 'read-only'],
])('%s %s is a matter of the session', (code, message, reason) => {
  expect(staleness(code, message)).toBe(reason);
});

test.each([
  ['0A000', 'FOR UPDATE is not allowed with DISTINCT clause'],
  ['42804', 'column "n" is of type integer but expression is of type text'],
  ['XX000', 'tuple concurrently updated'],
  ['57P01', 'terminating connection due to administrator command'],
  ['23505', 'cached plan must not change result type'],
  [undefined, 'cached plan must not change result type'],
])('%s %s is not', (code, message) => {
  expect(staleness(code, message)).toBeUndefined();
});
