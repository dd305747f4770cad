import { createClient, failureClass, type PrismaClient, transaction } from '@codezest/db-auth';
import {
  PRIMARY_SETTINGS,
  startStandby,
  startThrowawayServer,
  type ThrowawayServer,
} from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SwitchingProxy, startSwitchingProxy } from './switching-proxy.js';

let primary: ThrowawayServer;
let standby: ThrowawayServer;
let admin: Client;
let proxy: SwitchingProxy;
let client: PrismaClient;
beforeAll(async () => {
  primary = await startThrowawayServer({ settings: PRIMARY_SETTINGS });
  admin = new Client({ connectionString: primary.url });
  await admin.connect();
  await admin.query('CREATE TABLE written (n int)');
  standby = await startStandby(primary);
  proxy = await startSwitchingProxy(primary.url);
  client = createClient({ url: proxy.url });
}, 60_000);
afterAll(async () => {
  await client.$disconnect();
  await proxy.close();
  await admin.end();
  await Promise.all([primary.stop(), standby.stop()]);
});

const terminate = (server: Client) =>
  server.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'codezest-auth@%'",
  );

/** Writers that never give up; each number that was acknowledged is in `acknowledged`, with its time. */
function startWriters(write: (n: number) => Promise<unknown>) {
  const acknowledged = new Map<number, number>();
  const classes = new Set<string>();
  let going = true;
  let next = 0;
  const writers = Array.from({ length: 8 }, async () => {
    while (going) {
      next += 1;
      const n = next;
      await write(n).then(
        () => acknowledged.set(n, performance.now()),
        (error: unknown) => classes.add(failureClass(error)),
      );
    }
  });
  return {
    acknowledged,
    classes,
    stop: () => {
      going = false;
      return Promise.all(writers);
    },
  };
}

test.each([
  ['a single statement', (n: number) => client.$executeRaw`INSERT INTO written VALUES (${n})`],
  [
    'transaction()',
    (n: number) => transaction(client, (open) => open.$executeRaw`INSERT INTO written VALUES (${n})`),
  ],
])('%s is acknowledged again as soon as the address leads to a writable server', async (_way, write) => {
  await admin.query('TRUNCATE written');
  const writers = startWriters(write);
  const { acknowledged, classes } = writers;
  await expect.poll(() => acknowledged.size).toBeGreaterThan(20);

  proxy.leadTo(standby.url);
  await terminate(admin);
  await expect.poll(() => classes).toContain('read-only');
  const back = performance.now();
  proxy.leadTo(primary.url);
  const since = () => Math.min(...[...acknowledged.values()].filter((time) => time > back)) - back;
  await expect.poll(since, { timeout: 10_000 }).toBeLessThan(1_000);
  await writers.stop();

  const { rows } = await admin.query<{ n: number }>('SELECT n FROM written');
  const stored = rows.map(({ n }) => n);
  expect(new Set(stored).size).toBe(stored.length);
  expect([...acknowledged.keys()].filter((n) => !stored.includes(n))).toEqual([]);
  expect([...classes]).not.toContain('other');
});

test('a standby that is promoted takes writes in the sessions that were refused', async () => {
  const direct = createClient({ url: `${standby.url}?connection_limit=2` });
  const write = () => direct.$executeRaw`INSERT INTO written VALUES (0)`;
  expect(failureClass(await write().catch((error: unknown) => error))).toBe('read-only');

  const there = new Client({ connectionString: standby.url });
  await there.connect();
  await there.query('SELECT pg_promote()');
  await there.end();

  expect(await write()).toBe(1);
  await direct.$disconnect();
});
