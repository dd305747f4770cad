import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import * as imported from '@codezest/db-auth';
import { createTestDatabase, type TestDatabase } from '@codezest/db-auth/testing';
import * as learning from '@codezest/db-learning';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The package as `require` loads it, beside the one that is imported: what a service with both kinds of modules has. */
const required: typeof imported = createRequire(import.meta.url)('@codezest/db-auth');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** Other test files of this process have clients of databases of their own. */
const forgetClient = () => Reflect.deleteProperty(globalThis, Symbol.for('@codezest/db-auth/client'));

test('these are two copies', () => {
  expect(required.PrismaClient).not.toBe(imported.PrismaClient);
});

test('they share one client, one set of classes, and no class with another package', async () => {
  forgetClient();
  process.env.AUTH_DATABASE_URL = database.url;
  const pid = async (client: typeof imported.prisma) =>
    (await client.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`)[0].pid;

  expect(await pid(required.prisma)).toBe(await pid(imported.prisma));
  expect(imported.createClient()).toBeInstanceOf(required.PrismaClient);
  expect(imported.createClient()).not.toBeInstanceOf(learning.PrismaClient);
  const refused = await refusalOf(
    imported.transaction(imported.prisma, () => imported.withRetry(async () => 1)),
  );
  for (const { NestedRetryError, CodezestDbError, ClientDrainedError } of [imported, required]) {
    expect(refused).toBeInstanceOf(NestedRetryError);
    expect(refused).toBeInstanceOf(CodezestDbError);
    expect(refused).not.toBeInstanceOf(ClientDrainedError);
  }
  await required.disconnect();
  delete process.env.AUTH_DATABASE_URL;
  forgetClient();
});

test('a retry of one copy within a transaction of the other is nested all the same', async () => {
  const nested = imported.transaction(database.client, () => required.withRetry(async () => 1));

  expect(await refusalOf(nested)).toMatchObject({ code: 'RETRY_NESTED' });
});

test.each([
  ['that the other copy made', (client: imported.PrismaClient) => client],
  ['that was extended', (client: imported.PrismaClient) => client.$extends({ name: 'x' })],
  [
    'that was extended twice, with queries',
    (client: imported.PrismaClient) =>
      client
        .$extends({ name: 'x', model: { $allModels: { hello: () => 'hello' } } })
        .$extends({ query: { $allOperations: ({ args, query }) => query(args) } }),
  ],
])('drain waits for the transaction of a client %s, and health knows its pool', async (_which, extend) => {
  const client = extend(required.createClient({ url: database.url })) as imported.PrismaClient;
  let begun = () => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const work = client.$transaction(async (open) => {
    await open.$executeRaw`SELECT 1`;
    begun();
    await wait(200);
    return open.$queryRaw<[{ one: number }]>`SELECT 1 AS one`;
  });
  await beginning;
  expect(await imported.healthCheck(client, { timeoutMs: 10_000 })).toMatchObject({
    healthy: true,
    pool: { total: expect.any(Number) },
  });

  expect(await imported.drain(client)).toEqual({ cut: 0 });

  expect(await work).toEqual([{ one: 1 }]);
  expect(await refusalOf(client.$queryRaw`SELECT 1`)).toMatchObject({ code: 'CLIENT_DRAINED' });
});

test('a transaction of an extended client keeps its statements to itself', async () => {
  const client = database.client.$extends({ name: 'x' }) as unknown as imported.PrismaClient;
  const undone = client.$transaction(async (open) => {
    await imported.authenticateSession(open, 'nobody');
    const [row] = await open.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    const { rows } = { rows: await imported.healthCheck(open as never, { timeoutMs: 10_000 }) };
    expect(rows).not.toHaveProperty('pool');
    throw Object.assign(new Error('undone'), { pid: row.pid });
  });

  expect(await refusalOf(undone)).toMatchObject({ message: 'undone' });
});

test('drain refuses what it does not know', async () => {
  const stranger = { $queryRawUnsafe: async () => [], $disconnect: async () => undefined };

  expect(await refusalOf(imported.drain(stranger as never))).toMatchObject({ code: 'CLIENT_UNKNOWN' });
});

test('work that a timer does after the transaction that set it is nested in nothing', async () => {
  let later: Promise<number> | undefined;
  await imported.transaction(database.client, async () => {
    later = wait(100).then(() => imported.transaction(database.client, async () => 2));
  });

  expect(await later).toBe(2);
});
