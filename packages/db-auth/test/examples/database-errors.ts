import {
  databaseErrorFacts,
  failureClass,
  httpAnswerOf,
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

/** A status, a code and a text that may be shown, for whatever was thrown. */
export const httpStatusOf = (error: unknown): number => httpAnswerOf(error).status;

/** Where a service decides by itself. A second argument asks for one field or name. */
export function kindOf(error: unknown): 'wrong' | 'missing' | 'conflict' | 'refused' | 'again' | 'unknown' {
  if (isInvalidId(error) || isInvalidValue(error)) return 'wrong';
  if (isNotFound(error)) return 'missing';
  if (isUniqueViolation(error) || isForeignKeyViolation(error)) return 'conflict';
  if (isRuleViolation(error)) return 'refused';
  if (isWriteConflict(error) || isTimeout(error) || isConnectionLost(error)) return 'again';
  return 'unknown';
}

/** Names and codes, no value and no row: this may be logged. */
export const loggable = (error: unknown) => ({ ...databaseErrorFacts(error), failure: failureClass(error) });
