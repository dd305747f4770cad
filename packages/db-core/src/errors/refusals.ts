import { CodezestDbError } from './base-error.js';

/** No such row, or not one of this user. */
export class RecordNotFoundError<Name extends string = string> extends CodezestDbError {
  readonly record: Name;

  constructor(record: Name) {
    super('RECORD_NOT_FOUND', `There is no such ${record}.`);
    this.record = record;
  }
}

/** Somebody else has changed the row since it was read. */
export class VersionConflictError extends CodezestDbError {
  constructor() {
    super('VERSION_CONFLICT', 'Somebody else has changed this meanwhile. Read it again, then decide.');
  }
}

/** The row's status cannot change in this way. */
export class IllegalTransitionError<Status extends string = string> extends CodezestDbError {
  readonly from: Status;
  readonly to: Status;

  constructor(from: Status, to: Status) {
    super('ILLEGAL_TRANSITION', `What is ${from} does not become ${to}.`);
    this.from = from;
    this.to = to;
  }
}

/**
 * Another transaction has changed the same rows in a moment that this one's snapshot does not hold. Nothing is applied.
 * `transaction()` runs again; `isWriteConflict()` knows it.
 */
export class WriteConflictError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'WRITE_CONFLICT',
      'Another transaction has changed the same rows. Run the transaction again.',
      options,
    );
  }
}

/** What was to be written is about a person who has been erased. The database keeps nothing about them any more. */
export class UserErasedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'USER_ERASED',
      'The user has been erased, and nothing is stored about them any more. Drop it.',
      options,
    );
  }
}
