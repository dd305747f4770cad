import { Client } from 'pg';
import type { PrismaClient, TransactionClient } from '../src/index.js';

export type Statement = [sql: string, ...values: unknown[]];

/**
 * Both write, neither sees the other; the first has been checked but has not committed when the second is checked.
 * Returns what the second was told.
 */
export async function secondOfTwo(url: string, one: Statement, other: Statement): Promise<unknown> {
  const first = new Client({ connectionString: url });
  const second = new Client({ connectionString: url });
  await Promise.all([first.connect(), second.connect()]);
  try {
    const { rows } = await second.query('SELECT pg_backend_pid() AS pid');
    await first.query('BEGIN');
    await second.query('BEGIN');
    await first.query(one[0], one.slice(1));
    await first.query('SET CONSTRAINTS ALL IMMEDIATE');
    const late = second
      .query(other[0], other.slice(1))
      .then(() => second.query('COMMIT'))
      .catch((error: unknown) => error);
    await waitsForLock(first, rows[0].pid);
    await first.query('COMMIT');
    return await late;
  } finally {
    await Promise.all([first.end(), second.end()]);
  }
}

/** Returns once the other session waits for a lock. A rule that takes none lets it pass, and this gives up. */
async function waitsForLock(observer: Client, pid: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const { rows } = await observer.query('SELECT cardinality(pg_blocking_pids($1)) > 0 AS blocked', [pid]);
    if (rows[0].blocked) return;
  }
  throw new Error('The second session did not wait for the first.');
}

/**
 * `first` and `last` are one transaction; `meanwhile` is called between them and waits for a lock of it. Returns what came
 * of `meanwhile`.
 */
export async function heldUp<Result>(
  client: PrismaClient,
  steps: {
    first(transaction: TransactionClient): Promise<unknown>;
    meanwhile(): Promise<Result>;
    last?(transaction: TransactionClient): Promise<unknown>;
  },
): Promise<Result> {
  let late: Promise<Result> | undefined;
  await client.$transaction(async (transaction) => {
    await steps.first(transaction);
    late = steps.meanwhile();
    late.catch(() => {});
    await isWaitedFor(transaction);
    await steps.last?.(transaction);
  });
  return late as Promise<Result>;
}

async function isWaitedFor(transaction: TransactionClient): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const [row] = await transaction.$queryRaw<[{ waited: boolean }]>`
      SELECT EXISTS (
        SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))) AS waited`;
    if (row.waited) return;
  }
  throw new Error('Nobody waited for the first transaction.');
}
