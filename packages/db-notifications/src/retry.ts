import { transaction as runTransaction, type TransactionOptions } from '@codezest/db-core';
import type { PrismaClient, TransactionClient } from './client.js';

export {
  type FailureClass,
  failureClass,
  NestedRetryError,
  type RetryEvent,
  type RetryOptions,
  type TransactionOptions,
  withRetry,
} from '@codezest/db-core';

/**
 * An interactive transaction that runs again when it was rolled back for a reason that passes: a collision, a lock, a
 * server that is starting, a connection that broke before the commit. After a commit whose answer was lost it runs again
 * only with `idempotent`. `work` may run several times, so it does nothing outside the database.
 */
export async function transaction<Result>(
  client: Pick<PrismaClient, '$transaction'>,
  work: (transaction: TransactionClient) => Promise<Result>,
  options?: TransactionOptions,
): Promise<Result> {
  return runTransaction(client, work, options);
}
