import type { PoolConfig } from 'pg';
import { type DatabaseUrl, parseDatabaseUrl } from '../connection-url/database-url.js';
import { TARGET_SESSION_ATTRS, type TargetSessionAttrs } from '../connection-url/target-session.js';
import { InvalidDatabaseUrlError } from '../errors/connection-errors.js';
import type { SessionConfig } from './session.js';
import type { Servers } from './sessions.js';

export interface ConnectionSettings {
  readonly pool: PoolConfig & SessionConfig;
  /** One connection for the long work of a command, which sets its own limits. */
  readonly session: SessionConfig;
  readonly servers: Servers;
}

/** Milliseconds. Each bounds the next: what the client gives up on, the server has given up on before. */
export const TIMEOUTS = {
  query: 20_000,
  statement: 15_000,
  lock: 5_000,
  idleInTransaction: 30_000,
  connect: 3_000,
  connectSession: 5_000,
} as const;

const POOL_DEFAULTS: PoolConfig = {
  max: 10,
  connectionTimeoutMillis: TIMEOUTS.connect,
  idleTimeoutMillis: 30_000,
  maxLifetimeSeconds: 1_800,
  query_timeout: TIMEOUTS.query,
};

/**
 * A session in UTC is not a matter of taste: the driver adapter writes a `timestamptz` as if the session were in UTC,
 * so that in any other zone the stored instant is wrong although it reads back unchanged.
 */
const UTC = '-c TimeZone=UTC -c DateStyle=ISO';

const STARTUP_OPTIONS = [
  `-c statement_timeout=${TIMEOUTS.statement}`,
  `-c lock_timeout=${TIMEOUTS.lock}`,
  `-c idle_in_transaction_session_timeout=${TIMEOUTS.idleInTransaction}`,
].join(' ');

/**
 * Settings of pg from a URL. Prisma's URL parameters mean nothing to pg, so they are translated here:
 * `connection_limit` → pool size, `connect_timeout` (seconds), `pgbouncer=true`, `sslaccept`; `schema` may be `public`
 * alone. So are those of libpq that pg does not know: several hosts, `target_session_attrs`. Anything else goes to pg as
 * it is.
 *
 * Through a pooler no options of ours are sent at start-up (PgBouncer answers 08P01 to what it does not know); there the
 * timeouts belong on the role. The URL's own `options` are always sent.
 *
 * The time zone is no setting but part of every session (`client/session.ts`): the driver adapter writes a `timestamptz`
 * as if the session were in UTC, so that in any other zone the stored instant is wrong although it reads back unchanged.
 *
 * @throws {InvalidDatabaseUrlError} naming the part that is wrong.
 */
export function connectionSettings(url: string, applicationName: string): ConnectionSettings {
  const { url: first, hosts } = parsed(url);
  const take = (name: string): string | undefined => {
    const value = first.searchParams.get(name) ?? undefined;
    first.searchParams.delete(name);
    return value;
  };

  if (take('pool_timeout') !== undefined) {
    throw new InvalidDatabaseUrlError(
      'pool_timeout is not supported; connect_timeout bounds the wait for a connection.',
    );
  }
  const pooler = isTrue('pgbouncer', take('pgbouncer'));
  if (!['public', undefined].includes(take('schema'))) {
    throw new InvalidDatabaseUrlError(
      'schema must be public: functions and triggers of the database name it. Use a database of its own instead.',
    );
  }
  const servers: Servers = { hosts, target: targetOf(take('target_session_attrs')), pooler };
  const max = positiveInteger('connection_limit', take('connection_limit'));
  const connectSeconds = positiveInteger('connect_timeout', take('connect_timeout'));
  const ssl = sslOf(take('sslaccept'));
  // pg lets the URL's sslmode win over the setting, so that a weaker one beside strict would undo it.
  if (ssl?.rejectUnauthorized === true && first.searchParams.has('sslmode')) {
    first.searchParams.set('sslmode', 'verify-full');
  }
  const own = take('options');
  // The last one wins: limits are the caller's to change, the zone is not.
  const poolOptions = pooler ? own : [STARTUP_OPTIONS, own, UTC].filter(Boolean).join(' ');
  const shared: SessionConfig = {
    servers,
    application_name: applicationName,
    keepAlive: true,
    ...(ssl === undefined ? {} : { ssl }),
    connectionString: first.toString(),
  };
  const connectMs = connectSeconds === undefined ? undefined : connectSeconds * 1000;

  return {
    servers,
    pool: {
      ...POOL_DEFAULTS,
      ...shared,
      ...(max === undefined ? {} : { max }),
      ...(connectMs === undefined ? {} : { connectionTimeoutMillis: connectMs }),
      ...(poolOptions ? { options: poolOptions } : {}),
    },
    session: {
      ...shared,
      connectionTimeoutMillis: connectMs ?? TIMEOUTS.connectSession,
      ...(own ? { options: own } : {}),
    },
  };
}

function parsed(text: string): DatabaseUrl {
  const database = parseDatabaseUrl(text);
  const { protocol, pathname } = database.url;
  if (protocol === 'prisma:' || protocol === 'prisma+postgres:') {
    throw new InvalidDatabaseUrlError(
      `${protocol}// names a proxy of Prisma. Name the PostgreSQL server itself.`,
    );
  }
  if (protocol !== 'postgresql:' && protocol !== 'postgres:') {
    throw new InvalidDatabaseUrlError(`it begins with ${protocol}// where postgresql:// is wanted.`);
  }
  if (pathname.includes('@')) {
    throw new InvalidDatabaseUrlError('signs such as / and @ in its password must be percent-encoded.');
  }
  if (pathname.length <= 1) throw new InvalidDatabaseUrlError('it names no database after the host.');
  return database;
}

function targetOf(value = 'any'): TargetSessionAttrs {
  const target = TARGET_SESSION_ATTRS.find((each) => each === value);
  if (target === undefined)
    throw new InvalidDatabaseUrlError(
      `target_session_attrs must be one of ${TARGET_SESSION_ATTRS.join(', ')}.`,
    );
  return target;
}

function positiveInteger(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new InvalidDatabaseUrlError(`${name} must be a whole number above 0.`);
  return Number(value);
}

function isTrue(name: string, value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new InvalidDatabaseUrlError(`${name} must be true or false.`);
}

/** Fails closed: a word that we do not know must not become an unverified connection. */
function sslOf(sslaccept: string | undefined): { rejectUnauthorized: boolean } | undefined {
  if (sslaccept === undefined) return undefined;
  if (sslaccept === 'strict') return { rejectUnauthorized: true };
  if (sslaccept === 'accept_invalid_certs') return { rejectUnauthorized: false };
  throw new InvalidDatabaseUrlError('sslaccept must be strict or accept_invalid_certs.');
}
