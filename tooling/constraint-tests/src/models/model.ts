import type fc from 'fast-check';
import type { Row, Value } from '../machines/row.js';
import type { StateMachine } from '../machines/state-machine.js';

/** Stands for what the database alone knows, such as a time or a number that it gave; it is something, not null. */
export const SOME = '(some)';

/** The rows of one history, in the order in which they came to be. */
export type Rows = readonly Row[];

/** What one history is about: rows that nobody else touches. */
export interface History {
  /** Which rows of the machine's table are its own. */
  readonly where: string;
  /** What every row that is inserted by a raw write has besides the columns of the model. */
  inserted(id: string): Row;
  /** SQL for the rows that an inserted row needs at commit. */
  alongside?(id: string): string;
}

/**
 * A state machine restated in TypeScript: what a raw write may do to its rows, and what each function of the package
 * must make of them. Whatever the walk then tries, model and database have to agree on it.
 */
export interface Model<Own extends History = History> {
  readonly machine: StateMachine;
  /** Values that raw writes try, by column. Model and database are compared in these columns, id and status. */
  readonly values: Readonly<Record<string, readonly Value[]>>;
  /** Values that are tried more often: those that only go together, and those that would be wrong too rarely. */
  readonly often: readonly Row[];
  /** Named rules that every row keeps, beside the history's other rows. */
  readonly checks: Readonly<Record<string, (row: Row, others: Rows) => boolean>>;
  /** Named rules on what may become of a row. The rule of the machine is known. */
  readonly changes: Readonly<Record<string, (after: Row, before: Row) => boolean>>;
  /** Named rules on how a row begins, beside the history's other rows. */
  readonly beginnings?: Readonly<Record<string, (row: Row, others: Rows) => boolean>>;
  /** States that the first row of a history begins in, where a row cannot begin in every state. */
  readonly first?: readonly string[];
  /** What the database adds to a raw write that it accepts. */
  filledIn?(after: Row, before: Row): Row;
  /** Makes what a history begins with, its first rows included. */
  begin(): Promise<Own>;
  readonly calls: Readonly<Record<string, Call<Own>>>;
}

/** A function of the package, with what must come of it. */
export interface Call<Own extends History = History, Arguments = unknown> {
  readonly arguments?: fc.Arbitrary<Arguments>;
  /** The code of the error that refuses it, or all rows as they must be afterwards. */
  expected(call: Called<Own, Arguments>): string | Rows;
  run(call: Called<Own, Arguments>): Promise<unknown>;
}

export interface Called<Own extends History, Arguments> {
  readonly history: Own;
  readonly rows: Rows;
  /** The row that it is called for. */
  readonly row: Row;
  readonly args: Arguments;
}

/** Keeps the types of a call's arguments together. */
export function call<Own extends History, Arguments>(definition: Call<Own, Arguments>): Call<Own> {
  return definition;
}

/** The rows with one of them changed. */
export function changed({ rows, row }: { rows: Rows; row: Row }, changes: Row): Rows {
  return rows.map((each) => (each === row ? { ...each, ...changes } : each));
}

/** Whether a write has left everything as it was, but for some columns. */
export function isSameBut(after: Row, before: Row, open: readonly string[]): boolean {
  return Object.keys(after).every((column) => open.includes(column) || after[column] === before[column]);
}

/** Whether a row is in one of some states. */
export function isIn<State extends string>(...states: readonly State[]): (row: Row) => boolean {
  return ({ status }) => states.some((state) => state === status);
}

/** Midnight UTC of a day, as `to_jsonb` writes it. Texts of this form are in the order of their times. */
export function day(date: string): string {
  return `${date}T00:00:00+00:00`;
}
