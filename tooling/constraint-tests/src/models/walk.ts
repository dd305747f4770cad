import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { insertSql, literal, type Row, updateSql } from '../machines/row.js';
import type { History, Model, Rows } from './model.js';
import { agreed, known, type Prediction, predictInsert, predictUpdate } from './prediction.js';
import type { Step } from './steps.js';
import { openTable } from './table.js';

/** How often something happened, so that a walk that goes nowhere is noticed. */
export type Seen = Map<string, number>;

/** The rule or constraint that an error of the client names. */
export type NameOf = (error: unknown) => string | undefined;

interface Write {
  readonly step: Step;
  readonly sql: string;
  readonly before: Rows;
  readonly prediction: Prediction;
}

/** Takes the steps of one history, each of them on database and model, and throws where the two disagree. */
export async function walk<Own extends History>(
  client: Client,
  model: Model<Own>,
  steps: readonly Step[],
  { seen, constraintOf }: { seen: Seen; constraintOf: NameOf },
): Promise<void> {
  const history = await model.begin();
  const table = openTable(client, model, history);
  let rows: Rows = await table.read();
  let waiting: Write[] = [];

  for (const [index, step] of steps.entries()) {
    if (step.step !== 'call') {
      waiting.push(writeOf(model, history, step, waiting.at(-1)?.prediction.rows ?? rows));
      continue;
    }
    rows = await tryAll(waiting, rows);
    waiting = [];
    rows = await makeCall(step, index);
  }
  await tryAll(waiting, rows);

  async function tryAll(writes: readonly Write[], before: Rows): Promise<Rows> {
    let now = before;
    const answers = await table.tryEach(writes.map(({ sql }) => sql));
    for (const [index, { step, before, prediction }] of writes.entries()) {
      const { refusedBy, rows } = answers[index] ?? { refusedBy: 'nobody', rows: [] };
      const isAsExpected =
        prediction.broken.length === 0 ? refusedBy === null : prediction.broken.includes(refusedBy ?? '');
      const actual = rows === null ? prediction.rows : agreed(prediction.rows, rows);
      if (!isAsExpected || actual === undefined) throw disagreement(step, prediction, { refusedBy, rows });
      if (refusedBy !== null) count(`refused by ${refusedBy}`);
      countChanges(before, actual);
      now = actual;
    }
    return now;
  }

  async function makeCall(step: Step & { step: 'call' }, index: number): Promise<Rows> {
    const definition = model.calls[step.call];
    const row = rows.at(-1 - (step.on % rows.length));
    if (definition === undefined || row === undefined)
      throw new Error(`step ${index} has no row to call for`);
    const called = { history, rows, row, args: step.args };
    const expected = definition.expected(called);
    const isRefused = typeof expected === 'string';
    const refusedBy = await definition.run(called).then(
      () => null,
      (error: unknown) => typedCodeOf(error) ?? constraintOf(error) ?? Promise.reject(error),
    );
    const after = await table.read();
    const actual = agreed(isRefused ? rows : expected, after);
    if (refusedBy !== (isRefused ? expected : null) || actual === undefined) {
      throw disagreement(step, expected, { refusedBy, rows: after });
    }
    count(isRefused ? `${step.call}: ${expected}` : `${step.call}: done`);
    countChanges(rows, actual);
    return actual;
  }

  function count(what: string): void {
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }

  function countChanges(before: Rows, after: Rows): void {
    for (const row of after) {
      const from = before.find(({ id }) => id === row.id)?.status;
      if (from !== undefined && from !== row.status) count(`${from} to ${row.status}`);
    }
  }

  function disagreement(step: Step, expected: unknown, actual: unknown): Error {
    const taken = steps.slice(0, steps.indexOf(step) + 1).map((each) => `  ${JSON.stringify(each)}`);
    return new Error(
      [
        `${model.machine.table}: the last of these steps should give other rows, or another refusal`,
        ...taken,
        `model:    ${JSON.stringify(expected)}`,
        `database: ${JSON.stringify(actual)}`,
      ].join('\n'),
    );
  }
}

function writeOf<Own extends History>(
  model: Model<Own>,
  history: Own,
  step: Exclude<Step, { step: 'call' }>,
  rows: Rows,
): Write {
  const { table, shapeOf, allowed } = model.machine;
  const row = step.step === 'write' ? rows.at(-1 - (step.on % rows.length)) : undefined;
  if (step.step === 'write' && row !== undefined) {
    const shape = step.to === undefined ? {} : { ...shapeOf(step.to, row), status: step.to };
    const changes = { ...shape, ...step.set };
    return {
      step,
      sql: updateSql(table, changes, `id = ${literal(row.id ?? null)}`),
      before: rows,
      prediction: predictUpdate(model, rows, row, changes),
    };
  }
  const id = randomUUID();
  const status = (step.step === 'insert' ? step.in : step.to) ?? Object.keys(allowed)[0] ?? null;
  const base = { ...history.inserted(id), id };
  const inserted: Row = { ...base, ...shapeOf(String(status), base), status, ...step.set };
  return {
    step,
    sql: insertSql(table, inserted) + (history.alongside?.(id) ?? ''),
    before: rows,
    prediction: predictInsert(model, rows, known(model, inserted)),
  };
}

/** Ours are words; PostgreSQL's and Prisma's have digits. */
function typedCodeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z]+(_[A-Z]+)+$/.test(code) ? code : undefined;
}
