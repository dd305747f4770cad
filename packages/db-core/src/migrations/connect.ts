import type { Client } from 'pg';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { redactUrl } from '../connection-url/redact.js';
import { UndeclaredPoolerError, UnsuitableServerError } from '../errors/connection-errors.js';
import { databaseAnswer, errorCode, errorMessage, MigrationError } from './errors.js';
import { type MigrationTarget, systemClock } from './options.js';

/** The one connection of a run, its session prepared. It holds the lock, runs the scripts and keeps the history. */
export interface MigrationConnection {
  readonly client: Client;
  /** Schema of the history table and first on the search path; Prisma's `schema` parameter, `public` by default. */
  readonly schema: string;
  /** Puts the session back into its defined state, whatever a script has SET. */
  prepareSession(): Promise<void>;
  /** The server process that works for us. */
  readonly pid: number;
  /** A second session, to look at the first one. */
  openObserver(): Promise<Client>;
}

/** Answers of a server that is starting, restarting or full: waiting helps. */
const transient = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOENT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);

/** Ports on which poolers listen by convention (PgBouncer, Supavisor). */
const poolerPorts = new Set([6432, 6543]);

/** Connects, waiting for a starting database, and refuses whatever cannot carry a session lock. */
export async function connect(target: MigrationTarget): Promise<MigrationConnection> {
  const settings = connectionSettings(target.url, `${target.service}-migrate@${target.version ?? 'unknown'}`);
  if (settings.servers.pooler) throw behindPooler(target, 'its URL says pgbouncer=true');

  const open = (): Promise<Client> => openSession(settings.session);
  const client = await connectPatiently(target, open);
  try {
    const pid = await refusePooler(target, client, open);
    const schema = 'public';
    const connection: MigrationConnection = {
      client,
      schema,
      pid,
      prepareSession: () => prepareSession(client, schema),
      openObserver: open,
    };
    await connection.prepareSession();
    return connection;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function connectPatiently(target: MigrationTarget, open: () => Promise<Client>): Promise<Client> {
  const clock = target.clock ?? systemClock;
  const deadline = clock.now() + (target.waitMs ?? 30_000);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      if (error instanceof UndeclaredPoolerError) throw behindPooler(target, 'it refuses startup options');
      const mayRecover =
        error instanceof UnsuitableServerError ||
        transient.has(errorCode(error) ?? '') ||
        /timeout|terminated/i.test(errorMessage(error));
      if (!mayRecover || clock.now() >= deadline) throw unreachable(target, error, mayRecover);
      if (attempt === 1) {
        target.log?.({
          type: 'waiting-for-database',
          message: `waiting for ${redactUrl(target.url)}: ${connectAnswer(error)}`,
        });
      }
      await clock.sleep(Math.min(2_000, 200 * attempt) * (0.75 + clock.random() / 2));
    }
  }
}

/** Refused on both IPv6 and IPv4 is one AggregateError without a message. */
function connectAnswer(error: unknown): string {
  return errorMessage(error) ? databaseAnswer(error) : (errorCode(error) ?? 'no answer');
}

function unreachable(target: MigrationTarget, cause: unknown, waited: boolean): MigrationError {
  const code = errorCode(cause);
  const nextStep = waited
    ? 'Start the database or correct host and port; --wait <seconds> waits longer.'
    : code === '3D000'
      ? 'Create the database first: a migration changes a database, it does not make one.'
      : code?.startsWith('28')
        ? "Correct user and password, or the server's pg_hba.conf."
        : 'Correct the connection string.';
  return new MigrationError(
    'DATABASE_UNREACHABLE',
    `No connection to ${redactUrl(target.url)}: ${connectAnswer(cause)}.`,
    { cause, sqlState: code, nextStep },
  );
}

/**
 * A lock taken through a pooler in transaction mode belongs to whoever gets that server connection next. Poolers make up
 * the process id they announce, so a differing one is the first sign. The proof is a session that moves to another server
 * process, or two live sessions on the same. A proxy that keeps one session per client (Neon) shows neither.
 */
async function refusePooler(
  target: MigrationTarget,
  client: Client,
  open: () => Promise<Client>,
): Promise<number> {
  const pid = await backendPid(client);
  // pg keeps the announced process id on the client, outside its published types.
  const announced = (client as Client & { processID?: number | null }).processID;
  if (announced === pid) return pid;
  if (poolerPorts.has(client.port))
    throw behindPooler(target, `port ${client.port} answers with another session's id`);
  for (let look = 0; look < LOOKS; look += 1) {
    if ((await backendPid(client)) !== pid)
      throw behindPooler(target, 'a session moves from one server process to another');
  }

  const second = await open();
  try {
    if ((await backendPid(second)) === pid)
      throw behindPooler(target, 'two sessions share one server process');
  } finally {
    await second.end();
  }
  return pid;
}

/** A pooler that gives out its connections at random may give the same one a few times. */
const LOOKS = 8;

async function backendPid(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

function behindPooler(target: MigrationTarget, sign: string): MigrationError {
  return new MigrationError(
    'DATABASE_BEHIND_POOLER',
    `${redactUrl(target.url)} is a connection pooler (${sign}).`,
    {
      nextStep: `Set ${target.service.toUpperCase()}_MIGRATE_DATABASE_URL to the server itself: migrations hold a session lock, and a pooler in transaction mode hands the session to others.`,
    },
  );
}

async function prepareSession(client: Client, schema: string): Promise<void> {
  await client.query(`RESET ALL;
    SET search_path = ${client.escapeIdentifier(schema)};
    SET TimeZone = 'UTC';
    SET client_min_messages = notice`);
  try {
    // The server notices within a second that we died, rolls back and frees the lock, instead of
    // committing a script whose end nobody recorded.
    await client.query("SET client_connection_check_interval = '1s'");
  } catch (error) {
    // Unknown before PostgreSQL 14, unsupported on Windows servers: then the server notices at the next answer.
    if (!['42704', '22023'].includes(errorCode(error) ?? '')) throw error;
  }
}
