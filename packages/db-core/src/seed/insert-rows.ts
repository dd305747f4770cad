import { escapeIdentifier } from 'pg';
import { CodezestDbError } from '../errors/base-error.js';

/** A pool, a client or a transaction of pg. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rowCount: number | null }>;
}

/** A row by column names, as the database spells them. */
export type SeedRow = Readonly<Record<string, unknown>>;

export interface InsertOptions {
  /** `nothing` (default): a row that is there already is left as it is. `fail`: it is an error. */
  readonly conflict?: 'nothing' | 'fail';
}

const rowsPerStatement = 1_000;

/**
 * Inserts rows, a thousand per statement, and returns how many were new. The rows travel as one JSON parameter, so that
 * the statement's text does not grow with them and every type (enum, array, jsonb, inet, range) is read by the database.
 *
 * Dates and bytes may be given as such. All rows of a call have the same columns: a missing one would be written as NULL
 * where the caller expects the default.
 */
export async function insertRows(
  target: Queryable,
  table: string,
  rows: Iterable<SeedRow> | AsyncIterable<SeedRow>,
  options: InsertOptions = {},
): Promise<number> {
  let inserted = 0;
  let statement: { text: string; columns: string[] } | undefined;
  let batch: SeedRow[] = [];
  const send = async (): Promise<void> => {
    if (!statement || batch.length === 0) return;
    const { rowCount } = await target.query(statement.text, [JSON.stringify(batch)]);
    inserted += rowCount ?? 0;
    batch = [];
  };

  for await (const row of rows) {
    statement ??= insertStatement(table, Object.keys(row), options);
    batch.push(jsonRow(table, row, statement.columns));
    if (batch.length === rowsPerStatement) await send();
  }
  await send();
  return inserted;
}

function insertStatement(
  table: string,
  columns: string[],
  options: InsertOptions,
): { text: string; columns: string[] } {
  const name = table.split('.').map(escapeIdentifier).join('.');
  const list = columns.map(escapeIdentifier).join(', ');
  const onConflict = options.conflict === 'fail' ? '' : ' ON CONFLICT DO NOTHING';
  return {
    text: `INSERT INTO ${name} (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)${onConflict}`,
    columns,
  };
}

function jsonRow(table: string, row: SeedRow, columns: readonly string[]): SeedRow {
  const keys = Object.keys(row);
  const stray = keys.find((key) => !columns.includes(key)) ?? columns.find((column) => !(column in row));
  if (stray !== undefined) {
    throw new CodezestDbError(
      'SEED_ROW_INVALID',
      `Not all rows for ${table} have the column ${stray}. Give every row of one call the same columns, null where there is no value.`,
    );
  }
  return Object.fromEntries(keys.map((key) => [key, jsonValue(row[key])]));
}

function jsonValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'bigint') return value.toString();
  return value === undefined ? null : value;
}
