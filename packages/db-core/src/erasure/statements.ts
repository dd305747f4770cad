import { type Statement, statement } from '../sql/statement.js';
import { OF_USER, type PersonalData, type PersonalRows } from './personal-data.js';

// People are erased together, a statement per table for all of them: one at a time, ten thousand take an hour. What was erased
// of whom is counted in the statement that erases, so that an erasure which was interrupted between two statements reports
// every row once.

interface Tombstone {
  readonly userId: string;
  readonly requestId: string;
  readonly tables: Record<string, number>;
}

/** `$1` hashes, `$2` requests. In one order, so that two that erase the same people don't wait for each other. */
export const raiseTombstones: Statement<never> = statement(
  'erasure.raise_tombstones',
  `INSERT INTO erased_users (user_hash, request_id)
   SELECT t.hash, t.request FROM unnest($1::bytea[], $2::uuid[]) AS t(hash, request) ORDER BY t.hash
   ON CONFLICT (user_hash) DO NOTHING`,
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

/** `$1` users. */
export const readTombstones: Statement<Tombstone> = statement(
  'erasure.read_tombstones',
  `SELECT u.id AS "userId", e.request_id AS "requestId", e.tables
     FROM unnest($1::uuid[]) AS u(id) JOIN erased_users e ON e.user_hash = rules.hash_of_user(u.id)`,
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

/** `$1` users, `$2` the ids instead, `$3` rows. The setting opens append-only tables for the rows of these people. */
const PEOPLE = `opened AS MATERIALIZED (SELECT set_config('codezest.erased_user', array_to_string($1::uuid[], ','), true)),
     person AS MATERIALIZED (
       SELECT p.erased_id, p.erased_instead, rules.hash_of_user(p.erased_id) AS erased_hash
         FROM opened, unnest($1::uuid[], $2::uuid[]) AS p(erased_id, erased_instead))`;

/** Whose each row is, found by index for one person after another. A row of two of them is one's. */
const found = (table: string, where: string, keys: readonly string[], locked = ''): string =>
  `found AS MATERIALIZED (
       SELECT DISTINCT ON (${keys.map((key) => `f.${key}`).join(', ')}) p.erased_hash, p.erased_instead, f.*
         FROM person p CROSS JOIN LATERAL (
           SELECT ${keys.join(', ')} FROM ${table} WHERE ${ofPerson(where)} LIMIT $3::int ${locked}) AS f LIMIT $3::int)`;

/** See `PEOPLE`. */
export function deleteBatch(
  { service }: PersonalData,
  { table, where = OF_USER }: PersonalRows,
  keys: readonly string[],
): Statement<Batch> {
  return statement(
    `${service}.erase_${table}`,
    `WITH ${PEOPLE},
     ${found(table, where, keys)},
     gone AS (
       DELETE FROM ${table} t USING found f WHERE ${sameKey(keys)} RETURNING f.erased_hash),
     counted AS (SELECT '${table}' AS name, erased_hash, count(*)::int AS changed FROM gone GROUP BY 2),
     noted AS (${NOTE})
     SELECT (SELECT count(*)::int FROM found) AS found, coalesce(sum(changed), 0)::int AS changed FROM counted`,
  );
}

/** See `PEOPLE`. */
export function overwriteBatch(
  { service }: PersonalData,
  { table, where = OF_USER, onErasure }: PersonalRows,
  keys: readonly string[],
): Statement<Batch> {
  return statement(
    `${service}.erase_${table}_${Object.keys(onErasure).join('_')}`,
    `WITH ${PEOPLE},
     ${found(table, where, keys, 'FOR UPDATE')},
     changed AS (
       UPDATE ${table} t SET ${assignments(onErasure, 'f')} FROM found f WHERE ${sameKey(keys)} RETURNING f.erased_hash),
     counted AS (SELECT '${table}' AS name, erased_hash, count(*)::int AS changed FROM changed GROUP BY 2),
     noted AS (${NOTE})
     SELECT (SELECT count(*)::int FROM found) AS found, coalesce(sum(changed), 0)::int AS changed FROM counted`,
  );
}

/** All kept rows of people at once: their foreign keys contain the user's id. `$1` users, `$2` the ids instead. */
export function overwriteTogether(
  { service }: PersonalData,
  rows: readonly PersonalRows[],
): Statement<{ name: string; changed: number }> {
  const parts = rows.map(
    ({ table, where = OF_USER, onErasure }, index) =>
      `changed_${index} AS (
       UPDATE ${table} SET ${assignments(onErasure, 'p')} FROM person p WHERE ${ofPerson(where)} RETURNING p.erased_hash)`,
  );
  const counts = rows.map(
    ({ table }, index) =>
      `SELECT '${table}' AS name, erased_hash, count(*)::int AS changed FROM changed_${index} GROUP BY 2`,
  );
  return statement(
    `${service}.erase_kept_rows`,
    `WITH ${PEOPLE},
     ${parts.join(',\n     ')},
     counted AS (${counts.join(' UNION ALL ')}),
     noted AS (${NOTE})
     SELECT name, sum(changed)::int AS changed FROM counted GROUP BY 1`,
  );
}

/** Adds to each tombstone what a statement has erased. */
const NOTE = `UPDATE erased_users e SET updated_at = now(), tables = e.tables || (
      SELECT jsonb_object_agg(c.name, coalesce((e.tables ->> c.name)::int, 0) + c.changed)
        FROM counted c WHERE c.erased_hash = e.user_hash)
    WHERE e.user_hash IN (SELECT erased_hash FROM counted)`;

const ofPerson = (where: string): string => where.replaceAll('$1', 'p.erased_id');
const sameKey = (keys: readonly string[]): string => keys.map((key) => `t.${key} = f.${key}`).join(' AND ');
const assignments = (columns: PersonalRows['onErasure'], from: 'f' | 'p'): string =>
  Object.entries(columns)
    .map(([column, value]) => `${column} = ${value.replaceAll('$2', `${from}.erased_instead`)}`)
    .join(', ');
