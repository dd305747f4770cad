import { databaseErrorFacts } from '@codezest/db-core';
import type { Client } from 'pg';
import { ImportError } from '../errors.js';
import { quoted } from './identifiers.js';
import type { Row, Rows, Step, Target } from './step.js';
import { upsert, type Written } from './upsert.js';

/** What one row of the source has become. */
export interface Unit {
  readonly key: readonly string[];
  readonly rows: Rows;
}

/** A row that stays out: without any value of it. */
export interface Reject {
  readonly key: readonly string[];
  /** Table of the new schema that refused it, where one did. */
  readonly table: string | null;
  /** Name of the constraint or rule, or what the conversion found. */
  readonly reason: string;
}

export interface Outcome extends Written {
  readonly rejects: readonly Reject[];
}

/**
 * Writes the units inside the running transaction. Where the database refuses, the batch is halved until the unit that is to
 * blame stands alone: it is rejected, and the others go in.
 */
export async function writeUnits(client: Client, step: Step, units: readonly Unit[]): Promise<Outcome> {
  if (units.length === 0) return { added: 0, changed: 0, rejects: [] };
  await client.query('SAVEPOINT units');
  try {
    const written = await writeAll(client, step, units);
    await client.query('SET CONSTRAINTS ALL IMMEDIATE');
    await client.query('SET CONSTRAINTS ALL DEFERRED; RELEASE units');
    return { ...written, rejects: [] };
  } catch (error) {
    const { table, reason } = refusalOf(error, step);
    await client.query('ROLLBACK TO units; RELEASE units');
    const [only] = units;
    if (units.length === 1 && only !== undefined)
      return { added: 0, changed: 0, rejects: [{ key: only.key, table, reason }] };
    const middle = units.length >> 1;
    const first = await writeUnits(client, step, units.slice(0, middle));
    const second = await writeUnits(client, step, units.slice(middle));
    return {
      added: first.added + second.added,
      changed: first.changed + second.changed,
      rejects: [...first.rejects, ...second.rejects],
    };
  }
}

async function writeAll(client: Client, step: Step, units: readonly Unit[]): Promise<Written> {
  const total = { added: 0, changed: 0 };
  for (const target of step.targets) {
    const rows = units.flatMap(({ rows }) => rows[target.table] ?? []);
    if (target.wholeBy !== undefined) await removeOthers(client, step, target, target.wholeBy, units, rows);
    const { added, changed } = await upsert(client, target, rows);
    total.added += added;
    total.changed += changed;
  }
  if (step.afterwards !== undefined) {
    const { rows: name, sql } = step.afterwards;
    const rows = units.flatMap(({ rows }) => rows[name] ?? []);
    if (rows.length > 0) await client.query(sql, [JSON.stringify(rows)]);
  }
  return total;
}

async function removeOthers(
  client: Client,
  step: Step,
  { table }: Target,
  column: string,
  units: readonly Unit[],
  rows: readonly Row[],
): Promise<void> {
  await client.query(
    `DELETE FROM ${quoted(table)} WHERE ${quoted(column)} = ANY ($1::uuid[]) AND id <> ALL ($2::uuid[])`,
    [mainIds(step, units), rows.map(({ id }) => id)],
  );
}

function mainIds(step: Step, units: readonly Unit[]): readonly unknown[] {
  const [main] = step.targets;
  return units.flatMap(({ rows }) => (rows[main?.table ?? ''] ?? []).map(({ id }) => id));
}

/** What the database says about a value; anything else is no property of the row and ends the run. */
const REASONS: Readonly<Record<string, string>> = {
  '22001': 'text_too_long',
  '22003': 'number_out_of_range',
  '22007': 'time_invalid',
  '22008': 'time_invalid',
  '22P02': 'value_of_wrong_type',
  '22P05': 'character_not_storable',
};

function refusalOf(error: unknown, step: Step): { table: string | null; reason: string } {
  const { constraint, sqlState, table } = databaseErrorFacts(error);
  const { column } = error as { column?: string };
  const reason =
    constraint ??
    (sqlState === '23502' && column !== undefined ? `${column}_missing` : REASONS[sqlState ?? '']);
  if (reason === undefined)
    throw new ImportError(
      'IMPORT_WRITE_FAILED',
      `Step ${step.name} could not write${table === undefined ? '' : ` to ${table}`}. Run it again: it goes on where it stopped.`,
      { cause: error },
    );
  return { table: table ?? null, reason };
}
