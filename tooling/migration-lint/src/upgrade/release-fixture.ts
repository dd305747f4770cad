import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Service } from '@codezest/schema-docs';
import type { Client } from 'pg';

/** A database as a release left it: the newest migration it had, and every row as PostgreSQL's own JSON text. */
export interface ReleaseFixture {
  readonly version: string;
  readonly through: string;
  readonly tables: ReadonlyMap<string, readonly string[]>;
}

export const fixtureDirectory = fileURLToPath(new URL('../../releases', import.meta.url));
const suffix = '.ndjson.br';

export function fixturePath(service: Service, version: string): string {
  return join(fixtureDirectory, service, `${version}${suffix}`);
}

export function fixtureVersions(service: Service): string[] {
  return readdirSync(join(fixtureDirectory, service))
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
}

/** Rows are never parsed here: a bigint would not survive JavaScript. */
export function readFixture(service: Service, version: string): ReleaseFixture {
  const text = brotliDecompressSync(readFileSync(fixturePath(service, version))).toString();
  const tables = new Map<string, string[]>();
  let through = '';
  let rows: string[] = [];
  for (const line of text.split('\n')) {
    const [, word, value = ''] = /^# (\w+) (.+)$/.exec(line) ?? [];
    if (word === 'through') through = value;
    else if (word === 'table') {
      rows = [];
      tables.set(value, rows);
    } else if (line !== '') rows.push(line);
  }
  return { version, through, tables };
}

export function packFixture({ through, tables }: Pick<ReleaseFixture, 'through' | 'tables'>): Buffer {
  const lines = [`# through ${through}`];
  for (const [name, rows] of tables) lines.push(`# table ${name}`, ...rows);
  return brotliCompressSync(`${lines.join('\n')}\n`, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** All rows of a database. Those of schema `rules` come with the migrations, those of partitions with their parent. */
export async function readRows(client: Pick<Client, 'query'>): Promise<Map<string, string[]>> {
  const { rows: names } = await client.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname <> '_prisma_migrations'
        AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const tables = new Map<string, string[]>();
  for (const { name } of names) {
    const { rows } = await client.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${name} t ORDER BY 1`,
    );
    tables.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return tables;
}

/**
 * Writes rows in the columns that they have, as an older release does: what the table has more takes its default. Triggers and
 * foreign keys rest, because rows come table by table; NOT NULL and CHECK hold. Rows that migrations made give way, their
 * times are another day's.
 */
export async function writeRows(
  client: Pick<Client, 'query'>,
  tables: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  await client.query("BEGIN; SET LOCAL session_replication_role = 'replica'");
  for (const [name, rows] of tables) {
    await client.query(`DELETE FROM ${name}`);
    if (rows.length === 0) continue;
    const json = `[${rows.join(',')}]`;
    const { rows: columns } = await client.query<{ list: string }>(
      `SELECT string_agg(quote_ident(key), ', ') AS list FROM jsonb_object_keys($1::jsonb -> 0) key
        WHERE NOT EXISTS (SELECT FROM pg_attribute
          WHERE attrelid = to_regclass($2) AND attname = key AND attgenerated <> '')`,
      [json, name],
    );
    const list = columns[0]?.list ?? '';
    await client.query(
      `INSERT INTO ${name} (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)`,
      [json],
    );
  }
  await client.query('COMMIT');
}

/**
 * What is not there any more or not the same, of the columns that the rows have: one line per table. `intended` names what a
 * later release has taken away or rewritten on purpose, `table` or `table.column`; everything beside it still counts.
 */
export async function lostRows(
  client: Pick<Client, 'query'>,
  tables: ReadonlyMap<string, readonly string[]>,
  intended: readonly string[] = [],
): Promise<string[]> {
  const lost: string[] = [];
  for (const [name, rows] of tables) {
    if (rows.length === 0 || intended.includes(name)) continue;
    const { rows: found } = await client.query<{ table: string | null }>('SELECT to_regclass($1) AS table', [
      name,
    ]);
    if (found[0]?.table == null) {
      lost.push(`${name}: the table is gone`);
      continue;
    }
    // Columns that came later are left out; one that went leaves every row different.
    const { rows: answer } = await client.query<{ n: number }>(
      `WITH before AS (SELECT value FROM jsonb_array_elements($1::jsonb)), added AS (
         SELECT coalesce(array_agg(attname::text), '{}') AS columns FROM pg_attribute
          WHERE attrelid = $2::regclass AND attnum > 0 AND NOT $1::jsonb -> 0 ? attname::text)
       SELECT count(*)::int AS n FROM (
         SELECT value - $3::text[] FROM before
         EXCEPT ALL SELECT to_jsonb(t) - added.columns - $3::text[] FROM ${name} t, added) lost`,
      [`[${rows.join(',')}]`, name, columnsIn(intended, name)],
    );
    const missing = answer[0]?.n ?? 0;
    if (missing > 0) lost.push(`${name}: ${missing} of ${rows.length} rows are lost or changed`);
  }
  return lost;
}

function columnsIn(intended: readonly string[], table: string): string[] {
  return intended.filter((name) => name.startsWith(`${table}.`)).map((name) => name.slice(table.length + 1));
}
