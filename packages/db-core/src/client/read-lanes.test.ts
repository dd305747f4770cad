import { AsyncLocalStorage } from 'node:async_hooks';
import { Client, type QueryConfig } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DatabaseAnswerTimeoutError } from '../errors/connection-errors.js';
import { ServicePool } from './service-pool.js';

const connectionString = process.env.TEST_DATABASE_URL;
const CALLERS = 64;
const GATE = 7_190_001;
let admin: Client;
let pool: ServicePool;
beforeAll(async () => {
  admin = new Client({ connectionString });
  await admin.connect();
});
beforeEach(() => newPool({}));
afterEach(async () => {
  await admin.query('SELECT pg_advisory_unlock_all()');
  await pool.end();
});
afterAll(() => admin.end());

function newPool(settings: { max?: number; query_timeout?: number; options?: string }): void {
  pool = new ServicePool({ connectionString, max: 3, application_name: 'read-lanes', ...settings });
  pool.on('error', () => {});
}

async function replacePool(settings: Parameters<typeof newPool>[0]): Promise<void> {
  await pool.end();
  newPool(settings);
}

const fast = (n: number): QueryConfig => ({ name: 'fast', text: 'SELECT $1::int AS n', values: [n] });
/** Answers when the gate is open. */
const behindGate = (n: number): QueryConfig => ({
  name: 'behind_gate',
  text: `SELECT $1::int AS n FROM (SELECT pg_advisory_xact_lock_shared(${GATE})) AS open`,
  values: [n],
});
const closeGate = () => admin.query(`SELECT pg_advisory_lock(${GATE})`);
const openGate = () => admin.query(`SELECT pg_advisory_unlock(${GATE})`);
const numbers = Array.from({ length: CALLERS }, (_, n) => n);
const answerOf = (query: QueryConfig) => pool.read(query).then(({ rows }) => rows[0].n);
const outcomeOf = (query: QueryConfig) => answerOf(query).catch((error: unknown) => error);

/** The server processes of the pool that stand before the gate. */
async function stopped(): Promise<number[]> {
  const { rows } = await admin.query(
    `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND objid = ${GATE} AND NOT granted AND application_name = 'read-lanes'`,
  );
  return rows.map(({ pid }) => pid);
}

test('many callers get each his own answer, over fewer connections than callers', async () => {
  expect(await Promise.all(numbers.map((n) => answerOf(fast(n))))).toEqual(numbers);
  expect(pool.totalCount).toBeLessThanOrEqual(3);
});

test('no caller notices that the server ended all sessions with 64 reads on their way', async () => {
  await closeGate();
  const answers = numbers.map((n) => outcomeOf(behindGate(n)));
  await expect.poll(async () => (await stopped()).length, { timeout: 30_000 }).toBe(3);

  await admin.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [await stopped()]);
  await openGate();

  expect(await Promise.all(answers)).toEqual(numbers);
});

test('a slow read holds nobody up, and is answered itself', async () => {
  await closeGate();
  const slow = answerOf(behindGate(-1));
  const quick = await Promise.all(numbers.map((n) => answerOf(fast(n))));
  expect(await stopped()).toHaveLength(1);
  await openGate();

  expect(quick).toEqual(numbers);
  expect(await slow).toBe(-1);
});

test('what was taken elsewhere and answered meanwhile leaves the way free', async () => {
  await replacePool({ max: 10 });
  for (let round = 0; round < 8; round += 1) {
    await closeGate();
    const first = numbers.map((n) => answerOf(n % 8 === 0 ? behindGate(n) : fast(n)));
    await expect.poll(async () => (await stopped()).length, { timeout: 30_000 }).toBeGreaterThan(0);
    const second = numbers.map((n) => answerOf(fast(n)));
    await openGate();
    expect(await Promise.all([...first, ...second])).toEqual([...numbers, ...numbers]);
  }
});

test('a read that the server refuses or stops is refused alone', async () => {
  await replacePool({ options: '-c statement_timeout=1s' });
  await closeGate();
  const stoppedByServer = outcomeOf(behindGate(-1));
  const refused = outcomeOf({ text: 'SELECT 1 / $1::int AS n', values: [0] });
  const unwritable = outcomeOf({
    text: 'SELECT $1::int AS n',
    values: [
      {
        toPostgres: () => {
          throw new TypeError('no value');
        },
      },
    ],
  });
  const answers = await Promise.all(numbers.map((n) => outcomeOf(fast(n))));

  expect(answers).toEqual(numbers);
  expect(await refused).toMatchObject({ code: '22012' });
  expect(await unwritable).toMatchObject({ message: 'no value' });
  expect(await stoppedByServer).toMatchObject({ code: '57014' });
  await openGate();
});

test('a read without an answer in time is given up alone, and its connection replaced', async () => {
  await replacePool({ query_timeout: 2_000 });
  await closeGate();
  const late = outcomeOf(behindGate(-1));
  expect(await Promise.all(numbers.map((n) => outcomeOf(fast(n))))).toEqual(numbers);

  expect(await late).toBeInstanceOf(DatabaseAnswerTimeoutError);

  await openGate();
  expect(await Promise.all(numbers.map((n) => outcomeOf(fast(n))))).toEqual(numbers);
});

test('ending the pool waits for what is on its way', async () => {
  await closeGate();
  const answers = numbers.map((n) => outcomeOf(behindGate(n)));
  await expect.poll(async () => (await stopped()).length, { timeout: 30_000 }).toBe(3);
  const ended = pool.end();
  await openGate();

  expect(await Promise.all(answers)).toEqual(numbers);
  await ended;
  newPool({});
});

test('who needs a connection for himself gets one from reads that never pause', async () => {
  await replacePool({ max: 1 });
  let going = true;
  const readers = numbers.slice(0, 8).map(async (n) => {
    while (going) expect(await answerOf(fast(n))).toBe(n);
  });

  for (let turn = 0; turn < 20; turn += 1) {
    expect((await pool.query({ text: 'SELECT 1 AS one' })).rows).toEqual([{ one: 1 }]);
  }

  going = false;
  await Promise.all(readers);
  expect(pool.totalCount).toBe(1);
});

test('the sessions go back to the pool as they came, and nothing counts as work', async () => {
  await Promise.all(numbers.map((n) => answerOf(fast(n))));

  await expect.poll(() => pool.idleCount).toBe(pool.totalCount);
  expect(pool.atWork).toBe(0);
  const session = await pool.connect();
  expect(session).toMatchObject({ pipeline: false });
  session.release();
});

test.each([
  ['read', (query: QueryConfig) => pool.read(query)],
  ['query', (query: QueryConfig) => pool.query(query)],
] as const)(
  'pool.%s sends a statement in the async context of its caller, also one that has waited for a connection',
  async (_name, send) => {
    const context = new AsyncLocalStorage<number>();
    const sent: [n: unknown, caller: number | undefined][] = [];
    const query = Client.prototype.query;
    // What a tracer puts there.
    Client.prototype.query = function (this: Client, ...given: unknown[]) {
      const [{ values: [n] = [] }] = given as [QueryConfig];
      if (n !== undefined) sent.push([n, context.getStore()]);
      return Reflect.apply(query, this, given);
    } as typeof query;
    try {
      await closeGate();
      const answers = numbers.map((n) => context.run(n, () => send(behindGate(n))));
      await expect.poll(async () => (await stopped()).length, { timeout: 30_000 }).toBe(3);
      await openGate();
      await Promise.all(answers);
    } finally {
      Client.prototype.query = query;
    }

    expect(new Set(sent.map(([n]) => n)).size).toBe(CALLERS);
    expect(sent.filter(([n, caller]) => n !== caller)).toEqual([]);
  },
);
