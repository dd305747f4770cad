import { setTimeout as wait } from 'node:timers/promises';
import {
  authenticateSession,
  ClientDrainedError,
  connect,
  createClient,
  drain,
  healthCheck,
  type PrismaClient,
  startSession,
} from '@codezest/db-auth';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-auth/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query('CREATE TABLE done (what text)');
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const newClient = () => createClient({ url: database.url });
const done = async (what: string) =>
  (await admin.query('SELECT FROM done WHERE what = $1', [what])).rowCount === 1;

/** A transaction that has begun and holds its connection for a while. */
async function transactionOf(client: PrismaClient, what: string, milliseconds: number) {
  let begun = () => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const work = client.$transaction(async (open) => {
    await open.$executeRaw`INSERT INTO done VALUES (${what})`;
    begun();
    await wait(milliseconds);
    await open.$executeRaw`SELECT 1`;
  });
  const outcome = work.then(
    () => 'committed' as const,
    () => 'cut' as const,
  );
  await beginning;
  return { outcome };
}

/** How many the clients of the package have to this database. */
async function connections(): Promise<number | null> {
  const { rowCount } = await admin.query(
    `SELECT FROM pg_stat_activity WHERE application_name LIKE 'codezest-auth@%' AND datname = current_database()`,
  );
  return rowCount;
}

// The functions of hot paths use the pool past Prisma, which then does not know of any connection.
test('disconnecting ends the connections of a client that ran nothing but hand-written SQL', async () => {
  const client = newClient();
  const asked = () => authenticateSession(client, 'a token that nobody has');
  expect(await asked()).toBeNull();
  expect(await connections()).toBe(1);

  await client.$disconnect();

  await expect.poll(connections).toBe(0);
  expect(await asked()).toBeNull();
  await client.$disconnect();
});

test('draining waits for a transaction and its connections are gone afterwards', async () => {
  const client = newClient();
  const { outcome } = await transactionOf(client, 'waited for', 300);

  expect(await drain(client)).toEqual({ cut: 0 });

  expect(await outcome).toBe('committed');
  expect(await done('waited for')).toBe(true);
  await expect.poll(connections).toBe(0);
});

test('what a request sends while another one is being answered is served', async () => {
  const client = newClient();
  const { outcome } = await transactionOf(client, 'slow', 300);
  const drained = drain(client);

  expect(await client.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  expect(await drained).toEqual({ cut: 0 });
  expect(await outcome).toBe('committed');
});

test('a transaction that outlasts the time is cut, counted and rolled back', async () => {
  const client = newClient();
  const { outcome } = await transactionOf(client, 'too slow', 3_000);

  expect(await drain(client, { timeoutMs: 200 })).toEqual({ cut: 1 });

  expect(await outcome).toBe('cut');
  expect(await done('too slow')).toBe(false);
});

test('reads that share a connection are waited for, and counted one by one where they are cut', async () => {
  const client = newClient();
  await admin.query('BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
  const cut = Array.from({ length: 20 }, () =>
    authenticateSession(client, 'a token that nobody has').catch(() => 'cut' as const),
  );
  expect(await drain(client, { timeoutMs: 100 })).toEqual({ cut: 20 });
  expect(new Set(await Promise.all(cut))).toEqual(new Set(['cut']));

  const patient = newClient();
  const answered = Array.from({ length: 20 }, () => authenticateSession(patient, 'a token that nobody has'));
  const drained = drain(patient);
  await admin.query('ROLLBACK');
  expect(await drained).toEqual({ cut: 0 });
  expect(new Set(await Promise.all(answered))).toEqual(new Set([null]));
});

test('a query that outlasts the time does not keep the process', async () => {
  const client = newClient();
  const sleeping = client.$queryRaw`SELECT pg_sleep(10)::text`.then(
    () => 'answered',
    () => 'cut',
  );
  await expect
    .poll(
      async () =>
        (await admin.query(`SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(10)%'`)).rowCount,
    )
    .toBe(1);

  expect(await drain(client, { timeoutMs: 100 })).toEqual({ cut: 1 });
  expect(await sleeping).toBe('cut');
});

test('a drained client refuses every way of asking, and says so', async () => {
  const client = newClient();
  await client.user.count();
  await drain(client);

  const refusals = [
    client.user.count(),
    client.$queryRaw`SELECT 1`,
    client.$transaction([client.user.count()]),
    client.$transaction(async (open) => open.user.count()),
    authenticateSession(client, 'token'),
  ].map((asked) => asked.then(() => 'answered').catch((error: unknown) => error));

  for (const refusal of await Promise.all(refusals)) {
    expect(refusal).toMatchObject({ code: 'CLIENT_DRAINED', message: expect.stringContaining('drained') });
  }
  expect(await connect(client).catch((error: unknown) => error)).toBeInstanceOf(ClientDrainedError);
  expect(await healthCheck(client)).toMatchObject({ healthy: false });
  expect(await drain(client)).toEqual({ cut: 0 });
});

test('a client that never asked anything is drained at once, also without a URL', async () => {
  expect(await drain(newClient())).toEqual({ cut: 0 });
  expect(await drain(createClient({}))).toEqual({ cut: 0 });
});

test('query events tell of hand-written statements too, without values', async () => {
  const client = createClient({ url: database.url, log: [{ emit: 'event', level: 'query' }] });
  const events: { query: string; params: string; duration: number }[] = [];
  client.$on('query', (event) => events.push(event));
  const { id: userId } = await factories(database.client).user();
  const { token } = await startSession(client, { userId, loginMethod: 'PASSWORD' });
  events.length = 0;

  await authenticateSession(client, token);

  expect(events).toMatchObject([
    { query: expect.stringContaining('sessions'), duration: expect.any(Number) },
  ]);
  expect(JSON.stringify(events)).not.toContain(token);
  await client.$disconnect();
});
