import { read, rowsOf } from '@codezest/db-core';
import type { Pool } from 'pg';

/** One statement in a hundred takes this long. */
const SLOW_MS = 100;
const EVERY = 100;
const CALLERS = 64;
const CALLS = 4_000;

const quick = read<{ n: number }>('benchmark.quick', 'SELECT $1::int AS n');
const slow = read<object>('benchmark.slow', `SELECT pg_sleep($1::float8)::text`);

export interface BesideSlow {
  /** Of a hundred quick statements, 99 took no longer, in milliseconds. */
  readonly ours: number;
  readonly pg: number;
}

/** Whether those who ask for little wait for those who ask for much: 64 callers, one statement in a hundred is slow. */
export async function besideSlow(database: { client: object; pg: Pool }): Promise<BesideSlow> {
  const client = database.client as Parameters<typeof rowsOf>[0];
  const run = {
    ours: ({ name, text }: typeof slow, value: number) =>
      rowsOf(client, { name, text, reads: true }, [value]),
    pg: async ({ name, text }: typeof slow, value: number) =>
      (await database.pg.query({ name, text, values: [value] })).rows,
  };
  return { ours: await p99(run.ours), pg: await p99(run.pg) };
}

async function p99(run: (statement: typeof slow, value: number) => Promise<unknown>): Promise<number> {
  const latencies: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (next < CALLS) {
        next += 1;
        if (next % EVERY === 0) await run(slow, SLOW_MS / 1_000);
        else {
          const start = performance.now();
          await run(quick, next);
          latencies.push(performance.now() - start);
        }
      }
    }),
  );
  return latencies.sort((one, other) => one - other)[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
}
