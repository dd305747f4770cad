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
  expect(read(sql)).toMatchObject(statement);
});

test('an index is read with its table, and what it holds', () => {
  expect(read('CREATE UNIQUE INDEX CONCURRENTLY i ON s.a USING gin(id /* key */) WHERE id > 0')).toEqual({
    kind: 'create index',
    name: 's.i',
    table: 's.a',
    unique: true,
    definition: expect.stringMatching(/^ USING gin\(id +\) WHERE id > 0$/),
  });
  expect(read('CREATE INDEX CONCURRENTLY i ON "a"(id)')).toMatchObject({
    table: '"a"',
    unique: false,
    definition: '(id)',
  });
});

test('what it does not know is nothing', () => {
  expect(read('REINDEX SCHEMA CONCURRENTLY rules')).toBeUndefined();
  expect(read('')).toBeUndefined();
});
