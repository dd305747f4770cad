import { onFreshSession } from '../errors/staleness.js';

/** A client that can open a transaction, or one that is a transaction already. */
export type ClientOrTransaction<Transaction> =
  | Transaction
  | {
      $transaction<Result>(
        work: (transaction: Transaction) => Promise<Result>,
        options?: OwnTransactionOptions,
      ): Promise<Result>;
    };

/** Of a transaction that is not the caller's. */
export interface OwnTransactionOptions {
  readonly isolationLevel?: 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
  /** Milliseconds that it may take, Prisma's `timeout`. */
  readonly timeout?: number;
}

/**
 * Runs several statements as one fact: in the caller's transaction when it has one, otherwise in a transaction of its
 * own. So every function that takes a client can be part of something larger. `work` runs again where its session was
 * stale: no effect outside the database belongs into it.
 */
export function inTransaction<Transaction extends object, Result>(
  client: ClientOrTransaction<Transaction>,
  work: (transaction: Transaction) => Promise<Result>,
  options: OwnTransactionOptions = {},
): Promise<Result> {
  if (isOpenTransaction<Transaction>(client)) return work(client);
  return onFreshSession(() => client.$transaction(work, options));
}

/**
 * Whether a client is the one that Prisma hands to a transaction's callback. It has `$transaction`, for nested ones by
 * savepoints, but nothing to connect.
 */
export function isOpenTransaction<Transaction>(
  client: ClientOrTransaction<Transaction>,
): client is Transaction {
  return typeof (client as { $connect?: unknown }).$connect !== 'function';
}
