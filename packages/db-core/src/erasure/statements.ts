import { type Statement, statement } from '../sql/statement.js';
import { OF_USER, type PersonalData, type PersonalRows } from './personal-data.js';

// The counters of a tombstone change in the statement that erases, so that an erasure which was interrupted between two
// statements reports every row once.

interface Tombstone {
  readonly requestId: string;
  readonly tables: Record<string, number>;
}

export const raiseTombstone: Statement<never> = statement(
  'erasure.raise_tombstone',
  `INSERT INTO erased_users (user_hash, request_id) VALUES ($1::bytea, $2::uuid) ON CONFLICT (user_hash) DO NOTHING`,
);

/** Transactions of other sessions that write in this database now. Those of other databases on the server do not matter. */
export const runningTransactions: Statement<{ ids: string[] }> = statement(
  'erasure.running_transactions',
  `SELECT coalesce(array_agg(l.transactionid::text), '{}') AS ids FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
      AND a.datname = current_database() AND l.pid <> pg_backend_pid()`,
);

export const anyStillRuns: Statement<{ running: boolean }> = statement(
  'erasure.any_still_runs',
  `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
      AND transactionid::text = ANY($1::text[])) AS running`,
);

export const readTombstone: Statement<Tombstone> = statement(
  'erasure.read_tombstone',
  'SELECT request_id AS "requestId", tables FROM erased_users WHERE user_hash = $1::bytea',
);

export const primaryKeyOf: Statement<{ columns: string[] }> = statement(
  'erasure.primary_key',
  `SELECT array_agg(quote_ident(a.attname) ORDER BY k.position) AS columns
     FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = $1::text::regclass AND i.indisprimary`,
);

export interface Batch {
  readonly found: number;
  readonly changed: number;
}

/** `$1` user, `$2` hash, `$3` rows. The setting opens append-only tables for the rows of this one person. */
export function deleteBatch(
  { service }: PersonalData,
  { table, where = OF_USER }: PersonalRows,
  keys: readonly string[],
): Statement<Batch> {
  return statement(
    `${service}.erase_${table}`,
    `WITH opened AS MATERIALIZED (SELECT set_config('codezest.erased_user', $1::uuid::text, true)),
     found AS MATERIALIZED (
       SELECT ${keys.join(', ')} FROM ${table}, opened WHERE ${userParameter(where)} LIMIT $3::int),
     gone AS (
       DELETE FROM ${table} t USING found f WHERE ${sameKey(keys)} RETURNING 1),
     counted AS (SELECT count(*)::int AS changed FROM gone),
     noted AS (${note(`SELECT '${table}' AS name, changed FROM counted`, '$2')})
     SELECT (SELECT count(*)::int FROM found) AS found, changed FROM counted`,
  );
}

/** `$1` user, `$2` the id instead, `$3` hash, `$4` rows. */
export function overwriteBatch(
  { service }: PersonalData,
  { table, where = OF_USER, onErasure }: PersonalRows,
  keys: readonly string[],
): Statement<Batch> {
  return statement(
    `${service}.erase_${table}_${Object.keys(onErasure).join('_')}`,
    `WITH found AS MATERIALIZED (
       SELECT ${keys.join(', ')} FROM ${table} WHERE ${userParameter(where)} LIMIT $4::int FOR UPDATE),
     changed AS (
       UPDATE ${table} t SET ${assignments(onErasure)} FROM found f WHERE ${sameKey(keys)} RETURNING $2::uuid),
     counted AS (SELECT count(*)::int AS changed FROM changed),
     noted AS (${note(`SELECT '${table}' AS name, changed FROM counted`, '$3')})
     SELECT (SELECT count(*)::int FROM found) AS found, changed FROM counted`,
  );
}

/** All kept rows of a person at once: their foreign keys contain the user's id. `$1` user, `$2` the id instead, `$3` hash. */
export function overwriteTogether(
  { service }: PersonalData,
  rows: readonly PersonalRows[],
): Statement<{ name: string; changed: number }> {
  const parts = rows.map(
    ({ table, where = OF_USER, onErasure }, index) =>
      `changed_${index} AS (UPDATE ${table} SET ${assignments(onErasure)} WHERE ${userParameter(where)} RETURNING 1)`,
  );
  const counts = rows.map(
    ({ table }, index) => `SELECT '${table}' AS name, count(*)::int AS changed FROM changed_${index}`,
  );
  return statement(
    `${service}.erase_kept_rows`,
    `WITH opened AS MATERIALIZED (SELECT set_config('codezest.erased_user', $1::uuid::text, true)),
     ${parts.join(',\n     ')},
     counted AS (${counts.join(' UNION ALL ')}),
     noted AS (${note('SELECT name, changed FROM counted', '$3')})
     SELECT name, changed FROM counted, opened`,
  );
}

/** Adds to the tombstone what a statement has erased. */
function note(counts: string, hash: string): string {
  return `UPDATE erased_users SET updated_at = now(), tables = tables || (
      SELECT coalesce(jsonb_object_agg(c.name, coalesce((tables ->> c.name)::int, 0) + c.changed), '{}')
        FROM (${counts}) AS c WHERE c.changed > 0)
    WHERE user_hash = ${hash}::bytea`;
}

const userParameter = (where: string): string => where.replaceAll('$1', '$1::uuid');
const sameKey = (keys: readonly string[]): string => keys.map((key) => `t.${key} = f.${key}`).join(' AND ');
const assignments = (columns: PersonalRows['onErasure']): string =>
  Object.entries(columns)
    .map(([column, value]) => `${column} = ${value.replaceAll('$2', '$2::uuid')}`)
    .join(', ');
