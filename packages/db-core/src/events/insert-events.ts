import { type Statement, statement } from '../sql/statement.js';

/**
 * Adds events to an inbox, each once: `$1` is a JSON array of them, as `CodezestEvent` describes one. Names no target for the
 * conflict and returns nothing, because the role of the deliverer may add rows and do nothing else, not even read them.
 * Whoever applies events is woken when the transaction commits.
 */
export const insertEvents: Statement<never> = statement(
  'events.insert',
  `WITH woken AS (SELECT pg_notify('codezest_inbox', ''))
   INSERT INTO received_events
     (id, type, version, aggregatetype, aggregateid, aggregateversion, payload, trace_context, occurred_at)
   SELECT e.id, e.type, e.version, e."aggregateType", e."aggregateId", e."aggregateVersion", e.payload, e."traceContext",
     e."occurredAt"
   FROM woken, jsonb_to_recordset($1::jsonb) AS e (id uuid, type text, version int, "aggregateType" text,
     "aggregateId" text, "aggregateVersion" int, payload jsonb, "traceContext" text, "occurredAt" timestamptz)
   ON CONFLICT DO NOTHING`,
);

/** What `insertEvents` notifies. */
export const INBOX_CHANNEL = 'codezest_inbox';
