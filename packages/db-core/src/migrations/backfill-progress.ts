import type { Client } from 'pg';

export interface BackfillProgress {
  readonly name: string;
  /** Whether a batch was done, or a person has decided about it. */
  readonly begun: boolean;
  readonly cursor: string | null;
  readonly rows: number;
  /** Rows since the pass began. */
  readonly passRows: number;
  readonly paused: boolean;
  readonly finishedAt: Date | null;
}

/** In a schema of its own: Prisma proposes to drop a table that it finds in `public` and does not know. */
const table = 'backfills.progress';
/** Apart from the progress, whose row a batch holds locked until it ends: who pulls the switch must not wait for a slow one. */
const pauses = 'backfills.paused';

/** IF NOT EXISTS alone is a race: of two that look at once, one fails on the catalog's own unique index. */
export async function createProgressTable(client: Client): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('${table}', 0));
    CREATE SCHEMA IF NOT EXISTS backfills;
    CREATE TABLE IF NOT EXISTS ${table} (
      name text PRIMARY KEY,
      cursor text,
      rows bigint NOT NULL DEFAULT 0,
      pass_rows bigint NOT NULL DEFAULT 0,
      started_at timestamptz NOT NULL DEFAULT now(),
      changed_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    );
    CREATE TABLE IF NOT EXISTS ${pauses} (name text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())`);
}

/** Asked of the catalogs, which everybody may read: `to_regclass` fails where the schema is denied. */
export async function progressAccess(client: Client): Promise<'absent' | 'denied' | 'readable'> {
  const { rows } = await client.query<{ allowed: boolean }>(
    `SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS allowed
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname || '.' || c.relname = $1`,
    [table],
  );
  if (!rows[0]) return 'absent';
  return rows[0].allowed ? 'readable' : 'denied';
}

export async function readProgress(client: Client): Promise<BackfillProgress[]> {
  if ((await progressAccess(client)) === 'absent') return [];
  const { rows } = await client.query<BackfillProgress>(
    `SELECT name, progress.name IS NOT NULL AS begun, cursor, coalesce(rows, 0)::float8 AS rows,
            coalesce(pass_rows, 0)::float8 AS "passRows", paused.name IS NOT NULL AS paused, finished_at AS "finishedAt"
       FROM ${table} FULL JOIN ${pauses} USING (name) ORDER BY name`,
  );
  return rows;
}

/** The row of a backfill, locked: inside the batch's transaction, so that no other batch of it runs. */
export async function lockProgress(client: Client, name: string): Promise<BackfillProgress> {
  await client.query(`INSERT INTO ${table} (name) VALUES ($1) ON CONFLICT DO NOTHING`, [name]);
  const { rows } = await client.query<BackfillProgress>(
    `SELECT name, true AS begun, cursor, rows::float8, pass_rows::float8 AS "passRows",
            EXISTS (SELECT FROM ${pauses} WHERE paused.name = progress.name) AS paused, finished_at AS "finishedAt"
       FROM ${table} WHERE name = $1 FOR UPDATE`,
    [name],
  );
  const [row] = rows;
  if (!row) throw new Error(`the progress of ${name} was deleted while it ran`);
  return row;
}

/** `cursor` NULL begins another pass. */
export async function saveProgress(
  client: Client,
  { name, cursor, rows, passRows }: Pick<BackfillProgress, 'name' | 'cursor' | 'rows' | 'passRows'>,
  finished: boolean,
): Promise<void> {
  await client.query(
    `UPDATE ${table} SET cursor = $2, rows = $3, pass_rows = $4, changed_at = now(),
       finished_at = CASE WHEN $5 THEN now() END WHERE name = $1`,
    [name, cursor, rows, passRows, finished],
  );
}

export async function setPaused(client: Client, name: string, paused: boolean): Promise<void> {
  await createProgressTable(client);
  await client.query(
    paused
      ? `INSERT INTO ${pauses} (name) VALUES ($1) ON CONFLICT DO NOTHING`
      : `DELETE FROM ${pauses} WHERE name = $1`,
    [name],
  );
}

/** For a database whose rows were brought to the new form by other means. One that was begun keeps its place. */
export async function recordFinished(client: Client, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  await createProgressTable(client);
  const { rows } = await client.query<{ name: string }>(
    `INSERT INTO ${table} (name, finished_at) SELECT unnest($1::text[]), now() ON CONFLICT DO NOTHING RETURNING name`,
    [names],
  );
  return rows.map(({ name }) => name);
}

/** A person's word that it is through, or that it has to begin anew. */
export async function resolveProgress(client: Client, name: string, finished: boolean): Promise<void> {
  await createProgressTable(client);
  await client.query(
    `INSERT INTO ${table} (name, finished_at) VALUES ($1, CASE WHEN $2 THEN now() END) ON CONFLICT (name) DO UPDATE
       SET finished_at = excluded.finished_at, changed_at = now(), cursor = NULL, pass_rows = 0`,
    [name, finished],
  );
}
