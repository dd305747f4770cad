// What the five packages build their public surface from. Nothing here is published under this package's own name.
export { clientClass } from './client/client-class.js';
export type { ConnectionOptions, DatabaseDefinition, OmittedFields } from './client/database.js';
export { type Drained, type DrainOptions, drain } from './client/drain.js';
export { type ConnectableClient, connect, type DatabaseHealth, healthCheck } from './client/health.js';
export { lazyClient } from './client/lazy-client.js';
export { type DatabaseReadiness, type ReadinessOptions, readinessCheck } from './client/readiness.js';
export {
  type ErasureOptions,
  ErasureWaitsError,
  eraseUser,
  eraseUsers,
  exportUser,
  InvalidBatchError,
  type PersonalData,
  type PersonalRows,
  RECEIVED,
} from './erasure/index.js';
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
export { type HttpAnswer, type HttpStatuses, httpAnswer, statusOfCode } from './errors/http-answer.js';
export { MalformedIdError } from './errors/invalid-id-error.js';
export { InvalidValueError, requireText, type ValuePlace } from './errors/invalid-value-error.js';
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
export {
  IllegalTransitionError,
  RecordNotFoundError,
  UserErasedError,
  VersionConflictError,
  WriteConflictError,
} from './errors/refusals.js';
export {
  InvalidWalPositionError,
  OpenTransactionError,
  ReplicaReadOnlyError,
} from './errors/replica-errors.js';
export { type Consumer, type Effect, type EventOf, effect, newestOf } from './events/consumer.js';
export { InvalidEventLimitError, InvalidEventRetentionError } from './events/errors.js';
export {
  DELIVERED_EVENTS,
  deleteDeliveredEvents,
  deleteTold,
  type NewEvent,
  publish,
  TransactionMissingError,
} from './events/index.js';
export {
  deleteReceivedEvents,
  type EventBacklog,
  eventBacklog,
  type Received,
  type ReceiveOptions,
  type ReceivingClient,
  receiveEvents,
  redriveEvents,
} from './events/receive-events.js';
export { InvalidIdTimeError, newId } from './ids/new-id.js';
export {
  GREATEST_LIMIT,
  InvalidPageError,
  type Page,
  type PageRequest,
  pageLimit,
  type TimeCursor,
  timeCursor,
  timePage,
} from './paging/page.js';
export {
  type ReplicaFallback,
  type ReplicaOptions,
  readFromReplica,
  walPosition,
} from './replica/read-from-replica.js';
export { type FailureClass, failureClass } from './retry/failure-class.js';
export {
  NestedRetryError,
  type RetryClock,
  type RetryEvent,
  type RetryOptions,
  withRetry,
} from './retry/retry.js';
export { type TransactionOptions, transaction } from './retry/transaction.js';
export { decrypt, encrypt, type Place } from './secrets/envelope.js';
export { DecryptionError, KeyringError, UnknownKeyError } from './secrets/errors.js';
export type { KeyUse } from './secrets/key-uses.js';
export { type Keyring, keyringFromEnvironment } from './secrets/keyring.js';
export {
  type Reencryption,
  ReencryptionError,
  type ReencryptionOptions,
  type ReencryptionProgress,
  reencryptStored,
} from './secrets/reencrypt.js';
export type { StoredSecrets } from './secrets/stored-secrets.js';
export { keyedHash, randomCode, randomToken, sameHash, tokenHash } from './secrets/tokens.js';
export { type JoinedRows, joinedRows } from './sql/joined-rows.js';
export { type DateField, nestedColumns, nestedRows, withDates } from './sql/nested-rows.js';
export { type QueryingClient, read, rowOf, rowsOf, type Statement, statement } from './sql/statement.js';
export { type ClientOrTransaction, inTransaction } from './sql/transaction.js';
export { newIdSql } from './sql/uuid-v7.js';
export { clientAddress } from './text/client-address.js';
export { storableText } from './text/storable-text.js';
