import type { Client } from 'pg';
import { attempt, type Outcome, rolledBack } from '../case.js';
import { type Row, updateSql } from './row.js';

/** A state machine of the database, said once more: its table of transitions must hold just this. */
export interface StateMachine<State extends string = string> {
  readonly table: string;
  /** The table that the trigger reads, such as `rules.invoice_transitions`. */
  readonly transitions: string;
  /** By what every other change is refused. */
  readonly rule: string;
  readonly allowed: Readonly<Record<State, readonly State[]>>;
  /** SQL that leaves one row in the table, in this state. */
  rowIn(state: State): string;
  /** What a state asks of the other columns of this row, so that nothing but the transition can be wrong. */
  shapeOf(state: State, row: Row): Row;
  /** SQL that makes a change of state, by `FROM TO`, where the state follows from other rows and is not written. */
  readonly moves?: Readonly<Record<string, string>>;
  /** What keeps a row as it is once no state can follow: the rules that do, and the columns that they leave open. */
  readonly ended: { readonly rules: readonly string[]; readonly open: readonly string[] };
}

/** A change of state: every pair of two states, be it allowed or not. */
export interface Change {
  readonly from: string;
  readonly to: string;
}

export function statesOf(machine: StateMachine): string[] {
  return Object.keys(machine.allowed);
}

export function finalStatesOf(machine: StateMachine): string[] {
  return statesOf(machine).filter((state) => machine.allowed[state]?.length === 0);
}

export function changesOf(machine: StateMachine): Change[] {
  return statesOf(machine).flatMap((from) => statesOf(machine).map((to) => ({ from, to })));
}

export function isAllowed({ allowed }: StateMachine, { from, to }: Change): boolean {
  return allowed[from]?.includes(to) ?? false;
}

/** What the database makes of a change, in a transaction that is rolled back; `given` runs in it first. */
export function outcomeOf(
  client: Client,
  machine: StateMachine,
  { from, to }: Change,
  given = '',
): Promise<Outcome> {
  return rolledBack(client, async () => {
    await client.query(given + machine.rowIn(from));
    const row = await theRow(client, machine);
    if (row.status !== from) throw new Error(`rowIn('${from}') made a row that is ${row.status}`);
    // A row that stays what it is, in a final state, must not be touched at all.
    const changes = from === to ? {} : machine.shapeOf(to, row);
    const move = machine.moves?.[`${from} ${to}`];
    return attempt(client, move ?? updateSql(machine.table, { ...changes, status: to }));
  });
}

export async function theRow(client: Client, { table }: StateMachine): Promise<Row> {
  const { rows } = await client.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${table} t`);
  if (rows.length !== 1 || rows[0] === undefined) throw new Error(`${rows.length} rows in ${table}, not one`);
  return rows[0].row;
}

/** The pairs that the machine's table holds, as `FROM TO`. */
export async function storedChanges(client: Client, { transitions }: StateMachine): Promise<string[]> {
  const { rows } = await client.query<Change>(
    `SELECT from_status AS from, to_status AS to FROM ${transitions}`,
  );
  return rows.map(({ from, to }) => `${from} ${to}`).sort();
}
