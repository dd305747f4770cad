import type { Client } from 'pg';
import type { Reject } from './write-units.js';

/** How far a step has come. Stands in the target and is written with the rows, so that both hold or neither. */
export interface Progress {
  /** The last key of the source that was written; null at the beginning of a pass. */
  readonly lastKey: readonly string[] | null;
  /** The pass under way reads what transactions from this number on wrote; null for everything. */
  readonly since: bigint | null;
  /** Where the pass under way began; null when none is. */
  readonly horizon: bigint | null;
  /** Where the last whole pass began: the next one reads from there. */
  readonly doneHorizon: bigint | null;
}

export const NOT_BEGUN: Progress = { lastKey: null, since: null, horizon: null, doneHorizon: null };

/** A schema of its own, which the package's migrations and `doctor` know nothing of. */
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS codezest_import;
  CREATE TABLE IF NOT EXISTS codezest_import.state (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    source text NOT NULL,
    closed_at timestamptz
  );
  CREATE TABLE IF NOT EXISTS codezest_import.steps (
    step text PRIMARY KEY,
    last_key jsonb,
    since bigint,
    horizon bigint,
    done_horizon bigint
  );
  CREATE TABLE IF NOT EXISTS codezest_import.rejects (
    step text,
    key jsonb,
    table_name text,
    reason text NOT NULL,
    rejected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (step, key)
  )`;

/**
 * The outboxes of the databases are written by triggers on their tables. What is imported has been told long ago: for the
 * sessions of the import, which say so, nothing goes into them.
 */
const SILENCE = `
  CREATE OR REPLACE FUNCTION codezest_import.tell_nothing() RETURNS trigger LANGUAGE plpgsql
    SET search_path TO 'pg_catalog' AS 'BEGIN RETURN NULL; END';
  CREATE OR REPLACE TRIGGER codezest_import_tells_nothing BEFORE INSERT ON public.outbox FOR EACH ROW
    WHEN (current_setting('codezest.importing', true) = 'on') EXECUTE FUNCTION codezest_import.tell_nothing()`;

export async function createLedger(client: Client): Promise<void> {
  await client.query(`BEGIN; ${TABLES}; COMMIT`);
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('public.outbox') IS NOT NULL AS there`,
  );
  if (rows[0]?.there) await client.query(`BEGIN; ${SILENCE}; COMMIT`);
}

export interface State {
  readonly source: string;
  readonly closedAt: Date | null;
}

export async function readState(client: Client): Promise<State | undefined> {
  const { rows } = await client.query<State>(
    'SELECT source, closed_at AS "closedAt" FROM codezest_import.state',
  );
  return rows[0];
}

/** Positions in another source mean nothing: everything is read again, and what is equal is not written. */
export async function beginWith(client: Client, source: string): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `UPDATE codezest_import.steps SET last_key = NULL, since = NULL, horizon = NULL, done_horizon = NULL
     WHERE EXISTS (SELECT FROM codezest_import.state WHERE source <> $1)`,
    [source],
  );
  await client.query(
    `INSERT INTO codezest_import.state (source) VALUES ($1)
     ON CONFLICT (single) DO UPDATE SET source = excluded.source, closed_at = NULL`,
    [source],
  );
  await client.query('COMMIT');
}

export async function closeLedger(client: Client): Promise<void> {
  await client.query('UPDATE codezest_import.state SET closed_at = now()');
}

export async function readProgress(client: Client, step: string): Promise<Progress> {
  const { rows } = await client.query<
    Record<'since' | 'horizon' | 'done', string | null> & { key: string[] }
  >(
    `SELECT last_key AS key, since::text, horizon::text, done_horizon::text AS done
     FROM codezest_import.steps WHERE step = $1`,
    [step],
  );
  const [found] = rows;
  if (found === undefined) return NOT_BEGUN;
  const number = (text: string | null) => (text === null ? null : BigInt(text));
  return {
    lastKey: found.key,
    since: number(found.since),
    horizon: number(found.horizon),
    doneHorizon: number(found.done),
  };
}

/** Inside the transaction of the rows. */
export async function writeProgress(client: Client, step: string, progress: Progress): Promise<void> {
  const { lastKey, since, horizon, doneHorizon } = progress;
  await client.query({
    name: 'import progress',
    text: `INSERT INTO codezest_import.steps (step, last_key, since, horizon, done_horizon) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (step) DO UPDATE SET last_key = excluded.last_key, since = excluded.since, horizon = excluded.horizon,
        done_horizon = excluded.done_horizon`,
    values: [
      step,
      lastKey === null ? null : JSON.stringify(lastKey),
      since?.toString() ?? null,
      horizon?.toString() ?? null,
      doneHorizon?.toString() ?? null,
    ],
  });
}

/** Inside the transaction of the rows: of those that were tried, the rejected ones stand in the list and no others. */
export async function writeRejects(
  client: Client,
  step: string,
  tried: readonly (readonly string[])[],
  rejects: readonly Reject[],
): Promise<void> {
  if (tried.length > 0)
    await client.query(
      `DELETE FROM codezest_import.rejects WHERE step = $1 AND key IN (SELECT jsonb_array_elements($2::jsonb))`,
      [step, JSON.stringify(tried)],
    );
  if (rejects.length > 0)
    await client.query(
      `INSERT INTO codezest_import.rejects (step, key, table_name, reason)
       SELECT $1, r.key, r.table, r.reason FROM jsonb_to_recordset($2::jsonb) AS r(key jsonb, "table" text, reason text)
       ON CONFLICT (step, key) DO UPDATE SET table_name = excluded.table_name, reason = excluded.reason`,
      [step, JSON.stringify(rejects)],
    );
}

export interface StoredReject extends Reject {
  readonly step: string;
}

/** A page of the rejected rows, in the order of step and key. */
export async function readRejects(
  client: Client,
  { step, after }: { step?: string; after?: StoredReject | undefined },
): Promise<readonly StoredReject[]> {
  const { rows } = await client.query<StoredReject>(
    `SELECT step, key, table_name AS table, reason FROM codezest_import.rejects
     WHERE ($1::text IS NULL OR step = $1) AND ($2::text IS NULL OR (step, key) > ($2, $3::jsonb))
     ORDER BY step, key LIMIT 1000`,
    [step ?? null, after?.step ?? null, after === undefined ? null : JSON.stringify(after.key)],
  );
  return rows;
}
