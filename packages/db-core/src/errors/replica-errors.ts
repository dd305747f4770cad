import { CodezestDbError } from './base-error.js';

/** What `readFromReplica` was given writes, which a replica cannot. */
export class ReplicaReadOnlyError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'REPLICA_READ_ONLY',
      'The work that readFromReplica was given writes, and a replica takes no writes. Nothing was written. Give that work the client itself.',
      options,
    );
  }
}

/** What should say how far a replica must be says nothing. */
export class InvalidWalPositionError extends CodezestDbError {
  constructor() {
    super(
      'WAL_POSITION_INVALID',
      'Nothing was read: notBefore is no position of the log. Pass what walPosition gave, unchanged, or leave it out.',
    );
  }
}

/** The position was asked for within a transaction: its commit would lie behind it. */
export class OpenTransactionError extends CodezestDbError {
  constructor() {
    super(
      'TRANSACTION_OPEN',
      'The position of a write is known after its commit alone. Call walPosition with the client, when the transaction has ended.',
    );
  }
}
