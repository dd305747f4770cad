import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase as createAuth } from '@codezest/db-auth/testing';
import { createTestDatabase as createNotifications } from '@codezest/db-notifications/testing';
import { Pool } from 'pg';
import type { Benchmark } from './benchmark.js';
import { byOurs } from './delivery/ours.js';
import { byPgBoss } from './delivery/pg-boss.js';
import type { Way } from './delivery/way.js';

const EVENTS = 10_000;
/** Changes of one transaction. */
const TOGETHER = 10;
const STEADY_PER_SECOND = 500;

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
}

/** From the commit in one database to the effect in another: what changes of accounts do to the recipients of mail. */
export const delivery: Benchmark = {
  name: 'delivery',
  summary: 'events from one database to their effect in another, against pg-boss 10.4 on the same work',

  async run({ effort, progress }) {
    const ways: Record<string, (producer: string, consumer: string) => Promise<Way>> = {
      'outbox, db-delivery, receiveEvents': byOurs,
      'pg-boss 10.4.2': byPgBoss,
    };
    const measured: Record<string, Measured> = {};
    let server = '';
    for (const [name, open] of Object.entries(ways)) {
      const [auth, notifications] = await Promise.all([createAuth(), createNotifications()]);
      const producer = new Pool({ connectionString: auth.url, max: 2 });
      const consumer = new Pool({ connectionString: notifications.url, max: 2 });
      const way = await open(auth.url, notifications.url);
      const { rows } = await producer.query(
        `SELECT current_setting('server_version') || ', fsync/synchronous_commit ' || current_setting('fsync') || '/'
           || current_setting('synchronous_commit') AS server`,
      );
      server = rows[0].server;
      const applied = async (): Promise<number> =>
        (await consumer.query('SELECT count(*)::int AS n FROM recipients')).rows[0].n;

      progress(`${name}: ${EVENTS} events that wait`);
      for (let told = 0; told < EVENTS; told += 1_000) await way.tell(producer, 1_000);
      const began = performance.now();
      const drained = new AbortController();
      const draining = way.run(drained.signal);
      while ((await applied()) < EVENTS) await sleep(20);
      const seconds = (performance.now() - began) / 1_000;
      drained.abort();
      await draining;

      progress(`${name}: ${STEADY_PER_SECOND} events a second`);
      await consumer.query('TRUNCATE recipients CASCADE');
      const total = effort * 5 * STEADY_PER_SECOND;
      const steady = new AbortController();
      const running = way.run(steady.signal);
      await sleep(500);
      for (let told = 0, next = performance.now(); told < total; told += TOGETHER) {
        await way.tell(producer, TOGETHER);
        next += (TOGETHER / STEADY_PER_SECOND) * 1_000;
        await sleep(Math.max(0, next - performance.now()));
      }
      while ((await applied()) < total) await sleep(20);
      steady.abort();
      await running;
      // Beginning to beginning of the two transactions, by the clock of one server.
      const lags = (
        await consumer.query(
          `SELECT 1000 * extract(epoch FROM created_at - first_name::timestamptz)::float8 AS ms FROM recipients ORDER BY 1`,
        )
      ).rows.map(({ ms }) => ms as number);
      measured[name] = {
        perSecond: EVENTS / seconds,
        p50: lags[lags.length >> 1] ?? Number.NaN,
        p95: lags[Math.floor(lags.length * 0.95)] ?? Number.NaN,
      };
      await way.end();
      await Promise.all([producer.end(), consumer.end()]);
      await Promise.all([auth.drop(), notifications.drop()]);
    }
    const [ours, theirs] = Object.values(measured) as [Measured, Measured];
    return {
      server,
      tables: [
        {
          title: `${EVENTS} events that wait; then ${STEADY_PER_SECOND} a second, ${TOGETHER} in a transaction`,
          columns: ['', 'events/s', 'lag p50, ms', 'lag p95, ms'],
          rows: Object.entries(measured).map(([name, { perSecond, p50, p95 }]) => [
            name,
            perSecond,
            p50,
            p95,
          ]),
        },
      ],
      ratios: [
        {
          name: 'events/s of those that wait, to pg-boss',
          value: ours.perSecond / theirs.perSecond,
          aim: { atLeast: 1.5 },
        },
        { name: 'events/s, to 1,500', value: ours.perSecond / 1_500, aim: { atLeast: 1 } },
        { name: 'p95 of the lag, to 500 ms', value: ours.p95 / 500, aim: { atMost: 1 } },
      ],
    };
  },
};
