import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  createClient,
  databaseErrorFacts,
  failureClass,
  healthCheck,
  type PrismaClient,
  readinessCheck,
  transaction,
} from '@codezest/db-auth';
import {
  PRIMARY_SETTINGS,
  startStandby,
  startThrowawayServer,
  type ThrowawayServer,
} from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCuttingProxy } from './cutting-proxy.js';
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
});
afterAll(async () => {
  await client.$disconnect();
  await proxy.close();
  await admin.end();
  await Promise.all([primary.stop(), standby.stop()]);
});

/** A slow machine is not what these tests are about. */
const PATIENT = { timeout: 30_000 };

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
  try {
    await expect.poll(() => acknowledged.size, PATIENT).toBeGreaterThan(20);
    proxy.leadTo(standby.url);
    await terminate(admin);
    await expect.poll(() => classes, PATIENT).toContain('read-only');
    const back = performance.now();
    proxy.leadTo(primary.url);
    const since = () => Math.min(...[...acknowledged.values()].filter((time) => time > back)) - back;
    await expect.poll(since, PATIENT).toBeLessThan(5_000);
  } finally {
    await writers.stop();
  }

  const { rows } = await admin.query<{ n: number }>('SELECT n FROM written');
  const stored = rows.map(({ n }) => n);
  expect(new Set(stored).size).toBe(stored.length);
  expect([...acknowledged.keys()].filter((n) => !stored.includes(n))).toEqual([]);
  expect([...classes]).not.toContain('other');
});

/** Credentials and database of one server, hosts of several. */
const urlOf = (servers: readonly { port: number }[], parameters = '') => {
  const url = new URL(primary.url);
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return `postgresql://${url.username}:${url.password}@${hosts}/postgres?connect_timeout=10${parameters}`;
};
const dead = { port: 1 };
const isStandby = async (url: string) => {
  const one = createClient({ url });
  try {
    const [row] = await one.$queryRaw<[{ standby: boolean }]>`SELECT pg_is_in_recovery() AS standby`;
    return row.standby;
  } catch (error) {
    return databaseErrorFacts(error).code;
  } finally {
    await one.$disconnect();
  }
};

test.each([
  ['any', false, false],
  ['read-write', false, false],
  ['primary', false, false],
  ['read-only', true, 'DATABASE_SERVER_UNSUITABLE'],
  ['standby', true, 'DATABASE_SERVER_UNSUITABLE'],
  ['prefer-standby', true, false],
])(
  'target_session_attrs=%s finds what it asks for among several hosts, as libpq does',
  async (target, ofBoth, ofPrimary) => {
    const attrs = `&target_session_attrs=${target}`;

    const found = await Promise.all([
      isStandby(urlOf([dead, primary, standby], attrs)),
      isStandby(urlOf([dead, primary], attrs)),
    ]);

    expect(found).toEqual([ofBoth, ofPrimary]);
  },
);

test('a client of several servers goes where writes are taken, and reads go on', async () => {
  await expect(isStandby(urlOf([standby, primary], '&target_session_attrs=read-write'))).resolves.toBe(false);
  const any = createClient({ url: urlOf([standby, primary]) });
  expect(await any.$executeRaw`INSERT INTO written VALUES (0)`).toBe(1);
  await any.$disconnect();
});

test('a connection that breaks while its server is asked for its role fails the call and not the process', async () => {
  const cutting = await startCuttingProxy(primary.url);
  const strict = createClient({ url: `${cutting.url}?target_session_attrs=read-write` });
  cutting.cutAfterNext('pg_is_in_recovery');

  const failure = await strict.user.count().catch((error: unknown) => error);

  expect(failureClass(failure)).toBe('connection-lost');
  await strict.$disconnect();
  await cutting.close();
});

test('health, readiness, doctor and migrate tell a standby from a primary', async () => {
  const there = createClient({ url: standby.url });
  const problem = expect.stringContaining('standby');
  expect(await healthCheck(there, { timeoutMs: 10_000 })).toMatchObject({
    healthy: false,
    role: 'standby',
    problem,
  });
  expect(await readinessCheck(there, { timeoutMs: 10_000 })).toMatchObject({ ready: false, problem });
  await there.$disconnect();

  const asked = createClient({ url: `${standby.url}?target_session_attrs=standby` });
  expect(await healthCheck(asked, { timeoutMs: 10_000 })).toMatchObject({ healthy: true, role: 'standby' });
  await asked.$disconnect();

  const entry = createRequire(import.meta.url).resolve('@codezest/db-auth');
  const cli = join(dirname(entry), '../../bin/codezest-db-auth.js');
  const said = ['migrate', 'doctor'].map((command) => {
    const env = { PATH: process.env.PATH, AUTH_DATABASE_URL: standby.url };
    const { stdout, stderr, status } = spawnSync(process.execPath, [cli, command], { encoding: 'utf8', env });
    return [status === 0, stdout + stderr];
  });
  expect(said).toEqual([
    [false, problem],
    [false, problem],
  ]);
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
