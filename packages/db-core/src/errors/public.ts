// What every package tells its users about errors, the same in all five: `export * from '@codezest/db-core/errors'`.
export type { Drained, DrainOptions } from '../client/drain.js';
export type { DatabaseHealth } from '../client/health.js';
export type { DatabaseReadiness, ReadinessOptions } from '../client/readiness.js';
export type { ErasureOptions } from '../erasure/erase-user.js';
export { ErasureWaitsError, InvalidBatchError } from '../erasure/errors.js';
export { InvalidPageError, type Page, type PageRequest } from '../paging/page.js';
export { CodezestDbError } from './base-error.js';
export {
  ClientDrainedError,
  DatabaseAnswerTimeoutError,
  DatabaseUnreachableError,
  InvalidDatabaseUrlError,
  MissingDatabaseUrlError,
  UndeclaredPoolerError,
  UnknownClientError,
  UnsuitableServerError,
} from './connection-errors.js';
export { type DatabaseErrorFacts, databaseErrorFacts } from './facts.js';
export type { HttpAnswer } from './http-answer.js';
export { MalformedIdError } from './invalid-id-error.js';
export { InvalidValueError, type ValuePlace } from './invalid-value-error.js';
export {
  isConnectionLost,
  isForeignKeyViolation,
  isInvalidId,
  isInvalidValue,
  isNotFound,
  isRuleViolation,
  isTimeout,
  isUniqueViolation,
  isWriteConflict,
} from './predicates.js';
export { UserErasedError } from './refusals.js';
export { InvalidWalPositionError, OpenTransactionError, ReplicaReadOnlyError } from './replica-errors.js';
export { type BrokenRule, RuleViolationError } from './rule-violation-error.js';
