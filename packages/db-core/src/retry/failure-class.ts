import { databaseErrorFacts } from '../errors/facts.js';
import { isConnectionLost, isInvalidId, isInvalidValue, isWriteConflict } from '../errors/predicates.js';
import { stalenessOf } from '../errors/staleness.js';

/** What a failure says about the work: whether it was applied, and whether the same again may succeed. */
export const FAILURE_CLASSES = [
  /** Concurrent transactions collided; nothing was applied. */
  'conflict',
  /** A lock was not given in time; nothing was applied. */
  'lock',
  /** No connection was to be had: server starting, full, or no free one in the pool. Nothing was sent. */
  'unavailable',
  /** The session could not do it any more: its plan or its prepared statement is gone. Nothing was applied. */
  'stale-session',
  /** The server takes no writes: a standby, or a primary that is being replaced. Nothing was applied. */
  'read-only',
  /** The connection broke. Whether the last statement was applied is known only to whoever knows where it broke. */
  'connection-lost',
  /** The transaction took longer than Prisma's limit and was rolled back. */
  'expired',
  /** A statement was cancelled or ran too long; it would again. */
  'cancelled',
  /** A value that the database cannot store or compare; it would refuse it again. */
  'invalid',
  /** A constraint, a validation, a defect, or nothing we know. */
  'other',
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** By code and SQLSTATE. Texts are read only where pg has nothing else; a test pins them against the real driver. */
export function failureClass(error: unknown): FailureClass {
  if (isWriteConflict(error)) return 'conflict';
  const stale = stalenessOf(error);
  if (stale !== undefined) return stale === 'read-only' ? 'read-only' : 'stale-session';

  const { code, sqlState, kind } = databaseErrorFacts(error);
  if (sqlState === '55P03') return 'lock';
  if (sqlState === '57014') return 'cancelled';
  if (UNAVAILABLE.has(sqlState ?? '') || UNAVAILABLE.has(code ?? '') || UNAVAILABLE.has(kind ?? ''))
    return 'unavailable';
  const message = error instanceof Error ? error.message : '';
  if (NO_CONNECTION.test(message)) return 'unavailable';
  if (code === 'P2028') return 'expired';
  // The server ended an idle transaction, and the session with it.
  if (sqlState === '25P03' || isConnectionLost(error)) return 'connection-lost';
  return isInvalidId(error) || isInvalidValue(error) ? 'invalid' : 'other';
}

/** Of pg, of Prisma, and of PgBouncer, which answers 08P01 to all that it cannot do. */
const NO_CONNECTION =
  /timeout exceeded when trying to connect|due to connection timeout|timeout expired|Unable to start a transaction in the given time|query_wait_timeout|no more connections allowed|pgbouncer cannot connect|server login has been failing/;

const UNAVAILABLE = new Set([
  '57P03',
  '53300',
  'P1001',
  'DATABASE_UNREACHABLE',
  'DATABASE_SERVER_UNSUITABLE',
  'DatabaseNotReachable',
  'TooManyConnections',
  'ECONNREFUSED',
]);
