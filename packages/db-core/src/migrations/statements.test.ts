import { describe, expect, test } from 'vitest';
import { failedStatement, firstWords, splitStatements } from './statements.js';

const texts = (script: string): string[] => splitStatements(script).map((statement) => statement.text);

describe('a semicolon ends a statement only where the server thinks so', () => {
  test.each([
    ['literals', "SELECT 'a;b''c;'; SELECT 2"],
    ['escape strings', "SELECT E'it\\'s; one'; SELECT 2"],
    ['names', 'SELECT 1 AS "a;""b"; SELECT 2'],
    ['line comments', 'SELECT 1 -- one; still one\n; SELECT 2'],
    ['nested comments', 'SELECT /* a; /* b; */ c; */ 1; SELECT 2'],
    ['dollar quotes', 'DO $$ BEGIN PERFORM 1; END $$; SELECT 2'],
    ['tagged dollar quotes', 'DO $tag$ SELECT $$;$$; $tag$; SELECT 2'],
    ['dollars inside names', 'SELECT 1 AS a$b$; SELECT 2'],
    ['rule bodies', 'CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 2'],
    [
      'standard function bodies',
      'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 2',
    ],
    ['case expressions', 'SELECT CASE WHEN true THEN 1 END; SELECT 2'],
  ])('%s', (_, script) => {
    expect(texts(script)).toHaveLength(2);
    expect(texts(script)[1]).toBe('SELECT 2');
  });
});

test('empty statements and comments alone are not counted, as the server does not count them', () => {
  expect(texts('-- nothing\n;;\n/* ; */ ;\nSELECT 1;\n-- end\n')).toEqual(['SELECT 1']);
});

test('a statement begins behind the comments above it, on its own line', () => {
  const [first, second] = splitStatements('-- why\n\nSELECT 1;\n\n/* why\n */\nSELECT 2');

  expect([first?.line, second?.line]).toEqual([3, 7]);
});

test('keywords hold no text that only looks like one', () => {
  const [statement] = splitStatements('SELECT \'COMMIT\', "BEGIN" -- END\n, $$ROLLBACK$$');

  expect(statement?.keywords).not.toMatch(/COMMIT|BEGIN|END|ROLLBACK/);
});

test('a position counts characters, not UTF-16 units', () => {
  const script = "SELECT '🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂';\nSELECT nothing;";
  const position = String([...script].join('').replace(/🙂/gu, '.').indexOf('nothing') + 1);

  expect(failedStatement(script, splitStatements(script), { position }, 0)).toMatchObject({
    number: 2,
    line: 2,
  });
});

test('without a position the number of completed statements tells', () => {
  const script = 'SELECT 1; SELECT 1/0; SELECT 3';
  const statements = splitStatements(script);

  expect(failedStatement(script, statements, new Error('x'), 1)?.number).toBe(2);
  expect(failedStatement(script, statements, new Error('x'), 3)).toBeUndefined();
});

test('first words fit on a line', () => {
  expect(firstWords({ text: 'CREATE TABLE\n  a (\n  id int\n)' }, 20)).toBe('CREATE TABLE a ( id…');
});

test('ten times as many statements cost about ten times as much', () => {
  // Of the process alone: a busy machine makes it wait, not work.
  const cpu = (count: number): number => {
    const script = 'CREATE TABLE "a" (id int, note text DEFAULT \'x;y\'); -- why\n'.repeat(count);
    const { user } = process.cpuUsage();
    expect(splitStatements(script)).toHaveLength(count);
    return process.cpuUsage().user - user;
  };
  cpu(2_000);

  // A hundred times, if each statement looked at all the others.
  expect(cpu(20_000) / Math.max(1_000, cpu(2_000))).toBeLessThan(50);
});
