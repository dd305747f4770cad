import { expect, it } from 'vitest';
import { outboxFinding } from './outbox.js';

const healthy = { hasTable: true, insertsOnly: true, slots: 1 };
const consumers = [{ consumer: 'activity', dead: 0, lateSeconds: null }];

it.each([
  [
    'a publication without the table',
    { ...healthy, hasTable: false },
    [],
    'problem',
    /lacks the table outbox/,
  ],
  ['a publication of more than inserts', { ...healthy, insertsOnly: false }, [], 'problem', /inserts alone/],
  ['a publication that nobody reads', { ...healthy, slots: 0 }, [], 'warning', /no slot/],
  [
    'a publication that is read',
    healthy,
    [{ consumer: 'activity', dead: 0, lateSeconds: 9_000 }],
    'ok',
    /published/,
  ],
  ['dead events', null, [{ consumer: 'activity', dead: 2, lateSeconds: null }], 'problem', /activity \(2\)/],
  [
    'late events',
    null,
    [{ consumer: 'activity', dead: 0, lateSeconds: 301 }],
    'warning',
    /5 minutes for activity/,
  ],
  ['nothing late', null, [{ consumer: 'activity', dead: 0, lateSeconds: 299 }], 'ok', /nothing is late/],
] as const)('sees %s', (_what, publication, found, result, finding) => {
  expect(
    outboxFinding({ publication, consumers: [...consumers, ...found] }, 'codezest-db-auth'),
  ).toMatchObject({
    check: 'outbox',
    result,
    finding: expect.stringMatching(finding),
  });
});

it('says nothing of a database that tells nobody anything', () => {
  expect(outboxFinding(undefined, 'codezest-db-activity')).toBeUndefined();
});
