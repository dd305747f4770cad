import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../machines/row.js';
import { isAllowed } from '../machines/state-machine.js';
import { type History, type Model, type Rows, SOME } from './model.js';

/** What the model says of a raw write: the rules that it breaks, or the rows that it leaves. */
export interface Prediction {
  readonly broken: readonly string[];
  readonly rows: Rows;
}

export function predictUpdate<Own extends History>(
  model: Model<Own>,
  rows: Rows,
  before: Row,
  changes: Row,
): Prediction {
  const after = { ...before, ...changes };
  const broken = [...brokenBy(model.checks, (rule) => rule(after, without(rows, before)))];
  broken.push(...brokenBy(model.changes, (rule) => rule(after, before)));
  const change = { from: String(before.status), to: String(after.status) };
  if (change.from !== change.to && !isAllowed(model.machine, change)) broken.push(model.machine.rule);
  if (broken.length > 0) return { broken, rows };
  const filled = { ...after, ...model.filledIn?.(after, before) };
  return { broken, rows: rows.map((row) => (row === before ? filled : row)) };
}

export function predictInsert<Own extends History>(model: Model<Own>, rows: Rows, row: Row): Prediction {
  const broken = [
    ...brokenBy(model.checks, (rule) => rule(row, rows)),
    ...brokenBy(model.beginnings ?? {}, (rule) => rule(row, rows)),
  ];
  return { broken, rows: broken.length > 0 ? rows : [...rows, row] };
}

function brokenBy<Rule>(rules: Readonly<Record<string, Rule>>, keeps: (rule: Rule) => boolean): string[] {
  return Object.keys(rules).filter((name) => !keeps(rules[name] as Rule));
}

function without(rows: Rows, row: Row): Rows {
  return rows.filter((each) => each !== row);
}

/** The columns that are compared. */
export function known<Own extends History>({ values }: Model<Own>, row: Row): Row {
  return Object.fromEntries(
    ['id', 'status', ...Object.keys(values)].map((column) => [column, row[column] ?? null]),
  );
}

/** The rows as the database has them, in the model's order; undefined where the two disagree. */
export function agreed(expected: Rows, actual: Rows): Rows | undefined {
  if (expected.length !== actual.length) return undefined;
  const isNew = (row: Row) => !expected.some(({ id }) => id === row.id);
  const found = expected.map(({ id }) => actual.find((row) => (id === SOME ? isNew(row) : row.id === id)));
  const agrees = (row: Row, seen: Row | undefined): boolean =>
    seen !== undefined &&
    Object.entries(row).every(([column, value]) =>
      value === SOME ? seen[column] !== null : isDeepStrictEqual(seen[column], value),
    );
  return expected.every((row, index) => agrees(row, found[index])) ? (found as Row[]) : undefined;
}
