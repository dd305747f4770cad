import {
  authenticateSession,
  createClient,
  failureClass,
  type PrismaClient,
  startSession,
  type TransactionClient,
  transaction,
} from '@codezest/db-auth';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-auth/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

let database: TestDatabase;
let admin: Client;
let client: PrismaClient;
let userId: Awaited<ReturnType<typeof newUser>>['id'];
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query('CREATE TABLE written (n int)');
  ({ id: userId } = await newUser());
  ({ token } = await startSession(database.client, { userId, loginMethod: 'PASSWORD' }));
});
beforeEach(() => {
  // A slow machine is not what these tests are about.
  client = createClient({
    url: `${database.url}?connect_timeout=60`,
    transactionOptions: { maxWait: 60_000, timeout: 60_000 },
  });
});
afterEach(() => client.$disconnect());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const newUser = () => factories(database.client).user();

/** Changes the type of a column of `users` in the catalogs alone, as a migration does that widens it. */
let length = 200;
async function widen(): Promise<void> {
  length += 1;
  await admin.query(`ALTER TABLE users ALTER first_name TYPE varchar(${length})`);
}
const written = async () => (await admin.query('SELECT count(*)::int AS count FROM written')).rows[0].count;

/** Every way in which a call can be made; each reads the column or the whole row. */
const calls: Record<string, (client: PrismaClient) => Promise<unknown>> = {
  'a model call': (c) => c.user.findUniqueOrThrow({ where: { id: userId } }),
  'a model call that writes': (c) => c.user.update({ where: { id: userId }, data: { loginAttempts: 0 } }),
  'a nested write': async (c) => {
    const { id, profile } = await c.user.create({
      data: {
        email: `${crypto.randomUUID()}@x.test`,
        firstName: 'Ada',
        lastName: 'x',
        password: `$2b$12$${'a'.repeat(53)}`,
        profile: { create: {} },
      },
      include: { profile: true },
    });
    if (profile === null) throw new Error('half a write');
    await c.user.delete({ where: { id } });
  },
  'raw SQL': (c) => c.$queryRaw`SELECT * FROM users WHERE id = ${userId}::uuid`,
  'hand-written SQL': (c) => authenticateSession(c, token),
  'a list of calls': (c) =>
    c.$transaction([c.session.count({ where: { userId } }), c.user.findFirst({ where: { id: userId } })]),
  'a callback': (c) =>
    c.$transaction(async (open) => {
      await open.$executeRaw`INSERT INTO written VALUES (1)`;
      return open.user.findFirst({ where: { id: userId } });
    }),
  'transaction()': (c) =>
    transaction(c, async (open) => {
      await open.session.count({ where: { userId } });
      return open.user.findFirst({ where: { id: userId } });
    }),
};

test('no call of 64 callers fails while a column is widened again and again', async () => {
  const ways = Object.entries(calls);
  const failures: unknown[] = [];
  let answered = 0;
  let going = true;
  const callers = Array.from({ length: 64 }, async (_, caller) => {
    for (let turn = caller; going; turn += 1) {
      const [way, call] = ways[turn % ways.length] as (typeof ways)[number];
      await call(client).catch((error: unknown) => failures.push([way, String(error)]));
      answered += 1;
    }
  });
  try {
    for (let round = 0; round < 8; round += 1) {
      const before = answered;
      await expect.poll(() => answered, { timeout: 60_000, interval: 5 }).toBeGreaterThan(before + 100);
      await widen();
    }
  } finally {
    going = false;
    await Promise.all(callers);
  }

  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(800);
});

test.each(Object.entries(calls))('%s runs although its column was widened meanwhile', async (_way, call) => {
  const narrow = createClient({ url: `${database.url}?connection_limit=1` });
  await call(narrow);
  const before = await written();
  await widen();

  await call(narrow);

  expect((await written()) - before).toBeLessThanOrEqual(1);
  await narrow.$disconnect();
});

test('what a transaction had done before it met a stale plan is done once, and its callback runs once', async () => {
  await client.user.findFirst({ where: { id: userId } });
  const before = await written();
  let runs = 0;

  await client.$transaction(async (open) => {
    runs += 1;
    await open.$executeRaw`INSERT INTO written VALUES (1)`;
    await widen();
    await open.user.findFirst({ where: { id: userId } });
    await open.$executeRaw`INSERT INTO written VALUES (2)`;
  });

  expect(runs).toBe(1);
  expect((await written()) - before).toBe(2);
});

test('a transaction whose answers would differ the second time is not patched up but run again as a whole', async () => {
  const warm = () => client.user.findFirst({ where: { id: userId } });
  const before = await written();
  let runs = 0;
  const work = async (open: TransactionClient) => {
    runs += 1;
    await open.$queryRaw`SELECT clock_timestamp()`;
    await open.$executeRaw`INSERT INTO written VALUES (1)`;
    if (runs % 2 === 1) await widen();
    await open.user.findFirst({ where: { id: userId } });
  };

  await warm();
  const refused = await client.$transaction(work).catch((error: unknown) => error);
  expect(failureClass(refused)).toBe('stale-session');
  expect([runs, (await written()) - before]).toEqual([1, 0]);

  runs = 0;
  await warm();
  await transaction(client, work);
  expect([runs, (await written()) - before]).toEqual([2, 1]);
});

test.each(['DISCARD ALL', 'DEALLOCATE ALL'])(
  'what %s took from a session is there again at the next call',
  async (reset) => {
    const narrow = createClient({ url: `${database.url}?connection_limit=1` });
    for (const call of Object.values(calls)) await call(narrow);
    const failures: string[] = [];

    for (const [way, call] of Object.entries(calls)) {
      await narrow.$executeRawUnsafe(reset);
      await call(narrow).catch((error: unknown) => failures.push(`${way}: ${error}`));
    }

    expect(failures).toEqual([]);
    await narrow.$disconnect();
  },
);

test('a database that was read-only for a while is written to again by the sessions of that time', async () => {
  const write = () => client.$executeRaw`INSERT INTO written VALUES (1)`;
  const setReadOnly = (value: 'on' | 'off') =>
    admin.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = ${value}`);

  await setReadOnly('on');
  expect(failureClass(await write().catch((error: unknown) => error))).toBe('read-only');
  await setReadOnly('off');

  await expect.poll(() => write().catch(() => 0), { timeout: 30_000 }).toBe(1);
});
