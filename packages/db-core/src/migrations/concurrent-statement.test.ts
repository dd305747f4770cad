import { expect, test } from 'vitest';
import { concurrentStatement } from './concurrent-statement.js';
import { splitStatements } from './statements.js';

const read = (sql: string) => concurrentStatement({ statements: splitStatements(sql) });

test.each([
  ['CREATE INDEX CONCURRENTLY i ON a (id)', { kind: 'create index', name: 'i' }],
  [
    'create unique index concurrently if not exists i on only "s"."a" (id)',
    { kind: 'create index', name: '"s".i' },
  ],
  [
    'CREATE INDEX CONCURRENTLY /* for the list */ "größe" ON s.a (id)',
    { kind: 'create index', name: 's."größe"' },
  ],
  ['CREATE INDEX CONCURRENTLY größe ON a (id)', { kind: 'create index', name: 'größe' }],
  ['DROP INDEX CONCURRENTLY "x" -- why', { kind: 'drop index', name: '"x"' }],
  ['DROP INDEX CONCURRENTLY IF EXISTS s."--x" CASCADE; -- why', { kind: 'drop index', name: 's."--x"' }],
  ['REINDEX INDEX CONCURRENTLY x', { kind: 'reindex', name: 'x' }],
  ['REINDEX (CONCURRENTLY) INDEX x', { kind: 'reindex', name: 'x' }],
  ['REINDEX(VERBOSE, CONCURRENTLY TRUE) TABLE s.a', { kind: 'reindex', name: 's.a' }],
  ['REINDEX (VERBOSE) TABLE CONCURRENTLY /* all */ a', { kind: 'reindex', name: 'a' }],
  [
    'ALTER TABLE a DETACH PARTITION "a_2025" -- last year\n  CONCURRENTLY',
    { kind: 'detach', parent: 'a', partition: '"a_2025"' },
  ],
])('%s', (sql, statement) => {
  expect(read(sql)).toEqual(statement);
});

test('what it does not know is nothing', () => {
  expect(read('REINDEX SCHEMA CONCURRENTLY rules')).toBeUndefined();
  expect(read('')).toBeUndefined();
});
