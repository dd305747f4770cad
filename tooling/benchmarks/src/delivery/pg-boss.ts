import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@codezest/db-core';
import { Pool } from 'pg';
import PgBoss from 'pg-boss';
import { insertPeople, type Way } from './way.js';

const QUEUE = 'contact_changed';
const BATCH = 500;

/**
 * The same by pg-boss: jobs in the transaction of the change, and a worker that fetches them, writes mark and effect in one
 * transaction of the other database, and completes them. Fetched without a pause while there are some, and after 10 ms where there
 * are none: pg-boss's own `work` looks every half second at most. Its maintenance runs as by its defaults.
 */
export async function byPgBoss(producer: string, consumer: string): Promise<Way> {
  const boss = new PgBoss({ connectionString: producer, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue(QUEUE, { name: QUEUE, retryLimit: 50, retryBackoff: true, expireInSeconds: 30 });
  const inbox = new Pool({ connectionString: consumer, max: 2 });
  const outbox = new Pool({ connectionString: producer, max: 1 });
  // Its jobs are the events here.
  await outbox.query('ALTER TABLE users DISABLE TRIGGER users_registered');
  await inbox.query('CREATE TABLE marks (id uuid PRIMARY KEY, processed_at timestamptz NOT NULL)');
  return {
    async tell(pool, people) {
      const connection = await pool.connect();
      try {
        await connection.query('BEGIN');
        const { rows } = await connection.query(insertPeople, [people]);
        const executeSql = (text: string, values: unknown[]) => connection.query(text, values);
        await boss.insert(
          rows.map((data) => ({ name: QUEUE, id: newId<'Event'>(), data })),
          { db: { executeSql } },
        );
        await connection.query('COMMIT');
      } finally {
        connection.release();
      }
    },
    async run(signal) {
      while (!signal.aborted) {
        const jobs = await boss.fetch<object>(QUEUE, { batchSize: BATCH });
        if (jobs.length === 0) {
          await sleep(10);
          continue;
        }
        const connection = await inbox.connect();
        try {
          await connection.query('BEGIN');
          await connection.query(apply, [
            JSON.stringify(jobs.map(({ id, data }) => ({ ...data, event: id, row: newId() }))),
          ]);
          await connection.query('COMMIT');
        } finally {
          connection.release();
        }
        await boss.complete(
          QUEUE,
          jobs.map(({ id }) => id),
        );
      }
    },
    async end() {
      await boss.stop({ graceful: false });
      await Promise.all([inbox.end(), outbox.end()]);
    },
  };
}

const apply = `WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS e (event uuid, row uuid, id uuid, email text, "firstName" text, "lastName" text)),
  marked AS (
    INSERT INTO marks (id, processed_at) SELECT event, now() FROM given ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO recipients (id, user_id, version, email, first_name, last_name, locale, time_zone, created_at, updated_at)
  SELECT g.row, g.id, 1, g.email, g."firstName", g."lastName", 'en', 'UTC', now(), now()
    FROM given g JOIN marked m ON m.id = g.event ORDER BY g.id
  ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, email = excluded.email WHERE recipients.version < excluded.version`;
