import { describe, expect, it } from 'vitest';
import type { UpkeepFacts } from './upkeep-facts.js';
import {
  indexesFinding,
  monthsFinding,
  replicaFinding,
  sequencesFinding,
  slotsFinding,
  transactionsFinding,
} from './upkeep-findings.js';

const facts: UpkeepFacts = {
  months: [],
  indexes: [],
  statisticsDays: 40,
  sequences: [],
  slots: [],
  transactionAge: 1_000,
};
const now = new Date('2026-11-29T00:00:00Z');
const months = (until: string | null, waiting = 0) =>
  monthsFinding(
    { ...facts, months: [{ table: 'events', until: until === null ? null : new Date(until), waiting }] },
    now,
    'codezest-db-activity',
  );
const index = {
  index: 'public.a',
  valid: true,
  keepsRule: false,
  scans: 1,
  bytes: 10_000_000,
  neededBytes: 9_000_000,
};

describe('months', () => {
  it('are no finding of a database that keeps nothing by month', () => {
    expect(monthsFinding(facts, now, 'x')).toBeUndefined();
  });

  it.each([
    ['made long ahead', '2027-03-01', 0, 'ok'],
    ['ending within two weeks', '2026-12-01', 0, 'warning'],
    ['over', '2026-11-01', 0, 'problem'],
    ['never made', null, 0, 'problem'],
    ['made, but rows wait for one', '2027-03-01', 5, 'warning'],
  ])('%s', (_what, until, waiting, result) => {
    expect(months(until, waiting)).toMatchObject({ result });
    if (result !== 'ok')
      expect(months(until, waiting)?.remedy).toContain('codezest-db-activity partitions run');
  });
});

it.each([
  ['invalid', { valid: false }, 'problem', 'REINDEX INDEX CONCURRENTLY public.a;'],
  ['bloated', { neededBytes: 3_000_000 }, 'warning', 'REINDEX INDEX CONCURRENTLY public.a;'],
  ['not read', { scans: 0 }, 'warning', 'DROP INDEX CONCURRENTLY'],
])('an index that is %s is named, with what mends it', (_what, different, result, remedy) => {
  const found = indexesFinding({ ...facts, indexes: [{ ...index, ...different }] });
  expect(found).toMatchObject({ result, remedy: expect.stringContaining(remedy) });
  expect(found.finding).toContain('public.a');
});

it.each([
  ['read and no larger than it needs to be', {}],
  ['not read, but keeps a rule', { scans: 0, keepsRule: true }],
  ['small', { scans: 0, bytes: 1_000_000, neededBytes: 1 }],
  ['of a table that was never analyzed', { neededBytes: null }],
])('an index that is %s is none', (_what, different) => {
  expect(indexesFinding({ ...facts, indexes: [{ ...index, ...different }] }).result).toBe('ok');
});

it('an index that was not read yet is none while the statistics are young', () => {
  const unread = { ...facts, indexes: [{ ...index, scans: 0 }] };
  expect(indexesFinding({ ...unread, statisticsDays: 20 }).result).toBe('ok');
});

it.each([
  [0.4, 'ok'],
  [0.6, 'warning'],
  [0.9, 'problem'],
])('a sequence that is used up to %d is %s', (used, result) => {
  expect(sequencesFinding({ ...facts, sequences: [{ sequence: 'public.s', used }] }).result).toBe(result);
});

it.each([
  ['nobody reads from it', { active: false, keptBytes: 2e9, lost: false }, 'problem'],
  ['its log is gone', { active: false, keptBytes: 0, lost: true }, 'problem'],
  ['its reader is far behind', { active: true, keptBytes: 2e9, lost: false }, 'warning'],
  ['its reader was away for a moment', { active: false, keptBytes: 1_000, lost: false }, 'ok'],
])('a replication slot: %s', (_what, slot, result) => {
  expect(slotsFinding({ ...facts, slots: [{ slot: 'debezium', ...slot }] })?.result).toBe(result);
  expect(slotsFinding(facts)).toBeUndefined();
});

it.each([
  [200e6, 'ok'],
  [600e6, 'warning'],
  [1_600e6, 'problem'],
])('rows that are %d transactions old are %s', (transactionAge, result) => {
  expect(transactionsFinding({ ...facts, transactionAge }).result).toBe(result);
});

it.each([
  ['does not answer', { problem: 'ECONNREFUSED' }, 'problem'],
  ['is a primary', { standby: false, paused: false, behindBytes: 0 }, 'warning'],
  ['is far behind', { standby: true, paused: false, behindBytes: 2e8 }, 'warning'],
  ['was paused', { standby: true, paused: true, behindBytes: 0 }, 'warning'],
  ['follows', { standby: true, paused: false, behindBytes: 1_000 }, 'ok'],
])('a replica that %s', (_what, state, result) => {
  expect(replicaFinding(state, 'AUTH_REPLICA_DATABASE_URL')?.result).toBe(result);
  expect(replicaFinding(undefined, 'x')).toBeUndefined();
});
