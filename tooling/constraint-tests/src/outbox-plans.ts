import { Client } from 'pg';
import type { PartialIndex } from './catalog.js';

/** What the functions of an outbox ask of each of its partial indexes. */
const questions: Readonly<Record<string, string>> = {
  outbox_deliveries_consumer_sequence_open_idx: `SELECT d.event_id FROM outbox_deliveries d
    WHERE d.consumer = 'activity' AND d.delivered_at IS NULL AND d.dead_at IS NULL ORDER BY d.sequence LIMIT 1`,
  outbox_deliveries_aggregate_open_idx: `SELECT true FROM outbox_deliveries e
    WHERE e.aggregateid = '1' AND e.aggregatetype = 'test.thing' AND e.consumer = 'activity' AND e.sequence < 5
      AND e.delivered_at IS NULL AND e.dead_at IS NULL LIMIT 1`,
  outbox_deliveries_consumer_dead_idx: `SELECT count(*) FROM outbox_deliveries d
    WHERE d.consumer = 'activity' AND d.dead_at IS NOT NULL`,
};

const FILLING = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'test.thing', n::text, 1, 'test.told_nobody', '{}' FROM generate_series(1, 2000) n;
  INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
  SELECT id, 'activity', aggregatetype, aggregateid FROM outbox WHERE type = 'test.told_nobody';
  UPDATE outbox_deliveries SET dead_at = now(), reason = 'r' WHERE aggregateid::int % 100 = 0;
  ANALYZE outbox_deliveries`;

/**
 * Of an index of the outbox, the same in every database: the indexes of its question's plan without it. Throws where the plan
 * does not use it while it is there. Undefined for any other index.
 */
export async function outboxPlansWithout(
  url: string,
  { name, drop }: PartialIndex,
): Promise<readonly string[] | undefined> {
  const question = questions[name];
  if (question === undefined) return undefined;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`BEGIN; ${FILLING}`);
    const plan = async () => JSON.stringify((await client.query(`EXPLAIN ${question}`)).rows);
    if (!(await plan()).includes(` ${name} `)) throw new Error(`${name} does not serve its question.`);
    await client.query(drop);
    return (await plan()).includes(` ${name} `) ? [name] : [];
  } finally {
    await client.end();
  }
}
