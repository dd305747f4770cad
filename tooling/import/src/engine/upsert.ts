import type { Client } from 'pg';
import { quoted } from './identifiers.js';
import type { Row, Target } from './step.js';

export interface Written {
  added: number;
  changed: number;
}

/**
 * Writes the rows in one statement, in their order. A row that is there is changed only where it differs, so that a second
 * run writes nothing and no trigger acts twice.
 */
export async function upsert(client: Client, target: Target, rows: readonly Row[]): Promise<Written> {
  const [first] = rows;
  if (first === undefined) return { added: 0, changed: 0 };
  if (target.replacedIf !== undefined) {
    const replaced = await removeChanged(client, target, target.replacedIf, rows);
    const { added } = await insert(client, { ...target, appendOnly: true }, rows);
    return { added: added - replaced, changed: replaced };
  }
  return insert(client, target, rows);
}

async function removeChanged(
  client: Client,
  target: Target,
  condition: string,
  rows: readonly Row[],
): Promise<number> {
  const key = target.key ?? ['id'];
  const columns = Object.keys(rows[0] ?? {}).filter(
    (column) => !key.includes(column) && !(column in (target.set ?? {})),
  );
  const row = (of: string) => columns.map((column) => `${of}.${quoted(column)}`).join(', ');
  const { rowCount } = await client.query(
    `DELETE FROM ${quoted(target.table)} t USING jsonb_populate_recordset(NULL::${quoted(target.table)}, $1::jsonb) g
     WHERE ${key.map((column) => `t.${quoted(column)} = g.${quoted(column)}`).join(' AND ')}
       AND ${condition} AND (${row('t')}) IS DISTINCT FROM (${row('g')})`,
    [JSON.stringify(rows)],
  );
  return rowCount ?? 0;
}

async function insert(client: Client, target: Target, rows: readonly Row[]): Promise<Written> {
  const [first = {}] = rows;
  const { rows: counts } = await client.query<{ added: number; changed: number }>({
    name: `import ${target.table} ${Object.keys(first).length} ${target.appendOnly ?? false}`,
    text: upsertSql(target, Object.keys(first)),
    values: [JSON.stringify(rows)],
  });
  return counts[0] ?? { added: 0, changed: 0 };
}

function upsertSql(target: Target, columns: readonly string[]): string {
  const key = target.key ?? ['id'];
  const listed = columns.map(quoted).join(', ');
  return `WITH written AS (
    INSERT INTO ${quoted(target.table)} AS t (${listed})
    SELECT ${listed} FROM jsonb_populate_recordset(NULL::${quoted(target.table)}, $1::jsonb)
    ON CONFLICT (${key.map(quoted).join(', ')}) ${onConflict(target, key, columns)}
    RETURNING ${target.appendOnly ? 'true' : 't.xmax = 0'} AS is_new
  )
  SELECT (count(*) FILTER (WHERE is_new))::int AS added, (count(*) FILTER (WHERE NOT is_new))::int AS changed FROM written`;
}

function onConflict({ appendOnly, set = {} }: Target, key: readonly string[], columns: readonly string[]) {
  const changing = columns.filter((column) => !key.includes(column));
  if (appendOnly || changing.length === 0) return 'DO NOTHING';
  const values = changing.map((column) => set[column] ?? `excluded.${quoted(column)}`);
  const assignments = changing.map((column, at) => `${quoted(column)} = ${values[at]}`);
  const stored = changing.map((column) => `t.${quoted(column)}`);
  return `DO UPDATE SET ${assignments.join(', ')}
    WHERE (${stored.join(', ')}) IS DISTINCT FROM (${values.join(', ')})`;
}
