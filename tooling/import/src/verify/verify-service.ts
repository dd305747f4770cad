import type { Client } from 'pg';
import { readFacts } from '../engine/facts.js';
import { quoted } from '../engine/identifiers.js';
import { Notes } from '../engine/notes.js';
import type { Source } from '../engine/opened-source.js';
import { converted } from '../engine/run-step.js';
import { exists, StepReader } from '../engine/source.js';
import type { Keys, Row, ServiceImport, Target } from '../engine/step.js';

export interface TableVerification {
  readonly table: string;
  /** Rows that the source becomes. */
  expected: number;
  /** Of those, what is there. */
  found: number;
  /** Of those found, what has other values. */
  different: number;
  /** Rejected, with the reasons in the reject file. */
  rejected: number;
  /** Rows of the table. */
  stored: number;
  /** Sums of the hashes of all rows, of the source and of the table. */
  expectedChecksum: string;
  storedChecksum: string;
}

/** The tables in which a row of the source is missing, doubled or different, or that hold more than the source. */
export function differences(tables: readonly TableVerification[]): readonly TableVerification[] {
  return tables.filter(
    ({ expected, found, different, stored, expectedChecksum, storedChecksum }) =>
      different > 0 || found < expected || stored !== expected || expectedChecksum !== storedChecksum,
  );
}

/**
 * Converts the source again and compares each row with the one that is stored, column by column, as the types of the
 * database compare. Writes nothing. Rejected rows are expected nowhere.
 */
export async function verifyService(
  { source, client, keys }: { source: Source; client: Client; keys: Keys },
  into: ServiceImport,
): Promise<readonly TableVerification[]> {
  const context = { notes: new Notes(), keys, facts: await readFacts(source) };
  const tables = new Map<string, TableVerification>();
  const columns = new Map<string, readonly string[]>();
  for (const step of (await into.steps(source)).filter((each) => exists(source, each))) {
    const rejects = await rejectedKeys(client, step.name);
    const reader = new StepReader(source, step, null);
    let rows = await reader.after(null);
    while (rows.length > 0) {
      const { units } = converted(step, rows, context);
      const kept = units.filter(({ key }) => !rejects.has(JSON.stringify(key)));
      for (const target of step.targets.filter(({ also }) => !also)) {
        const given = kept.flatMap(({ rows }) => rows[target.table] ?? []);
        const result = tables.get(target.table) ?? emptyResult(target.table);
        tables.set(target.table, result);
        if (given.length > 0) columns.set(target.table, comparable(target, given));
        await compare(client, target, given, result);
      }
      rows = await reader.after(rows.at(-1)?.key ?? null);
    }
    const main = tables.get(step.targets[0]?.table ?? '');
    if (main !== undefined) main.rejected += rejects.size;
  }
  for (const [table, result] of tables) await sumStored(client, table, columns.get(table), result);
  return [...tables.values()];
}

const emptyResult = (table: string): TableVerification => ({
  table,
  expected: 0,
  found: 0,
  different: 0,
  rejected: 0,
  stored: 0,
  expectedChecksum: '0',
  storedChecksum: '0',
});

function comparable(target: Target, rows: readonly Row[]): readonly string[] {
  return Object.keys(rows[0] ?? {}).filter((column) => !target.incomparable?.includes(column));
}

/** The sum does not depend on the order, and a row that is there twice counts twice. */
const checksum = (row: string) => `coalesce(sum(hashtextextended(${row}::text, 0)::numeric), 0)`;

const rowOf = (alias: string, columns: readonly string[]) =>
  `ROW(${columns.map((column) => `${alias}.${quoted(column)}`).join(', ')})`;

async function compare(client: Client, target: Target, rows: readonly Row[], result: TableVerification) {
  if (rows.length === 0) return;
  const columns = comparable(target, rows);
  const [given, stored] = [rowOf('g', columns), rowOf('t', columns)];
  const keys = target.key ?? ['id'];
  const key = keys.map((column) => `t.${quoted(column)} = g.${quoted(column)}`);
  const isThere = `t.${quoted(keys[0] ?? 'id')} IS NOT NULL`;
  const { rows: found } = await client.query(
    `SELECT count(*) AS expected, count(*) FILTER (WHERE ${isThere}) AS found,
       count(*) FILTER (WHERE ${isThere} AND ${given} IS DISTINCT FROM ${stored}) AS different,
       ${checksum(given)} AS checksum
     FROM jsonb_populate_recordset(NULL::${quoted(target.table)}, $1::jsonb) g LEFT JOIN ${quoted(target.table)} t ON ${key.join(' AND ')}`,
    [JSON.stringify(rows)],
  );
  result.expected += Number(found[0].expected);
  result.found += Number(found[0].found);
  result.different += Number(found[0].different);
  result.expectedChecksum = String(BigInt(result.expectedChecksum) + BigInt(found[0].checksum));
}

async function sumStored(
  client: Client,
  table: string,
  columns: readonly string[] | undefined,
  result: TableVerification,
): Promise<void> {
  const sum = columns === undefined ? '0' : checksum(rowOf('t', columns));
  const { rows } = await client.query(
    `SELECT count(*) AS stored, ${sum} AS checksum FROM ${quoted(table)} t`,
  );
  result.stored = Number(rows[0].stored);
  result.storedChecksum = String(rows[0].checksum);
}

async function rejectedKeys(client: Client, step: string): Promise<ReadonlySet<string>> {
  const { rows: ledger } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('codezest_import.rejects') IS NOT NULL AS there`,
  );
  if (!ledger[0]?.there) return new Set();
  const { rows } = await client.query<{ key: string[] }>(
    'SELECT key FROM codezest_import.rejects WHERE step = $1',
    [step],
  );
  return new Set(rows.map(({ key }) => JSON.stringify(key)));
}
