import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, runningAs } from './account.js';
import { majorVersion, type PostgresBinaries } from './binaries.js';
import { explainFailure, LocalDatabaseError } from './errors.js';
import { LOOPBACK } from './free-port.js';
import { isServerOf, postmasterFile } from './postmaster.js';

export const SUPERUSER = 'postgres';

/** Settings that earlier versions refuse to start with. */
const SINCE: Readonly<Record<string, number>> = { io_method: 18, scram_iterations: 16 };

/** Which programs work on which data, as whom. */
export interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly dataDirectory: string;
}

/** What every server of ours has in common. TCP on the loopback alone: a socket folder would be one more to clean up. */
export const COMMON_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  max_connections: '500',
};

/**
 * A new cluster in an empty or missing folder. Sorting and letter case follow PostgreSQL's own C.UTF-8, which is the
 * same on every machine, and messages are English, because we read them.
 */
export async function initialiseCluster(
  cluster: Cluster,
  password: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const { binaries, account, dataDirectory } = cluster;
  const passwordFile = `${dataDirectory}.password`;
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) for (const path of [dataDirectory, passwordFile]) chownSync(path, account.uid, account.gid);

    await run(binaries.initdb, account, [
      `--pgdata=${dataDirectory}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Earlier versions have the system's locales alone.
      ...(majorVersion(binaries) >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
      '--no-instructions',
      // The system writes the new files within half a minute by itself; waiting for it takes many seconds on a busy disk.
      '--no-sync',
    ]);
    // `--set` came with 16.
    const version = majorVersion(binaries);
    const known = Object.entries(settings).filter(([name]) => version >= (SINCE[name] ?? 0));
    const lines = known.map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    appendFileSync(join(dataDirectory, 'postgresql.conf'), lines.join(''));
  } catch (error) {
    throw explainFailure(`Creating a PostgreSQL cluster in ${dataDirectory}`, error);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Starts a server that outlives us and returns when it accepts connections, or throws what its log says. */
export async function launchServer(
  cluster: Cluster,
  port: number,
  logFile: string,
  timeoutMs: number,
): Promise<void> {
  const log = openSync(logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const { binaries, account, dataDirectory } = cluster;
  const server = spawn(binaries.postgres, ['-D', dataDirectory, '-p', String(port)], {
    ...runningAs(account),
    cwd: dataDirectory,
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  server.unref();
  closeSync(log);
  await waitUntilReady({ dataDirectory, logFile, timeoutMs, failure: failureOf(server, logFile, logStart) });
}

interface Startup {
  dataDirectory: string;
  logFile: string;
  timeoutMs: number;
  /** What ended the start, once it has. */
  failure: () => unknown;
}

/** Reads the file in which PostgreSQL itself notes that it is ready: no connection attempts, no guessing from logs. */
export async function waitUntilReady({ dataDirectory, logFile, timeoutMs, failure }: Startup): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const file = postmasterFile(dataDirectory);
    if (file?.ready && isServerOf(dataDirectory, file.pid)) return;

    const reason = failure();
    if (reason !== undefined) throw explainFailure('Starting PostgreSQL', reason);
    if (Date.now() > deadline) {
      throw new LocalDatabaseError(
        'SERVER_NOT_STARTED',
        `PostgreSQL is not ready after ${timeoutMs / 1000} s. Its log, ${logFile}, ends with:\n${endOf(logFile)}`,
      );
    }
    await sleep(10);
  }
}

/** Watches a child that should go on running; its log from `logStart` on says why it did not. */
export function failureOf(child: ChildProcess, logFile: string, logStart = 0): () => unknown {
  let spawnError: Error | undefined;
  child.once('error', (error) => {
    spawnError = error;
  });
  return () => {
    const ended = child.exitCode !== null || child.signalCode !== null;
    return spawnError ?? (ended ? endOf(logFile, logStart) : undefined);
  };
}

/** Waits for the last file to be written. Clients are disconnected. Fine if no server runs. */
export async function stopServer({ binaries, account, dataDirectory }: Cluster): Promise<void> {
  const file = postmasterFile(dataDirectory);
  if (file === undefined || !isServerOf(dataDirectory, file.pid)) return;
  try {
    await run(binaries.pgCtl, account, [
      'stop',
      `--pgdata=${dataDirectory}`,
      '--mode=fast',
      '--wait',
      '--timeout=60',
      '--silent',
    ]);
  } catch (error) {
    if (!isServerOf(dataDirectory, file.pid)) return;
    throw new LocalDatabaseError(
      'SERVER_NOT_STOPPED',
      `Process ${file.pid} does not stop: ${String(error)}`,
      { cause: error },
    );
  }
}

/** Without what would change the server's behaviour or reach into a Node child: PG*, NODE_*, locale. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|NODE_|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

function endOf(logFile: string, from = 0): string {
  try {
    return readFileSync(logFile).subarray(from).toString().trim().split('\n').slice(-12).join('\n');
  } catch {
    return '(no log)';
  }
}

function run(program: string, account: Account | undefined, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...runningAs(account),
      cwd: dirname(program),
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint += chunk;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(complaint.trim() || `${program} ended with ${signal ?? `code ${code}`}`));
    });
  });
}
