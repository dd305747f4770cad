import {
  bytesOfWal,
  noWrites,
  SERVER_ROLE,
  type ServerRole,
  WAL_POSITION,
} from '../connection-url/target-session.js';
import { isUtc } from '../connection-url/utc.js';
import { CodezestDbError } from '../errors/base-error.js';
import { DatabaseUnreachableError, UndeclaredPoolerError } from '../errors/connection-errors.js';
import { databaseErrorFacts } from '../errors/facts.js';
import { isConnectionLost, isTimeout } from '../errors/predicates.js';
import { adapterOf, replicaOf } from './client-class.js';

/** As much of a client as connecting and its health need. */
export interface ConnectableClient {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
  $disconnect(): PromiseLike<void>;
}

export interface DatabaseHealth {
  readonly healthy: boolean;
  /** Milliseconds that the check took. */
  readonly latencyMs: number;
  /** Server version such as `18.4`, when it answered. */
  readonly serverVersion?: string;
  /** `UTC` or another name of it, or instants are stored wrong. */
  readonly timeZone?: string;
  /** A standby takes no writes: unhealthy, unless `target_session_attrs` in the URL asks for one. */
  readonly role?: 'primary' | 'standby';
  readonly pool?: { readonly total: number; readonly idle: number; readonly waiting: number };
  /** Where the server's log stands: on a standby, as far as it is replayed. */
  readonly walPosition?: string;
  /** The same of the replica, where a URL names one. It makes nothing unhealthy: `readFromReplica` does without it. */
  readonly replica?: DatabaseHealth;
  /** Of a replica: bytes of the primary's log that it has not replayed. */
  readonly behindBytes?: number;
  /** What is wrong, without URL, user or values. */
  readonly problem?: string;
}

const CHECK = `SELECT current_setting('server_version') AS "serverVersion", current_setting('TimeZone') AS "timeZone",
                      current_setting('statement_timeout') AS "statementTimeout",
                      ${WAL_POSITION} AS "walPosition", ${SERVER_ROLE}`;

interface Checked extends ServerRole {
  readonly serverVersion: string;
  readonly timeZone: string;
  readonly statementTimeout: string;
  readonly walPosition: string | null;
}

/**
 * Connects and really asks the server: Prisma's own `$connect()` resolves on a dead database.
 *
 * @throws {DatabaseUnreachableError} naming host, port and database.
 * @throws {UndeclaredPoolerError}
 * @throws {MissingDatabaseUrlError}
 * @throws {InvalidDatabaseUrlError}
 */
export async function connect(client: ConnectableClient): Promise<void> {
  // Says what is wrong with the URL in our own words, before Prisma wraps it in its own.
  adapterOf(client)?.settings();
  try {
    await client.$queryRawUnsafe(CHECK);
  } catch (cause) {
    if (databaseErrorFacts(cause).code === 'DATABASE_BEHIND_POOLER')
      throw new UndeclaredPoolerError({ cause });
    throw new DatabaseUnreachableError(targetOf(client), reasonOf(cause), { cause });
  }
}

/** Asks the server how it is. Never rejects: a health check that throws takes the service down with the database. */
export async function healthCheck(
  client: ConnectableClient,
  options: { timeoutMs?: number } = {},
): Promise<DatabaseHealth> {
  const started = performance.now();
  const replica = replicaOf(client);
  const besides = replica && healthCheck(replica, options);
  try {
    adapterOf(client)?.settings();
    const [row] = (await within(options.timeoutMs ?? 1_000, client.$queryRawUnsafe(CHECK))) as [Checked];
    const problem = problemOf(row, client);
    return {
      healthy: problem === undefined,
      latencyMs: since(started),
      serverVersion: row.serverVersion,
      timeZone: row.timeZone,
      role: row.standby ? 'standby' : 'primary',
      ...(row.walPosition === null ? {} : { walPosition: row.walPosition }),
      ...poolOfClient(client),
      ...(await replicaHealth(besides, row.walPosition)),
      ...(problem === undefined ? {} : { problem }),
    };
  } catch (error) {
    return {
      healthy: false,
      latencyMs: since(started),
      ...poolOfClient(client),
      ...(await replicaHealth(besides, null)),
      problem: reasonOf(error),
    };
  }
}

async function replicaHealth(
  checked: Promise<DatabaseHealth> | undefined,
  primaryAt: string | null,
): Promise<Pick<DatabaseHealth, 'replica'>> {
  const replica = await checked;
  if (replica?.walPosition === undefined || replica.role === 'primary' || primaryAt === null)
    return replica === undefined ? {} : { replica };
  const behindBytes = Math.max(0, Number(bytesOfWal(primaryAt) - bytesOfWal(replica.walPosition)));
  return { replica: { ...replica, behindBytes } };
}

function problemOf(row: Checked, client: ConnectableClient): string | undefined {
  if (!isUtc(row.timeZone)) return `the session runs in ${row.timeZone}, not in UTC`;
  const adapter = adapterOf(client);
  const settings = adapter?.settings();
  const readOnly = noWrites(row, settings?.servers.target);
  // Sessions stay with the server that they were opened to; the address may lead to another one by now.
  if (readOnly !== undefined) adapter?.pool().sessions.renew('read-only');
  if (readOnly !== undefined || settings === undefined) return readOnly;
  const [limits = ''] =
    /statement_timeout=\S*(?!.*statement_timeout)/.exec(settings.pool.options ?? '') ?? [];
  return row.statementTimeout === '0' && /statement_timeout=[1-9]/.test(limits)
    ? 'a connection pooler drops the limits that sessions begin with; add pgbouncer=true to the URL'
    : undefined;
}

/** Rejects with HEALTH_TIMEOUT when the work takes longer; the work itself goes on. */
export async function within<Result>(milliseconds: number, work: PromiseLike<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new CodezestDbError('HEALTH_TIMEOUT', `no answer within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function targetOf(client: object): string {
  const adapter = adapterOf(client);
  return adapter === undefined ? 'the given adapter' : adapter.target();
}

/** Our own messages are safe as they are; of a driver's only the code is, its text may hold user names or values. */
export function reasonOf(error: unknown): string {
  if (error instanceof CodezestDbError) return error.message;
  const { name, code, sqlState, kind } = databaseErrorFacts(error);
  // One of ours, below the line in which Prisma names the call.
  if (code?.startsWith('DATABASE_') && error instanceof Error)
    return error.message.trim().split('\n').at(-1) ?? code;
  const known = sqlState ?? code ?? kind;
  if (known === undefined && isTimeout(error)) return 'no answer in time';
  if (known === undefined && isConnectionLost(error)) return 'the connection was closed';
  return [kind ?? name, sqlState ?? code].filter(Boolean).join(' ');
}

function poolOfClient(client: object): Pick<DatabaseHealth, 'pool'> {
  const adapter = adapterOf(client);
  if (adapter === undefined) return {};
  try {
    const { totalCount, idleCount, waitingCount } = adapter.pool();
    return { pool: { total: totalCount, idle: idleCount, waiting: waitingCount } };
  } catch {
    // No URL, so no pool: the check itself says so.
    return {};
  }
}

function since(started: number): number {
  return Math.round(performance.now() - started);
}
