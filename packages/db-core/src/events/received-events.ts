import { read, type Statement, statement } from '../sql/statement.js';

// Rows of received_events. An open one is neither processed nor dead; which of them this release can apply, its list of types
// and versions says.

export interface ReceivedRow {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly payload: unknown;
  readonly traceContext: string | null;
  readonly occurredAt: string;
  /** Whether the person that it is about has been erased. */
  readonly erased: boolean | null;
}

/** A column of milliseconds may round up: what was written in this very millisecond is due. */
const DUE = `e.available_at <= now() + interval '1 millisecond'`;

const OPEN = 'e.processed_at IS NULL AND e.dead_at IS NULL';
const KNOWN = '(e.type, e.version) IN (SELECT * FROM unnest($1::text[], $2::int[]))';

// A text that is no id has no tombstone, and a cast of it would fail the whole claim.
const COLUMNS = `e.id, e.type, e.version, e.aggregatetype AS "aggregateType", e.aggregateid AS "aggregateId",
  e.aggregateversion AS "aggregateVersion", e.payload, e.trace_context AS "traceContext",
  to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
  (SELECT true FROM erased_users u
    WHERE u.user_hash = sha256(convert_to(e.payload ->> 'userId', 'UTF8'))) AS erased`;

/** The next events to apply, locked: `$1` types, `$2` versions, `$3` rows. Others take other rows meanwhile. */
export const claimEvents: Statement<ReceivedRow> = statement(
  'events.claim',
  `SELECT ${COLUMNS} FROM received_events e
    WHERE ${OPEN} AND ${DUE} AND ${KNOWN}
    ORDER BY e.available_at, e.aggregateversion LIMIT $3::int FOR UPDATE OF e SKIP LOCKED`,
);

/** One event, locked, if it is still open and nobody else has it: `$1` id. */
export const claimEvent: Statement<ReceivedRow> = statement(
  'events.claim_one',
  `SELECT ${COLUMNS} FROM received_events e WHERE e.id = $1::uuid AND ${OPEN} FOR UPDATE OF e SKIP LOCKED`,
);

/** Marks events as applied, and deletes those about people who have been erased: `$1` and `$2` ids. */
export const markEvents: Statement<{ marked: number }> = statement(
  'events.mark',
  `WITH forgotten AS (DELETE FROM received_events WHERE id = ANY ($2::uuid[])),
   marked AS (
     UPDATE received_events SET processed_at = now(), reason = NULL WHERE id = ANY ($1::uuid[]) RETURNING 1)
   SELECT count(*)::int AS marked FROM marked`,
);

/** Notes a failure: `$1` id, `$2` reason, `$3` seconds until the next attempt, `$4` attempts until it is dead. */
export const noteFailure: Statement<{ dead: boolean }> = statement(
  'events.note_failure',
  `UPDATE received_events e SET attempts = e.attempts + 1, reason = $2::text,
     available_at = now() + least($3::float8 * 2 ^ least(e.attempts, 20), ${5 * 60}) * interval '1 second',
     dead_at = CASE WHEN e.attempts + 1 >= $4::int THEN now() END
   WHERE e.id = $1::uuid AND ${OPEN} RETURNING e.dead_at IS NOT NULL AS dead`,
);

/** Whether the caller may erase people: tombstones are the owner's to write. */
export const mayErase: Statement<{ may: boolean }> = read(
  'events.may_erase',
  `SELECT has_table_privilege('erased_users', 'INSERT') AS may`,
);

/**
 * Deletions of users, taken for `$2` seconds: `$1` version, `$3` rows. By a lease, because an erasure commits many times and
 * waits for the transactions that were open when it began.
 */
export const leaseDeletions: Statement<ReceivedRow> = statement(
  'events.lease_deletions',
  `WITH due AS MATERIALIZED (
     SELECT e.id FROM received_events e
      WHERE ${OPEN} AND ${DUE} AND e.type = 'user.deleted' AND e.version = $1::int
      ORDER BY e.available_at LIMIT $3::int FOR UPDATE SKIP LOCKED)
   UPDATE received_events e SET available_at = now() + $2::float8 * interval '1 second'
     FROM due WHERE e.id = due.id RETURNING ${COLUMNS}`,
);

export const redriveDead: Statement<{ redriven: number }> = statement(
  'events.redrive',
  `WITH redriven AS (
     UPDATE received_events SET dead_at = NULL, reason = NULL, attempts = 0, available_at = now()
      WHERE dead_at IS NOT NULL RETURNING 1)
   SELECT count(*)::int AS redriven FROM redriven`,
);

/** What is left to do: `$1` types, `$2` versions that this release applies. */
export const countEvents: Statement<{ open: number; waiting: number; dead: number; oldest: Date | null }> =
  read(
    'events.count',
    `SELECT count(*) FILTER (WHERE known)::int AS open, count(*) FILTER (WHERE NOT known)::int AS waiting,
       (SELECT count(*)::int FROM received_events WHERE dead_at IS NOT NULL) AS dead, min(received_at) FILTER (WHERE known) AS oldest
     FROM (SELECT ${KNOWN} AS known, e.received_at FROM received_events e WHERE ${OPEN}) AS events`,
  );

/** A batch of applied events that are older than `$1` days: `$2` rows. */
export const deleteProcessed: Statement<{ deleted: number }> = statement(
  'events.delete_processed',
  `WITH old AS (
     SELECT id FROM received_events WHERE processed_at < now() - make_interval(days => $1::int)
      LIMIT $2::int FOR UPDATE SKIP LOCKED),
   deleted AS (DELETE FROM received_events WHERE id IN (SELECT id FROM old) RETURNING 1)
   SELECT count(*)::int AS deleted FROM deleted`,
);
