import { listenersOf, poolOf, usesPooler } from '../client/client-class.js';
import { withoutValues } from '../errors/without-values.js';
import { numberTypes, withNumbers } from './whole-numbers.js';

/**
 * Hand-written SQL of a hot path. The name is that of the prepared statement, so it must be unique in the process:
 * `auth.session_for_request`. Columns come back under the names that the text gives them; a bigint comes back as a number.
 */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** It changes nothing and locks no row, so it may be sent twice. */
  readonly reads?: true;
  /** Never set: carries the row's type. */
  readonly row?: Row;
}

/** As much of a client or an open transaction as raw SQL needs. */
export interface QueryingClient {
  $queryRawUnsafe<Result>(query: string, ...values: unknown[]): PromiseLike<Result>;
}

export function statement<Row>(name: string, text: string): Statement<Row> {
  return { name, text };
}

/**
 * A statement that only reads: no row is written or locked, and no function that it calls does so. It shares a connection
 * with others (`ReadLanes`), and is sent again where that one breaks or another statement holds it up.
 */
export function read<Row>(name: string, text: string): Statement<Row> {
  return { name, text, reads: true };
}

/**
 * Runs a statement where the caller stands: inside an open transaction through it, otherwise on the client's own pool
 * as a named statement, which PostgreSQL plans once per connection (a quarter of the cost of the same SQL through
 * Prisma). Behind a pooler in transaction mode statements stay unnamed. Prisma does not see what goes past it, so the
 * client's query events are told from here.
 */
export async function rowsOf<Row>(
  client: QueryingClient,
  { name, text, reads }: Statement<Row>,
  values: unknown[],
): Promise<Row[]> {
  const pool = poolOf(client);
  if (pool === undefined) return withNumbers(await client.$queryRawUnsafe<Row[]>(text, ...values));
  const listeners = listenersOf(client) ?? [];
  const timestamp = new Date();
  const started = performance.now();
  try {
    const types = numberTypes;
    const query = usesPooler(client) ? { text, values, types } : { name, text, values, types };
    return (await (reads ? pool.read(query) : pool.query(query))).rows as Row[];
  } catch (error) {
    throw withoutValues(error);
  } finally {
    const duration = Math.round(performance.now() - started);
    for (const tell of listeners) tell({ timestamp, query: text, params: '', duration, target: name });
  }
}

/** The one row that a statement gives, or nothing. */
export async function rowOf<Row>(
  client: QueryingClient,
  sql: Statement<Row>,
  values: unknown[],
): Promise<Row | undefined> {
  return (await rowsOf(client, sql, values))[0];
}
