import { CodezestDbError } from '../errors/base-error.js';

/** A number of rows that is none. */
export class InvalidBatchError extends CodezestDbError {
  constructor() {
    super('BATCH_INVALID', 'The batch is a whole number of rows from 1 to 10000.');
  }
}

/** A transaction that began before the erasure is still open and may write rows about the person. */
export class ErasureWaitsError extends CodezestDbError {
  constructor() {
    super(
      'ERASURE_WAITS',
      'A transaction that began before the erasure is still open. New rows are refused already; run the erasure again ' +
        'once that transaction has ended (pg_stat_activity shows it).',
    );
  }
}
