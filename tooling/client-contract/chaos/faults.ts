import { setTimeout as wait } from 'node:timers/promises';
import { startStandby, type ThrowawayServer } from '@codezest/local-databases/throwaway-server';
import { Client } from 'pg';
import type { ChaosProxy, Passing } from './chaos-proxy.js';

/** What the faults work on. A promotion puts another primary in. */
export interface Scene {
  readonly proxy: ChaosProxy;
  readonly databases: readonly string[];
  primary: ThrowawayServer;
  standby?: ThrowawayServer;
}

export interface Fault {
  readonly name: string;
  /** Milliseconds that calls may take longer to succeed again: a limit that the caller has set decides. */
  readonly patienceMs?: number;
  readonly needsStandby?: true;
  /** Does it, undoes it, and returns when it is over. */
  run(scene: Scene, lastsMs: number): Promise<void>;
}

/** Runs SQL as the superuser, past the proxy. */
export async function asAdmin<Row>(
  server: ThrowawayServer,
  sql: string,
  database = 'postgres',
): Promise<Row[]> {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'codezest-%'`;

async function onEachDatabase(
  { primary, databases }: Scene,
  sql: (database: string) => string,
): Promise<void> {
  for (const database of databases) await asAdmin(primary, sql(database));
}

async function crash(scene: Scene, signal: Parameters<ThrowawayServer['crash']>[0], lastsMs: number) {
  await scene.primary.crash(signal);
  await wait(lastsMs);
  await scene.primary.restart();
}

/** Server processes that can be stopped like programs: those of the sessions, and the first, which lets new ones in. */
async function processes({ primary }: Scene): Promise<number[]> {
  const rows = await asAdmin<{ pid: number }>(
    primary,
    `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'codezest-%'
     UNION ALL SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int`,
  );
  return rows.map(({ pid }) => pid);
}

/** The server ends all sessions, and replays its log before it takes new ones. */
async function accepting(server: ThrowawayServer): Promise<void> {
  await wait(50);
  for (let look = 0; look < 1_000; look += 1) {
    if (await asAdmin(server, 'SELECT 1').catch(() => undefined)) return;
    await wait(10);
  }
  throw new Error('The server does not recover.');
}

const passing =
  (how: Passing): Fault['run'] =>
  async ({ proxy }, lastsMs) => {
    proxy.pass(how);
    await wait(lastsMs);
    proxy.pass('at once');
  };

let widths = 200;

/** In the order in which the short run does the first of them. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'all connections are cut, again and again',
    async run({ proxy }, lastsMs) {
      for (let cuts = 0; cuts < 5; cuts += 1) {
        proxy.cut();
        await wait(lastsMs / 5);
      }
    },
  },
  { name: 'answers are lost', run: passing('answers lost') },
  { name: 'nothing passes, and then all that was held back', run: passing('not at all') },
  {
    name: 'columns become wider',
    async run({ primary, databases }, lastsMs) {
      for (const database of databases) {
        widths += 1;
        await asAdmin(
          primary,
          `SET lock_timeout = '2s'; ALTER TABLE chaos_counter ALTER COLUMN note TYPE varchar(${widths})`,
          database,
        );
        await wait(lastsMs / databases.length);
      }
    },
  },
  {
    name: 'a pooler discards what sessions had',
    async run({ proxy }, lastsMs) {
      for (let rounds = 0; rounds < 5; rounds += 1) {
        await proxy.discard();
        await wait(lastsMs / 5);
      }
    },
  },
  {
    name: 'sessions are terminated',
    async run({ primary }, lastsMs) {
      for (let rounds = 0; rounds < 3; rounds += 1) {
        await asAdmin(primary, TERMINATE);
        await wait(lastsMs / 3);
      }
    },
  },
  {
    name: 'the databases take no writes',
    async run(scene, lastsMs) {
      await onEachDatabase(scene, (name) => `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      await asAdmin(scene.primary, TERMINATE);
      await wait(lastsMs);
      await onEachDatabase(
        scene,
        (name) =>
          `SET default_transaction_read_only = off; ALTER DATABASE ${name} RESET default_transaction_read_only`,
      );
    },
  },
  {
    name: 'fewer connections than the pools want',
    async run(scene, lastsMs) {
      await onEachDatabase(scene, (name) => `ALTER DATABASE ${name} CONNECTION LIMIT 2`);
      await asAdmin(scene.primary, TERMINATE);
      await wait(lastsMs);
      await onEachDatabase(scene, (name) => `ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    },
  },
  { name: 'the server crashes and starts', run: (scene, lastsMs) => crash(scene, 'SIGQUIT', lastsMs) },
  { name: 'connections are refused', run: passing('refused') },
  { name: 'everything is slow', run: passing('slowly') },
  { name: 'clients hear that the server hangs up', run: async ({ proxy }) => proxy.halfClose('client') },
  { name: 'the server hears that clients hang up', run: async ({ proxy }) => proxy.halfClose('server') },
  {
    name: 'open connections lead nowhere for ever',
    patienceMs: 2_000,
    run: async ({ proxy }) => proxy.forget(),
  },
  {
    name: 'one session is killed, and the server recovers',
    async run({ primary }) {
      const [row] = await asAdmin<{ pid: number }>(
        primary,
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'codezest-%' LIMIT 1",
      );
      if (row !== undefined) process.kill(row.pid, 'SIGKILL');
      await accepting(primary);
    },
  },
  { name: 'the server is killed and starts', run: (scene, lastsMs) => crash(scene, 'SIGKILL', lastsMs) },
  { name: 'the server is shut down and starts', run: (scene, lastsMs) => crash(scene, 'SIGINT', lastsMs) },
  {
    name: 'the server stands still',
    async run(scene, lastsMs) {
      const pids = await processes(scene);
      const each = (signal: NodeJS.Signals) => {
        for (const pid of pids) {
          try {
            process.kill(pid, signal);
          } catch {
            // Ended meanwhile.
          }
        }
      };
      each('SIGSTOP');
      await wait(lastsMs);
      each('SIGCONT');
    },
  },
  {
    name: 'the address leads to a standby for a while',
    needsStandby: true,
    async run({ proxy, primary, standby }, lastsMs) {
      proxy.leadTo(standby?.port ?? 0);
      proxy.cut();
      await wait(lastsMs);
      proxy.leadTo(primary.port);
    },
  },
  { name: 'the primary dies and its standby is promoted', needsStandby: true, run: promote },
];

/** Makes a standby where there is none; not a part of a fault, because the proxy stands still while it copies. */
export async function prepareStandby(scene: Scene): Promise<void> {
  if (scene.standby !== undefined) return;
  scene.standby = await startStandby(scene.primary);
  await streaming(scene.primary);
}

async function promote(scene: Scene, lastsMs: number): Promise<void> {
  const { primary, standby, proxy } = scene;
  if (standby === undefined) throw new Error('There is no standby to be promoted.');
  // From here on a commit is acknowledged when the standby has it.
  await asAdmin(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await asAdmin(primary, 'SELECT pg_reload_conf()');
  await streaming(primary, "sync_state = 'sync'");
  await primary.crash('SIGQUIT');
  await wait(lastsMs);
  await asAdmin(standby, 'SELECT pg_promote()');
  scene.primary = standby;
  delete scene.standby;
  proxy.leadTo(standby.port);
  await primary.stop();
}

async function streaming(primary: ThrowawayServer, how = 'true'): Promise<void> {
  const [{ at } = { at: '' }] = await asAdmin<{ at: string }>(
    primary,
    'SELECT pg_current_wal_lsn()::text AS at',
  );
  for (let look = 0; look < 1_000; look += 1) {
    const rows = await asAdmin(
      primary,
      `SELECT FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn >= '${at}' AND ${how}`,
    );
    if (rows.length > 0) return;
    await wait(20);
  }
  throw new Error('The standby does not follow its primary.');
}
