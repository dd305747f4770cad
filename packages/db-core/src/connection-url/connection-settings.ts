import type { ClientConfig, PoolConfig } from 'pg';
import { InvalidDatabaseUrlError } from '../errors/connection-errors.js';

export interface ConnectionSettings {
  readonly pool: PoolConfig;
  /** One connection for the long work of a command, which sets its own limits. */
  readonly session: ClientConfig;
  /** Schema of the tables; Prisma's `schema` parameter. */
  readonly schema: string | undefined;
  /** Behind a pooler in transaction mode, which refuses startup options and loses prepared statements. */
  readonly pooler: boolean;
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
const UTC = '-c TimeZone=UTC';

const STARTUP_OPTIONS = [
  `-c statement_timeout=${TIMEOUTS.statement}`,
  `-c lock_timeout=${TIMEOUTS.lock}`,
  `-c idle_in_transaction_session_timeout=${TIMEOUTS.idleInTransaction}`,
].join(' ');

/**
 * Settings of pg from a URL. Prisma's URL parameters mean nothing to pg, so they are translated here:
 * `connection_limit` → pool size, `connect_timeout` (seconds), `schema`, `pgbouncer=true`, `sslaccept`. Anything else
 * goes to pg as it is.
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
  const parsed = parseUrl(url);
  const take = (name: string): string | undefined => {
    const value = parsed.searchParams.get(name) ?? undefined;
    parsed.searchParams.delete(name);
    return value;
  };

  if (take('pool_timeout') !== undefined) {
    throw new InvalidDatabaseUrlError(
      'pool_timeout is not supported; connect_timeout bounds the wait for a connection.',
    );
  }
  const pooler = isTrue('pgbouncer', take('pgbouncer'));
  const schema = take('schema');
  const max = positiveInteger('connection_limit', take('connection_limit'));
  const connectSeconds = positiveInteger('connect_timeout', take('connect_timeout'));
  const ssl = sslOf(take('sslaccept'));
  // pg lets the URL's sslmode win over the setting, so that a weaker one beside strict would undo it.
  if (ssl?.rejectUnauthorized === true && parsed.searchParams.has('sslmode')) {
    parsed.searchParams.set('sslmode', 'verify-full');
  }
  const own = take('options');
  // The last one wins: limits are the caller's to change, the zone is not.
  const poolOptions = pooler ? own : [STARTUP_OPTIONS, own, UTC].filter(Boolean).join(' ');
  const shared: ClientConfig = {
    application_name: applicationName,
    keepAlive: true,
    ...(ssl === undefined ? {} : { ssl }),
    connectionString: parsed.toString(),
  };
  const connectMs = connectSeconds === undefined ? undefined : connectSeconds * 1000;

  return {
    schema,
    pooler,
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

function parseUrl(url: string): URL {
  // Without the slashes the user would pass for a scheme, and be printed.
  const parsed = /^[a-z+]+:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined)
    throw new InvalidDatabaseUrlError(
      'it is not a URL. Write postgresql://user:password@host:5432/database.',
    );
  if (parsed.protocol === 'prisma:' || parsed.protocol === 'prisma+postgres:') {
    throw new InvalidDatabaseUrlError(
      `${parsed.protocol}// names a proxy of Prisma. Name the PostgreSQL server itself.`,
    );
  }
  if (parsed.protocol !== 'postgresql:' && parsed.protocol !== 'postgres:') {
    throw new InvalidDatabaseUrlError(`it begins with ${parsed.protocol}// where postgresql:// is wanted.`);
  }
  if (parsed.pathname.includes('@')) {
    throw new InvalidDatabaseUrlError('signs such as / and @ in its password must be percent-encoded.');
  }
  if (parsed.pathname.length <= 1) throw new InvalidDatabaseUrlError('it names no database after the host.');
  return parsed;
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
