import {
  createClient,
  NestedRetryError,
  type PrismaClient,
  type TransactionClient,
  transaction,
  type User,
  UserRole,
  withRetry,
} from '@codezest/db-auth';
import { createTestDatabase, type TestDatabase } from '@codezest/db-auth/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startCuttingProxy } from './cutting-proxy.js';

let database: TestDatabase;
let client: PrismaClient;
let admin: Client;
const ids: User['id'][] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  admin = new Client({ connectionString: database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});
beforeEach(async () => {
  await client.user.deleteMany({ where: { id: { in: ids.splice(0) } } });
  for (const name of ['ada', 'grace']) {
    const data = {
      email: `${name}@x.test`,
      firstName: name,
      lastName: 'x',
      password: `$2b$12$${'a'.repeat(53)}`,
    };
    ids.push((await client.user.create({ data })).id);
  }
});

/** Resolves for all when all have come: both transactions stand where they must collide. */
function barrier(parties: number): () => Promise<void> {
  let waiting = parties;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting -= 1;
    if (waiting <= 0) open();
    return opened;
  };
}

const students = (transaction: TransactionClient) =>
  transaction.user.count({ where: { role: UserRole.STUDENT } });
const promote = (transaction: TransactionClient, at: number) =>
  transaction.user.update({ where: { id: ids[at] }, data: { role: UserRole.ADMIN } });
const attemptsOf = (user: { loginAttempts: number } | null) => user?.loginAttempts;
const first = () => client.user.findUnique({ where: { id: ids[0] } });
const increment = (transaction: TransactionClient) =>
  transaction.user.update({ where: { id: ids[0] }, data: { loginAttempts: { increment: 1 } } });

test('write skew that shows only at the commit is run again: one student is always left', async () => {
  const meet = barrier(2);
  const promoteUnlessLast = (at: number) =>
    transaction(
      client,
      async (open) => {
        const left = await students(open);
        await meet();
        if (left > 1) await promote(open, at);
      },
      { isolationLevel: 'Serializable' },
    );

  await Promise.all([promoteUnlessLast(0), promoteUnlessLast(1)]);

  expect(await students(client)).toBe(1);
});

test('a deadlock ends with both done', async () => {
  const meet = barrier(2);
  const touchBoth = (one: number, other: number) =>
    transaction(client, async (open) => {
      await promote(open, one);
      await meet();
      await promote(open, other);
    });

  await Promise.all([touchBoth(0, 1), touchBoth(1, 0)]);

  expect(await students(client)).toBe(0);
});

test('sixteen serializable writers of one row lose no update', async () => {
  const writers = Array.from({ length: 16 }, () =>
    transaction(
      client,
      async (open) => {
        const user = await open.user.findUniqueOrThrow({ where: { id: ids[0] } });
        await open.user.update({ where: { id: user.id }, data: { loginAttempts: user.loginAttempts + 1 } });
      },
      { isolationLevel: 'Serializable', attempts: 40, totalMs: 20_000, maxWait: 10_000 },
    ),
  );

  await Promise.all(writers);

  expect(attemptsOf(await first())).toBe(16);
});

test('a server process that dies within the work has applied nothing, so the work runs again', async () => {
  let runs = 0;

  await transaction(client, async (open) => {
    runs += 1;
    await increment(open);
    const [row] = await open.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    if (runs === 1) await admin.query('SELECT pg_terminate_backend($1)', [row.pid]);
    await increment(open);
  });

  expect(runs).toBe(2);
  expect(attemptsOf(await first())).toBe(2);
});

test('a commit whose answer is lost is not repeated unless the work says that it may be', async () => {
  const proxy = await startCuttingProxy(database.url);
  const behind = createClient({ url: proxy.url });
  const incrementAndCut = (idempotent: boolean) => {
    let runs = 0;
    return transaction(
      behind,
      async (open) => {
        runs += 1;
        await increment(open);
        if (runs === 1) proxy.cutAfterNext('COMMIT');
      },
      { idempotent },
    );
  };

  await expect(incrementAndCut(false)).rejects.toThrow();
  expect(attemptsOf(await first())).toBe(1);
  await incrementAndCut(true);
  expect(attemptsOf(await first())).toBe(3);

  await behind.$disconnect();
  await proxy.close();
});

test('a transaction that was too slow gets twice the time, once', async () => {
  const limits: number[] = [];
  const slow = (milliseconds: number) =>
    transaction(
      client,
      async (open) => {
        limits.push(milliseconds);
        await open.$executeRaw`SELECT pg_sleep(${milliseconds / 1000})`;
        await increment(open);
      },
      { timeout: 300 },
    );

  await slow(400);
  await expect(slow(700)).rejects.toMatchObject({ code: 'P2028' });

  expect(limits).toEqual([400, 400, 700, 700]);
});

test('a broken rule is thrown at once, as it was', async () => {
  let runs = 0;
  const duplicate = withRetry(() => {
    runs += 1;
    return client.user.create({ data: { email: 'ada@x.test', firstName: 'x', lastName: 'x' } });
  });

  await expect(duplicate).rejects.toMatchObject({ name: 'PrismaClientKnownRequestError', code: 'P2002' });
  expect(runs).toBe(1);
});

test('a retry within a transaction or another retry is refused', async () => {
  const nested = (work: (open: TransactionClient) => Promise<unknown>) => transaction(client, work);

  await expect(nested(() => withRetry(async () => 1))).rejects.toThrow(NestedRetryError);
  await expect(nested((open) => transaction(open as PrismaClient, async () => 1))).rejects.toThrow(
    NestedRetryError,
  );
  await expect(
    client.$transaction((open) => transaction(open as PrismaClient, async () => 1)),
  ).rejects.toThrow(NestedRetryError);
});
