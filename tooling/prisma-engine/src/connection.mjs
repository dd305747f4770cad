// One connection to PostgreSQL, opened at the first statement.
//
// One, because the engine takes its advisory lock with a session-level function: a second connection would not hold it.
// At the first statement, because the engine "connects" when it is constructed, even for work that needs no
// database at all (`migrate diff --from-empty --to-schema`).
import pg from 'pg';
import { connectionError } from './connection-errors.mjs';

const CONNECT_TIMEOUT_SECONDS = 5;

/** The same server, another database. In pg a connection string wins over `database`, so the path is replaced. */
export function withDatabase(url, database) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

export function databaseName(url) {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** @param {string} url */
export function openPool(url) {
  const timeout = Number(new URL(url).searchParams.get('connect_timeout') ?? CONNECT_TIMEOUT_SECONDS);
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: timeout * 1000,
    application_name: 'prisma-schema-engine',
  });
  // A dropped shadow database cuts its idle connections, and an `error` event that nobody hears ends the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A connected client of the pool, or a KnownError that says why there is none. */
export async function connectClient(pool, url) {
  try {
    return await pool.connect();
  } catch (error) {
    throw connectionError(error, server(url));
  }
}

/** Runs one task on a connection of its own. */
export async function withConnection(url, task) {
  const pool = openPool(url);
  try {
    const client = await connectClient(pool, url);
    try {
      return await task(client);
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}

export function server(url) {
  const { hostname, port, username, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? hostname,
    port: port || 5432,
    user: decodeURIComponent(username),
    database: databaseName(url),
  };
}
