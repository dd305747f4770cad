import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrate as migrateActivity } from '@codezest/db-activity/migrations';
import { migrate as migrateAuth } from '@codezest/db-auth/migrations';
import { migrate as migrateLearning } from '@codezest/db-learning/migrations';
import { migrate as migrateNotifications } from '@codezest/db-notifications/migrations';
import { migrate as migratePayments } from '@codezest/db-payments/migrations';
import { PRIMARY_SETTINGS, startThrowawayServer } from '@codezest/local-databases/throwaway-server';
import { startChaosProxy } from './chaos-proxy.js';
import { asAdmin, type Fault, prepareStandby, type Scene } from './faults.js';
import {
  contradictions,
  KINDS,
  type Kind,
  type Operation,
  recovery,
  SERVICES,
  type Service,
  type Stored,
} from './history.js';
import { type FromLoad, type LoadTask, now, type Pool } from './messages.js';
import { PREPARATION, WRITTEN } from './services.js';

export interface ChaosOptions {
  readonly faults: readonly Fault[];
  /** Milliseconds that each fault lasts. */
  readonly lastsMs: number;
  /** Milliseconds without faults after the calls have recovered from one. */
  readonly calmMs: number;
  readonly pauseMs: number;
  readonly say?: (line: string) => void;
}

export interface Recovered {
  readonly fault: string;
  /** From the end of the fault until every kind of call of every service had succeeded, and the slowest of them. */
  readonly ms: number;
  readonly who: string;
  /** What the same took just before the fault, and may take longer after it. */
  readonly calmMs: number;
  readonly limitMs: number;
}

export interface ChaosReport {
  readonly operations: number;
  readonly acknowledged: number;
  /** Failures by class. */
  readonly failures: Readonly<Record<string, number>>;
  /** Failures that no class explains, as name and code. */
  readonly unexplained: readonly string[];
  readonly contradictions: readonly string[];
  readonly recoveries: readonly Recovered[];
  /** How the process of the load ended; nothing if as it should. */
  readonly died?: string;
  readonly heapMb: readonly number[];
  readonly residentMb: readonly number[];
  readonly pools: Readonly<Record<Service, Pool>> | undefined;
}

const RECOVERY_MS = 2_000;
/** A call that hangs would otherwise hang the run. */
const GIVE_UP_MS = 30_000;
/** Black holes end for a client when its own limit does. */
export const QUERY_TIMEOUT_MS = 2_000;

const migrations: Readonly<Record<Service, (options: { url: string }) => Promise<unknown>>> = {
  auth: migrateAuth,
  learning: migrateLearning,
  payments: migratePayments,
  notifications: migrateNotifications,
  activity: migrateActivity,
};

/** Five services at work while faults happen to their servers and connections, and what became of all their calls. */
export async function runChaos({
  faults,
  lastsMs,
  calmMs,
  pauseMs,
  say,
}: ChaosOptions): Promise<ChaosReport> {
  const primary = await startThrowawayServer({
    settings: { ...PRIMARY_SETTINGS, synchronous_commit: 'on', max_wal_senders: '4' },
  });
  const proxy = await startChaosProxy(primary.port);
  const scene: Scene = { proxy, primary, databases: SERVICES.map(nameOf) };
  const history: Operation[] = [];
  const heapMb: number[] = [];
  const residentMb: number[] = [];
  const recoveries: Recovered[] = [];
  let load: ChildProcess | undefined;
  let pools: ChaosReport['pools'];
  let died: string | undefined;
  try {
    const password = await makeDatabases(scene);
    const urls = Object.fromEntries(
      SERVICES.map((service, at) => {
        // Half of them insist on a server that takes writes, half take what they get.
        const attributes = at % 2 === 0 ? '&target_session_attrs=read-write' : '';
        return [
          service,
          `postgresql://chaos:${password}@127.0.0.1:${proxy.port}/${nameOf(service)}?query_timeout=${QUERY_TIMEOUT_MS}${attributes}`,
        ];
      }),
    ) as LoadTask['urls'];
    load = fork(fileURLToPath(new URL('load.ts', import.meta.url)), [JSON.stringify({ urls, pauseMs })], {
      execArgv: ['--expose-gc', '--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let complaint = '';
    load.stderr?.on('data', (text) => {
      complaint += text;
    });
    const ended = new Promise<void>((resolve) => {
      load?.on('exit', (code, signal) => {
        if (code !== 0) died = `${signal ?? `code ${code}`}\n${complaint.slice(0, 2_000)}`;
        resolve();
      });
    });
    load.on('message', (message: FromLoad) => {
      if ('operations' in message) history.push(...message.operations);
      else if ('pools' in message) ({ pools } = message);
      else {
        heapMb.push(message.heapMb);
        residentMb.push(message.residentMb);
      }
    });
    const recovered = async (since: number): Promise<{ ms: number; who: string }> => {
      const latest = () => recovery(history, since);
      while (died === undefined && latest().ms === Number.POSITIVE_INFINITY && now() - since < GIVE_UP_MS)
        await wait(50);
      return latest();
    };
    const { ms: toBegin, who: last } = await recovered(now());
    if (toBegin === Number.POSITIVE_INFINITY)
      throw new Error(
        `Without any fault, ${last} does not succeed: ${JSON.stringify(summary(history))} ${died ?? ''}`,
      );
    for (const fault of faults) {
      if (died !== undefined) break;
      if (fault.needsStandby) {
        await prepareStandby(scene);
      }
      const { ms: before } = await recovered(now());
      await fault.run(scene, lastsMs);
      const { ms, who } = await recovered(now());
      recoveries.push({
        fault: fault.name,
        ms,
        who,
        calmMs: before,
        limitMs: RECOVERY_MS + (fault.patienceMs ?? 0),
      });
      say?.(`${fault.name}: ${Math.round(ms)} ms (${who}), ${Math.round(before)} ms before`);
      await wait(calmMs);
    }
    if (died === undefined) load.send('stop');
    await ended;
    return {
      ...summary(history),
      contradictions: contradictions(history, await storedIn(scene)),
      recoveries,
      ...(died === undefined ? {} : { died }),
      heapMb,
      residentMb,
      pools,
    };
  } finally {
    load?.kill('SIGKILL');
    await proxy.close();
    await Promise.all([scene.primary.stop(), scene.standby?.stop()]);
  }
}

function nameOf(service: Service): string {
  return `chaos_${service}`;
}

/** As a role that is nobody special: a superuser has connections that others have not. */
async function makeDatabases(scene: Scene): Promise<string> {
  const password = randomBytes(12).toString('hex');
  await asAdmin(scene.primary, `CREATE ROLE chaos LOGIN PASSWORD '${password}'`);
  for (const service of SERVICES) {
    const name = nameOf(service);
    await asAdmin(scene.primary, `CREATE DATABASE ${name} OWNER chaos`);
    const url = new URL(scene.primary.url);
    Object.assign(url, { username: 'chaos', password, pathname: `/${name}` });
    await migrations[service]({ url: url.href });
    await asAdmin(
      scene.primary,
      `SET ROLE chaos; CREATE TABLE chaos_written (kind text, n int);
       CREATE TABLE chaos_counter (value int NOT NULL, note varchar(100) NOT NULL); INSERT INTO chaos_counter VALUES (0, '');
       ${PREPARATION[service]}`,
      name,
    );
  }
  return password;
}

async function storedIn({ primary }: Scene): Promise<Record<Service, Stored>> {
  const stored = {} as Record<Service, Stored>;
  for (const service of SERVICES) {
    const rows = await asAdmin<{ kind: Kind; n: number; rows: number }>(
      primary,
      `SELECT kind, n, count(*)::int AS rows FROM (SELECT kind, n FROM chaos_written UNION ALL
         SELECT 'function', n FROM (${WRITTEN[service]}) w) all_rows GROUP BY kind, n`,
      nameOf(service),
    );
    const [{ value } = { value: 0 }] = await asAdmin<{ value: number }>(
      primary,
      'SELECT value FROM chaos_counter',
      nameOf(service),
    );
    const byKind = Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        new Map(rows.filter((row) => row.kind === kind).map((row) => [row.n, row.rows])),
      ]),
    ) as Record<Kind, Map<number, number>>;
    stored[service] = { ...byKind, counter: value };
  }
  return stored;
}

function summary(history: readonly Operation[]) {
  const failed = history.filter(({ failure }) => failure !== undefined);
  const failures: Record<string, number> = {};
  for (const { failure = '' } of failed) failures[failure] = (failures[failure] ?? 0) + 1;
  return {
    operations: history.length,
    acknowledged: history.length - failed.length,
    failures,
    unexplained: [
      ...new Set(
        failed
          .filter(({ failure }) => failure === 'other' || failure === 'invalid')
          .map(({ kind, error }) => `${kind}: ${error}`),
      ),
    ],
  };
}
