import {
  authenticateSession,
  createClient,
  drain,
  healthCheck,
  type PrismaClient,
  type ReplicaFallback,
  readFromReplica,
  startSession,
  transaction,
  walPosition,
} from '@codezest/db-auth';
import { migrate } from '@codezest/db-auth/migrations';
import { factories } from '@codezest/db-auth/testing';
import type { UserId } from '@codezest/db-types';
import {
  PRIMARY_SETTINGS,
  startStandby,
  startThrowawayServer,
  type ThrowawayServer,
} from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type SwitchingProxy, startSwitchingProxy } from './switching-proxy.js';

let primary: ThrowawayServer;
let standby: ThrowawayServer;
let toPrimary: SwitchingProxy;
let onStandby: Client;
let client: PrismaClient;
const fallbacks: ReplicaFallback[] = [];
const onFallback = (reason: ReplicaFallback) => fallbacks.push(reason);
const DEAD = 'postgresql://nobody@127.0.0.1:1/postgres';
beforeAll(async () => {
  primary = await startThrowawayServer({ settings: PRIMARY_SETTINGS });
  await migrate({ url: primary.url });
  standby = await startStandby(primary);
  onStandby = new Client({ connectionString: standby.url });
  await onStandby.connect();
  toPrimary = await startSwitchingProxy(primary.url);
  client = createClient({ url: toPrimary.url, replicaUrl: standby.url });
});
afterEach(async () => {
  await onStandby.query('SELECT pg_wal_replay_resume()');
  toPrimary.leadTo(primary.url);
  fallbacks.length = 0;
});
afterAll(async () => {
  await client.$disconnect();
  await toPrimary.close();
  await onStandby.end();
  await Promise.all([primary.stop(), standby.stop()]);
});

/** The replica goes on receiving, and shows nothing of it. */
const pause = () => onStandby.query('SELECT pg_wal_replay_pause()');
const isStandby = async (reading: Pick<PrismaClient, '$queryRawUnsafe'>) =>
  ((await reading.$queryRawUnsafe('SELECT pg_is_in_recovery() AS standby')) as [{ standby: boolean }])[0]
    .standby;
const refusalOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);
const newId = (n: number) => `01900000-0000-7000-8000-${`${n}`.padStart(12, '0')}` as UserId;
let made = 0;
const newUser = () => {
  made += 1;
  return factories(client).user({
    id: newId(made),
    email: `r${made}@example.com`,
  });
};

test('reads that say so go to the replica, and no others', async () => {
  expect(await readFromReplica(client, isStandby)).toBe(true);
  expect(await isStandby(client)).toBe(false);
});

test('without a replica the client itself is read, and within a transaction that transaction', async () => {
  const single = createClient({ url: primary.url });
  expect(await readFromReplica(single, isStandby, { notBefore: '0/1' })).toBe(false);
  await single.$disconnect();
  await transaction(client, async (open) => {
    await open.$executeRaw`CREATE TABLE uncommitted (n int)`;
    await readFromReplica(open, (reading) => reading.$queryRaw`SELECT * FROM uncommitted`);
    expect(await refusalOf(walPosition(open))).toMatchObject({ code: 'TRANSACTION_OPEN' });
    await open.$executeRaw`DROP TABLE uncommitted`;
  });
});

test('what was written is read again, however far behind the replica is', async () => {
  await pause();
  const { id } = await newUser();
  const position = await walPosition(client);
  const find = (reading: Pick<PrismaClient, 'user'>) => reading.user.findUnique({ where: { id } });

  expect(await readFromReplica(client, find)).toBeNull();
  expect(await readFromReplica(client, find, { notBefore: position, onFallback })).toMatchObject({ id });
  expect(fallbacks).toEqual(['behind']);

  await onStandby.query('SELECT pg_wal_replay_resume()');
  const waited = await readFromReplica(client, isStandby, {
    notBefore: position,
    waitMs: 30_000,
    onFallback,
  });
  expect([waited, fallbacks]).toEqual([true, ['behind']]);
});

test('many writes are each read again at once', async () => {
  const stale: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const { id } = await newUser();
    const notBefore = await walPosition(client);
    const found = await readFromReplica(client, (reading) => reading.user.count({ where: { id } }), {
      notBefore,
    });
    if (found === 0) stale.push(id);
  }
  expect(stale).toEqual([]);
});

test('functions of the package read there', async () => {
  const { id: userId } = await newUser();
  const { token } = await startSession(client, { userId, loginMethod: 'PASSWORD' });
  const notBefore = await walPosition(client);

  const found = await readFromReplica(client, (reading) => authenticateSession(reading, token), {
    notBefore,
    waitMs: 30_000,
  });

  expect(found?.user.id).toBe(userId);
});

test('a replica that lags more than is allowed is not read, and one that lags less is', async () => {
  // The primary's position is known from a moment before the pause.
  expect(await readFromReplica(client, isStandby, { maxLagMs: 3_600_000, waitMs: 30_000 })).toBe(true);
  await pause();
  await newUser();

  expect(await readFromReplica(client, isStandby, { maxLagMs: 0, onFallback })).toBe(false);
  expect(await readFromReplica(client, isStandby, { maxLagMs: 3_600_000, onFallback })).toBe(true);
  expect(fallbacks).toEqual(['behind']);
});

test('a replica that does not answer is left alone for a while; a primary that does not answer is not asked', async () => {
  const lonely = createClient({ url: primary.url, replicaUrl: DEAD });
  expect(await readFromReplica(lonely, isStandby, { onFallback })).toBe(false);
  expect(await readFromReplica(lonely, isStandby, { onFallback })).toBe(false);
  expect(fallbacks).toEqual(['unavailable', 'unavailable']);
  await lonely.$disconnect();

  const orphaned = createClient({ url: DEAD, replicaUrl: standby.url });
  expect(await readFromReplica(orphaned, isStandby)).toBe(true);
  await orphaned.$disconnect();
});

test.each([
  ['by a call of Prisma', async (reading: object) => (reading as PrismaClient).session.deleteMany({})],
  [
    'by a function',
    async (reading: object) =>
      startSession(reading as PrismaClient, {
        userId: newId(1),
        loginMethod: 'PASSWORD',
      }) as Promise<unknown>,
  ],
])('who writes to the replica %s is told so', async (_how, write: (reading: object) => Promise<unknown>) => {
  for (const options of [{}, { notBefore: '0/1' }])
    expect(await refusalOf(readFromReplica(client, write, options))).toMatchObject({
      code: 'REPLICA_READ_ONLY',
    });
});

test.each([
  [{ notBefore: "0/1'; DROP TABLE users" }, 'WAL_POSITION_INVALID'],
  [{ notBefore: '' }, 'WAL_POSITION_INVALID'],
  [{ notBefore: null as never }, 'WAL_POSITION_INVALID'],
  [{ maxLagMs: Number.NaN }, 'VALUE_INVALID'],
  [{ maxLagMs: -1 }, 'VALUE_INVALID'],
  [{ waitMs: '5' as never }, 'VALUE_INVALID'],
])('%j is refused', async (options, code) => {
  expect(await refusalOf(readFromReplica(client, isStandby, options))).toMatchObject({ code });
});

test('a read that the replica has to cancel is done by the primary', async () => {
  const onPrimary = new Client({ connectionString: primary.url });
  await onPrimary.connect();
  await onStandby.query("ALTER SYSTEM SET max_standby_streaming_delay = '10ms'");
  await onStandby.query('SELECT pg_reload_conf()');
  await onPrimary.query('CREATE TABLE locked AS SELECT 1 AS n');
  const notBefore = await walPosition(client);
  const read = async (reading: Pick<PrismaClient, '$queryRawUnsafe'>) => {
    if (!(await isStandby(reading))) return 'read by the primary';
    const slow = reading.$queryRawUnsafe("SELECT n, pg_sleep(10)::text, 'still reading' FROM locked");
    await Promise.all([slow, dropSoon()]);
    return 'read by the replica';
  };
  const dropSoon = async () => {
    const sleeping =
      "SELECT FROM pg_stat_activity WHERE query LIKE '%still reading%' AND pid <> pg_backend_pid()";
    await expect.poll(async () => (await onStandby.query(sleeping)).rowCount, { timeout: 30_000 }).toBe(1);
    await onPrimary.query('DROP TABLE locked');
  };

  expect(await readFromReplica(client, read, { notBefore, waitMs: 30_000, onFallback })).toBe(
    'read by the primary',
  );
  expect(fallbacks).toEqual(['conflict']);
  await onPrimary.end();
});

test('health tells how the replica is, and that it is none changes nothing', async () => {
  await pause();
  await newUser();
  const health = await healthCheck(client, { timeoutMs: 10_000 });
  expect(health).toMatchObject({
    healthy: true,
    role: 'primary',
    replica: { healthy: true, role: 'standby', behindBytes: expect.any(Number) },
  });
  expect(health.replica?.behindBytes).toBeGreaterThan(0);

  const lonely = createClient({ url: primary.url, replicaUrl: DEAD });
  expect(await healthCheck(lonely, { timeoutMs: 10_000 })).toMatchObject({
    healthy: true,
    replica: { healthy: false, problem: expect.any(String) },
  });
  await lonely.$disconnect();
});

test('drain waits for what is read from the replica', async () => {
  const ending = createClient({ url: primary.url, replicaUrl: standby.url });
  const read = readFromReplica(
    ending,
    (reading) => reading.$queryRaw`SELECT pg_sleep(0.3)::text, 'read' AS said`,
  );
  await expect
    .poll(async () => (await healthCheck(ending, { timeoutMs: 10_000 })).replica?.pool?.total)
    .toBeGreaterThan(0);

  expect(await drain(ending)).toEqual({ cut: 0 });
  expect(await read).toMatchObject([{ said: 'read' }]);
});
