// What every package tells its users about errors, the same in all five: `export * from '@codezest/db-core/errors'`.
export type { Drained, DrainOptions } from './client/drain.js';
export type { DatabaseHealth } from './client/health.js';
export type { DatabaseReadiness, ReadinessOptions } from './client/readiness.js';
export type { ErasureOptions } from './erasure/erase-user.js';
export { ErasureWaitsError, InvalidBatchError } from './erasure/errors.js';
export { CodezestDbError } from './errors/base-error.js';
export {
  ClientDrainedError,
  DatabaseAnswerTimeoutError,
  DatabaseUnreachableError,
  InvalidDatabaseUrlError,
  MissingDatabaseUrlError,
  UndeclaredPoolerError,
  UnknownClientError,
  UnsuitableServerError,
} from './errors/connection-errors.js';
export { type DatabaseErrorFacts, databaseErrorFacts } from './errors/facts.js';
export type { HttpAnswer } from './errors/http-answer.js';
export { MalformedIdError } from './errors/invalid-id-error.js';
export { InvalidValueError, type ValuePlace } from './errors/invalid-value-error.js';
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
} from './errors/predicates.js';
export { UserErasedError } from './errors/refusals.js';
export {
  InvalidWalPositionError,
  OpenTransactionError,
  ReplicaReadOnlyError,
} from './errors/replica-errors.js';
export { type BrokenRule, RuleViolationError } from './errors/rule-violation-error.js';
export { InvalidPageError, type Page, type PageRequest } from './paging/page.js';
