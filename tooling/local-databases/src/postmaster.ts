import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, signalAs } from './account.js';
import { processIdentity } from './process-identity.js';

export interface DataOwner {
  readonly dataDirectory: string;
  readonly account: Account | undefined;
}

export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** `postmaster.pid`: process, data folder, start time, port, socket folder, address, shared memory, status. */
export function postmasterFile(dataDirectory: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * Whether that process is a PostgreSQL server on that data. After a crash the number in `postmaster.pid` may belong to
 * any program; PostgreSQL's processes have the data folder as their working directory.
 */
export function isServerOf(dataDirectory: string, pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || processIdentity(pid) === undefined) return false;
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).stdout.includes(
      'postgres',
    );
  }
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return name === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === dataDirectory;
  } catch {
    return false;
  }
}

/**
 * What a killed server leaves behind: a `postmaster.pid` whose number may be another program's by now, on which
 * PostgreSQL refuses to start, and sessions in the middle of a query, which keep its shared memory. Call it only when
 * no server runs on that data and nobody else can start one.
 */
export async function clearRemains({ dataDirectory, account }: DataOwner): Promise<void> {
  rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const deadline = Date.now() + 3_000;
    const orphans = serverProcesses(dataDirectory);
    signalAs(account, signal, orphans);
    while (orphans.some((pid) => isServerOf(dataDirectory, pid)) && Date.now() < deadline) await sleep(20);
  }
}

/** Known on Linux alone; elsewhere PostgreSQL's own check of its shared memory has to do. */
function serverProcesses(dataDirectory: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && isServerOf(dataDirectory, pid));
}
