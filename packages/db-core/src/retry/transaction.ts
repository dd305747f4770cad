import { isOpenTransaction } from '../sql/transaction.js';
import type { FailureClass } from './failure-class.js';
import { NestedRetryError, type RetryOptions, retrying } from './retry.js';
import { retryBudgetOf } from './retry-budget.js';

export interface TransactionOptions extends RetryOptions {
  readonly isolationLevel?: 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
  /** Milliseconds that the transaction may take, Prisma's `timeout`. Default 10000; doubled once when it was too short. */
  readonly timeout?: number;
  /** Milliseconds that it may wait to begin. Default 3000. */
  readonly maxWait?: number;
}

/** As much of a client as a transaction needs. */
export interface TransactingClient<Transaction> {
  $transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: Pick<TransactionOptions, 'isolationLevel' | 'timeout' | 'maxWait'>,
  ): Promise<Result>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * An interactive transaction that runs again when it was rolled back for a reason that passes. A connection that breaks
 * while `work` runs has applied nothing. One that breaks afterwards may have committed: then the error is thrown, unless
 * `idempotent` says that a second time does no harm.
 *
 * `work` may run several times: no effect outside the database belongs into it.
 */
export async function transaction<Transaction, Result>(
  client: TransactingClient<Transaction>,
  work: (transaction: Transaction) => Promise<Result>,
  { isolationLevel, timeout = DEFAULT_TIMEOUT_MS, maxWait, ...retry }: TransactionOptions = {},
): Promise<Result> {
  if (isOpenTransaction<Transaction>(client)) throw new NestedRetryError();
  const budget = retryBudgetOf(client);
  let progress: Progress = 'not begun';
  let limit = timeout;

  const attempt = (): Promise<Result> => {
    progress = 'not begun';
    return client.$transaction(
      async (open) => {
        progress = 'working';
        const result = await work(open);
        progress = 'committing';
        return result;
      },
      {
        timeout: limit,
        ...(isolationLevel === undefined ? {} : { isolationLevel }),
        ...(maxWait === undefined ? {} : { maxWait }),
      },
    );
  };
  const mayRetry = (failure: FailureClass): boolean => {
    if (failure === 'conflict' || failure === 'lock' || failure === 'stale-session') return true;
    if (failure === 'read-only') return budget.spend();
    if (failure === 'expired') {
      if (progress !== 'working' || limit > timeout) return false;
      limit = timeout * 2;
      return budget.spend();
    }
    // What failed before it began cost the server nothing.
    if (failure === 'unavailable' || failure === 'connection-lost') {
      if (progress === 'not begun') return true;
      return (progress === 'working' || retry.idempotent === true) && budget.spend();
    }
    return false;
  };

  const result = await retrying(attempt, retry, mayRetry);
  budget.refill();
  return result;
}

type Progress = 'not begun' | 'working' | 'committing';
