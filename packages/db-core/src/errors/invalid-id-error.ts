import { CodezestDbError } from './base-error.js';

/**
 * A text that is no UUID stood where an ID is wanted. Same code as the `parse…Id` functions of `@codezest/db-types`,
 * which find it at the edge, before a query is sent.
 */
export class MalformedIdError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'ID_INVALID',
      'An ID in this query is not a UUID. Parse IDs where they enter, with the parse…Id functions of @codezest/db-types.',
      options,
    );
  }
}
