import { createHash, randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { currentProcess, isAlive, processNamespace } from './process-identity.js';

/**
 * Names of test databases say which process made them, so that a later run knows the abandoned ones:
 * `codezest_test_<service>_<host>_<process>_<its start>_<seconds since 1970>_<random>`, numbers in base 36, within the
 * 63 bytes that PostgreSQL keeps.
 */
const PREFIX = 'codezest_test_';
const NAME = /^codezest_test_[a-z0-9_]+?_([0-9a-f]{6})_([0-9a-z]+)_([0-9a-z]+)_([0-9a-z]+)_[0-9a-z]{6}$/;

/** Another machine's processes cannot be looked at: its databases count as abandoned after a day. */
const FOREIGN_LIFETIME_SECONDS = 24 * 3600;

export function newTestDatabaseName(service: string): string {
  const { pid, start } = currentProcess();
  const numbers = [pid, Number(start), secondsNow()].map((number) => number.toString(36));
  const random = randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0');
  return `${PREFIX}${service}_${[hostKey(), ...numbers, random].join('_')}`;
}

/** What drops need of a connection; `pg`'s Client and Pool both fit. */
export interface Querying {
  query(sql: string): Promise<{ rows: Array<{ name: string }> }>;
}

/**
 * Drops the test databases of runs that are over. One with a connection is in use, whatever its name says, and is left
 * alone. With `ownToo`, also those of this process, for the end of a run.
 */
export async function dropAbandonedTestDatabases(
  server: Querying,
  options: { ownToo?: boolean } = {},
): Promise<void> {
  const { rows } = await server.query(
    `SELECT datname AS name FROM pg_database AS candidate
      WHERE datname LIKE '${PREFIX.replaceAll('_', '\\_')}%'
        AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datid = candidate.oid)`,
  );
  for (const { name } of rows) {
    if (isAbandoned(name, options.ownToo === true)) await dropQuietly(server, name);
  }
}

function isAbandoned(name: string, ownToo: boolean): boolean {
  const match = NAME.exec(name);
  if (!match) return false;
  const [host, pid, start, made] = [
    match[1],
    ...match.slice(2, 5).map((digits) => Number.parseInt(digits, 36)),
  ];
  if (pid === undefined || start === undefined || made === undefined) return false;
  if (host !== hostKey()) return secondsNow() - Number(made) > FOREIGN_LIFETIME_SECONDS;
  const owner = { pid: Number(pid), start: String(start) };
  return !isAlive(owner) || (ownToo && owner.pid === process.pid);
}

/** Others sweep too, or the owner comes back at this moment: gone, in use and not ours are all fine. */
async function dropQuietly(server: Querying, name: string): Promise<void> {
  try {
    await server.query(`DROP DATABASE IF EXISTS "${name}"`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== '55006' && code !== '42501' && code !== '3D000' && code !== 'XX000') throw error;
  }
}

function hostKey(): string {
  return createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 6);
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
