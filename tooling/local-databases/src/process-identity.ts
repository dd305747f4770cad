import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A process, told apart from a later one with the same number by its start time (Linux; elsewhere `start` is '0' and
 * the number alone decides).
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

/** The process, unless it is gone or a zombie: in a container without an init the dead are never reaped. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  if (process.platform !== 'linux') return exists(pid) ? { pid, start: '0' } : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' || start === undefined ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

export function currentProcess(): ProcessIdentity {
  return processIdentity(process.pid) ?? { pid: process.pid, start: '0' };
}

/**
 * The process whose end is the end of this run. A test runner's worker is forked with a channel to its runner and may
 * be replaced between two files, so its parent counts; any other process stands for itself.
 */
export function runOwner(): ProcessIdentity {
  const parent = process.connected ? processIdentity(process.ppid) : undefined;
  return parent ?? currentProcess();
}

export function isAlive(identity: ProcessIdentity): boolean {
  return processIdentity(identity.pid)?.start === identity.start;
}

/**
 * Process numbers mean something inside one PID namespace only, while /dev/shm and temporary folders may be shared between
 * containers. Whoever judges by number whether a process lives keeps to records of its own namespace.
 */
export function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

export function identityText({ pid, start }: ProcessIdentity): string {
  return `${pid}-${start}`;
}

export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+)-(\d+)/.exec(text);
  return match?.[1] && match[2] ? { pid: Number(match[1]), start: match[2] } : undefined;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
