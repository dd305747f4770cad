import { as, findAll, strings } from '../parse.js';
import type { Offence, Rule } from '../rule.js';
import {
  type BackfillStatement,
  backfillStatement,
  beginsAtNull,
  conditionsOf,
  cursorKey,
  parametersIn,
  shapeOf,
  tablesOf,
} from './backfill-statement.js';

/** A batch's size, as in the runner's own reading of the file. */
const mostRows = 5_000;

/**
 * What a data migration must be so that it runs beside the site: one batch at a time, in the order of a key, stopped and resumed
 * at will. Squawk has nothing to say about rows, so these are all there are.
 */
export const backfillRules: Rule[] = [
  {
    id: 'backfill-one-statement',
    why: 'The runner sends a batch as one prepared statement; PostgreSQL takes no second one beside it.',
    instead: 'One WITH: the query that chooses the batch, those that write, and a SELECT that answers.',
    check: ({ statements: [first, second] }) => (first ? (second ? [{ at: second }] : []) : [{ at: 1 }]),
  },
  {
    id: 'backfill-rows-only',
    why: 'It runs for hours beside the site: no structure, no lock and no transaction of its own, only rows.',
    instead:
      'WITH <batch> AS (SELECT …), <written> AS (UPDATE … FROM <batch> …) SELECT …; structure belongs to a migration.',
    check({ statements }) {
      return statements.flatMap((statement): Offence[] => {
        const select = as(statement.node, 'SelectStmt');
        if (!select || select.intoClause) return [{ at: statement }];
        const writes = (['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const).some(
          (name) => findAll(select, name).length > 0,
        );
        return writes ? [] : [{ at: statement, detail: 'it writes nothing' }];
      });
    },
  },
  {
    id: 'backfill-parameters',
    why: 'The runner gives two values: $1, how far the batch before came, and $2, how many rows a batch has.',
    instead: 'Use both and no third.',
    check({ statements }) {
      return statements.flatMap((statement): Offence[] => {
        const used = [...new Set(parametersIn(statement.node))].sort();
        return used.join() === '1,2' ? [] : [{ at: statement, detail: `it uses ${named(used)}` }];
      });
    },
  },
  wholeRule(
    {
      id: 'backfill-answer',
      why: 'The runner reads one row: `cursor`, a text that is NULL behind the last row, and `rows`.',
      instead: 'SELECT max(id::text) AS cursor, count(*) AS rows FROM <batch>, without GROUP BY.',
    },
    ({ select }) => {
      const answers = (select.targetList ?? []).flatMap((target) => as(target, 'ResTarget') ?? []);
      const names = answers.map(({ name }) => name).sort();
      if (names.join() !== 'cursor,rows') return `it answers ${names.join(', ') || 'nothing'}`;
      if (select.groupClause) return 'GROUP BY answers a row per group, and none for no rows';
      const cursor = answers.find(({ name }) => name === 'cursor')?.val;
      const isText = findAll(cursor, 'TypeCast').some(
        ({ typeName }) => strings(typeName?.names).at(-1) === 'text',
      );
      return isText ? false : 'the cursor is not cast to text';
    },
  ),
  wholeRule(
    {
      id: 'backfill-bounded',
      why: 'What one batch writes is locked until its commit and has to fit between two requests of the site.',
      instead: 'One named query with LIMIT $2 chooses the batch, and every write takes its rows FROM it.',
    },
    ({ batch, writes }) => {
      if (!batch) return 'there is not exactly one named query with LIMIT $2';
      const unbounded = writes.find(({ fromBatch }) => !fromBatch);
      return unbounded ? `what writes ${unbounded.table} does not read ${batch.name}` : false;
    },
  ),
  batchRule(
    {
      id: 'backfill-cursor',
      why: 'Without a key above the cursor every batch reads the table from its beginning, and a stopped one begins anew.',
      instead:
        'WHERE id > coalesce($1::uuid, <the lowest>), or ($1 IS NULL OR id > $1::uuid): $1 is NULL at first.',
    },
    (query) =>
      cursorKey(query) === undefined
        ? 'no condition says <key> > $1'
        : beginsAtNull(query)
          ? false
          : 'a NULL $1 finds nothing: say what comes first',
  ),
  batchRule(
    {
      id: 'backfill-order',
      why: 'LIMIT without the order of the key takes any rows, and those below the cursor are passed by.',
      instead: 'ORDER BY the columns that are compared with $1, ascending.',
    },
    (query) => {
      const key = cursorKey(query) ?? [];
      const order = (query.sortClause ?? []).flatMap((sort) => as(sort, 'SortBy') ?? []);
      return !key.every((column, at) => {
        const { node, sortby_dir } = order[at] ?? {};
        return shapeOf(node) === shapeOf(column) && sortby_dir !== 'SORTBY_DESC';
      });
    },
  ),
  wholeRule(
    {
      id: 'backfill-locks-rows',
      why: 'A row that the site changes between being chosen and being written gets a value computed from its old form.',
      instead: 'FOR UPDATE (or FOR NO KEY UPDATE) at the query that chooses the batch.',
    },
    ({ batch, writes }) => {
      const changes = writes.some(({ node }) => !('InsertStmt' in node));
      return (
        batch !== undefined &&
        changes &&
        !lockingOf(batch.query).some(({ strength }) => /LCS_FOR(?:NOKEY)?UPDATE/.test(strength ?? ''))
      );
    },
  ),
  batchRule(
    {
      id: 'backfill-no-skip-locked',
      why: 'A pass that skips the only row left finds nothing and ends the backfill, and that row keeps its old form.',
      instead: 'FOR UPDATE alone: it waits a second at most, and the runner tries again.',
    },
    (query) => lockingOf(query).some(({ waitPolicy }) => waitPolicy === 'LockWaitSkip'),
  ),
  wholeRule(
    {
      id: 'backfill-ends',
      why: 'It is through when a pass finds nothing to do, so rows that are done must not be found again.',
      instead: 'A condition beside the cursor that only rows in the old form meet: AND given_name IS NULL.',
    },
    ({ batch, writes }) => {
      // Rows that are deleted are not found again.
      if (!batch || writes.every(({ node }) => 'DeleteStmt' in node)) return false;
      return conditionsOf(batch.query).every((condition) => parametersIn(condition).includes(1));
    },
  ),
  wholeRule(
    {
      id: 'backfill-conflict',
      why: 'The site writes the new form too: a row that it was quicker with ends the backfill with a duplicate key.',
      instead: 'INSERT … ON CONFLICT DO NOTHING.',
    },
    ({ writes }) =>
      writes.some(({ node }) => {
        const insert = as(node, 'InsertStmt');
        return insert !== undefined && insert.onConflictClause === undefined;
      }),
  ),
  {
    id: 'backfill-batch-size',
    why: 'A batch holds its locks until its commit; a comment that is spelt otherwise is not read at all.',
    instead: `-- batch: <1 to ${mostRows}> (rows, 1000 without it) and -- pause: <milliseconds> (100), each on a line.`,
    check({ text }) {
      return text.split('\n').flatMap((line, at): Offence[] => {
        const [, word, value = ''] = /^\s*--\s*(batch|pause)\b\W*(.*)$/i.exec(line) ?? [];
        if (word === undefined) return [];
        const asRead = new RegExp(`^--\\s*${word}:\\s*(\\d+)\\s*$`).exec(line)?.[1];
        const amount = Number(asRead ?? Number.NaN);
        const fits = word === 'batch' ? amount >= 1 && amount <= mostRows : amount >= 0;
        return fits ? [] : [{ at: at + 1, detail: `${word} is ${value || 'empty'}` }];
      });
    },
  },
  wholeRule(
    {
      id: 'backfill-known-tables',
      why: 'It runs where it stands in the order of files; a table that comes later or never makes every deploy fail there.',
      instead: 'Give it a newer time stamp than the migration that makes the table, or correct the name.',
    },
    ({ statement }, { name }, { migrations }) => {
      const before = migrations.filter((other) => other.name < name);
      const unknown = tablesOf(statement).find((table) => !before.some(({ created }) => created.has(table)));
      return unknown === undefined ? false : `no migration in front of it makes ${unknown}`;
    },
  ),
];

type Check = Rule['check'];

/** A rule about the statement as a whole; silent where the file is not one SELECT. */
function wholeRule(
  rule: Omit<Rule, 'check'>,
  offends: (
    backfill: BackfillStatement,
    migration: Parameters<Check>[0],
    surroundings: Parameters<Check>[1],
  ) => boolean | string,
): Rule {
  return {
    ...rule,
    check(migration, surroundings) {
      const backfill = backfillStatement(migration);
      const answer = backfill && offends(backfill, migration, surroundings);
      if (!backfill || !answer) return [];
      return [{ at: backfill.statement, ...(answer === true ? {} : { detail: answer }) }];
    },
  };
}

/** A rule about the query that chooses the batch. */
function batchRule(
  rule: Omit<Rule, 'check'>,
  offends: (query: NonNullable<BackfillStatement['batch']>['query']) => boolean | string,
): Rule {
  return wholeRule(rule, ({ batch }) => batch !== undefined && offends(batch.query));
}

function lockingOf(query: NonNullable<BackfillStatement['batch']>['query']) {
  return (query.lockingClause ?? []).flatMap((clause) => as(clause, 'LockingClause') ?? []);
}

function named(parameters: readonly number[]): string {
  return parameters.map((number) => `$${number}`).join(', ') || 'none';
}
