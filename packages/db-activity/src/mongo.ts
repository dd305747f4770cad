// MongoDB of the activity service, apart from the package's index: a service without it never loads the driver.
export { InvalidPageError, type Page, type PageRequest } from '@codezest/db-core';

export { type ActivityLog, activityLogs } from './mongo/activity-logs.js';
export { type AnalyticsEventDocument, analyticsEvents } from './mongo/analytics-events.js';
export {
  type ActivityMongo,
  type ActivityMongoOptions,
  collectionsOf,
  createMongo,
  mongo,
} from './mongo/client.js';
export { collectionSpecs } from './mongo/collections.js';
export { eraseUserData } from './mongo/erase.js';
export {
  DocumentInvalidError,
  InvalidMongoUrlError,
  MissingMongoUrlError,
  MongoRefusedError,
  MongoUnreachableError,
  SpecConflictError,
  SyncLockedError,
  SyncNotAppliedError,
  UniqueConflictError,
  UnsafeInputError,
  WriteOutcomeUnknownError,
} from './mongo/errors.js';
export { type MongoHealth, mongoHealth } from './mongo/health.js';
export {
  listActivityLogsByAction,
  listEventsByName,
  listUserActivityLogs,
  listUserEvents,
  type TimeSpan,
} from './mongo/listing.js';
export type { Plan, PlannedCommand } from './mongo/plan.js';
export {
  type NewActivityLog,
  type NewAnalyticsEventDocument,
  recordActivityLogs,
  recordAnalyticsEvents,
} from './mongo/record.js';
export type { CollectionSpec, IndexSpec, JsonSchema, PersonalData } from './mongo/spec.js';
export { planSync, type SyncOptions, sync } from './mongo/sync.js';
