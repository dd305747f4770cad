import {
  databaseErrorFacts,
  failureClass,
  isConnectionLost,
  isForeignKeyViolation,
  isInvalidId,
  isInvalidValue,
  isNotFound,
  isRuleViolation,
  isTimeout,
  isUniqueViolation,
  isWriteConflict,
} from '../../src/index.js';

export function httpStatusOf(error: unknown): number {
  if (isInvalidId(error) || isInvalidValue(error)) return 400;
  if (isNotFound(error)) return 404;
  if (isUniqueViolation(error) || isForeignKeyViolation(error)) return 409; // a second argument asks for one field or name
  if (isRuleViolation(error)) return 422;
  if (isWriteConflict(error) || isTimeout(error) || isConnectionLost(error)) return 503;
  return 500;
}

/** Names and codes, no value and no row: this may be logged. */
export const loggable = (error: unknown) => ({ ...databaseErrorFacts(error), failure: failureClass(error) });
