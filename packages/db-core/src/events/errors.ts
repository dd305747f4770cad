import { CodezestDbError } from '../errors/base-error.js';

/** A number of events, of attempts or of seconds that is none. */
export class InvalidEventLimitError extends CodezestDbError {
  constructor() {
    super(
      'EVENT_LIMIT_INVALID',
      'Nothing was done: limit and attempts are whole numbers from 1 to 10000, retrySeconds is a number from 0 to 300.',
    );
  }
}

/** Applied events are kept for as long as they may be delivered again. */
export class InvalidEventRetentionError extends CodezestDbError {
  constructor() {
    super(
      'EVENT_RETENTION_INVALID',
      'Nothing was deleted: days are a whole number from 30 to 3650. An event that is forgotten and delivered again is applied again.',
    );
  }
}
