import { Client } from 'pg';
import type { PartialIndex } from './catalog.js';

/** What the functions of an outbox, and those that receive, ask of each of their partial indexes. */
const questions: Readonly<Record<string, string>> = {
  outbox_deliveries_consumer_sequence_open_idx: `SELECT d.event_id FROM outbox_deliveries d
    WHERE d.consumer = 'activity' AND d.delivered_at IS NULL AND d.dead_at IS NULL ORDER BY d.sequence LIMIT 1`,
  outbox_deliveries_aggregate_open_idx: `SELECT true FROM outbox_deliveries e
    WHERE e.aggregateid = '1' AND e.aggregatetype = 'test.thing' AND e.consumer = 'activity' AND e.sequence < 5
      AND e.delivered_at IS NULL AND e.dead_at IS NULL LIMIT 1`,
  outbox_deliveries_consumer_dead_idx: `SELECT count(*) FROM outbox_deliveries d
    WHERE d.consumer = 'activity' AND d.dead_at IS NOT NULL`,
  received_events_open_idx: `SELECT e.id FROM received_events e
    WHERE e.processed_at IS NULL AND e.dead_at IS NULL AND e.available_at <= now()
    ORDER BY e.available_at, e.aggregateversion LIMIT 10 FOR UPDATE SKIP LOCKED`,
  received_events_dead_idx: 'SELECT count(*) FROM received_events WHERE dead_at IS NOT NULL',
};

const OUTBOX = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'test.thing', n::text, 1, 'test.told_nobody', '{}' FROM generate_series(1, 2000) n;
  INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
  SELECT id, 'activity', aggregatetype, aggregateid FROM outbox WHERE type = 'test.told_nobody';
  UPDATE outbox_deliveries SET dead_at = now(), reason = 'r' WHERE aggregateid::int % 100 = 0;
  ANALYZE outbox_deliveries`;

const INBOX = `
  INSERT INTO received_events (id, type, version, aggregatetype, aggregateid, aggregateversion, payload, occurred_at,
    processed_at, dead_at, reason)
  SELECT gen_random_uuid(), 'test.told_nobody', 1, 'test.thing', n::text, 1, '{}', now(),
    CASE WHEN n % 100 <> 0 THEN now() END, CASE WHEN n % 1000 = 0 THEN now() END, CASE WHEN n % 1000 = 0 THEN 'r' END
  FROM generate_series(1, 20000) n;
  ANALYZE received_events`;

/**
 * Of an index of an outbox or an inbox, the same in every database: the indexes of its question's plan without it. Throws where the plan
 * does not use it while it is there. Undefined for any other index.
 */
export async function eventPlansWithout(
  url: string,
  { name, drop }: PartialIndex,
): Promise<readonly string[] | undefined> {
  const question = questions[name];
  if (question === undefined) return undefined;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`BEGIN; ${name.startsWith('outbox') ? OUTBOX : INBOX}`);
    const plan = async () => JSON.stringify((await client.query(`EXPLAIN ${question}`)).rows);
    if (!(await plan()).includes(` ${name} `)) throw new Error(`${name} does not serve its question.`);
    await client.query(drop);
    return (await plan()).includes(` ${name} `) ? [name] : [];
  } finally {
    await client.end();
  }
}
