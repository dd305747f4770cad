export { backfill, backfillStatus, pauseBackfill } from './backfill.js';
export type { BackfillState } from './backfill-state.js';
export { MigrationError, type MigrationErrorCode, migrationErrorCodes } from './errors.js';
export { MigrationFailedError } from './failure.js';
export { expectedMigration, type MigrationFile, type MigrationMode, readMigrationFiles } from './files.js';
export { type MigrateResult, migrate, type PlannedMigration, planMigrations } from './migrate.js';
export {
  type MigrationOptions,
  type MigrationStatusOptions,
  migrateTo,
  type PackageTarget,
  statusAgainst,
} from './of-package.js';
export {
  type MigrateOptions,
  type MigrationClock,
  type MigrationEvent,
  type MigrationTarget,
  systemClock,
} from './options.js';
export {
  type ReleasedMigration,
  readReleasedMigrations,
  releasedFileContent,
  releasedFileName,
  releaseOf,
} from './released.js';
export { baselineMigrations, resolveMigration } from './resolve.js';
export type { EmbeddedMigrations, MigrationSource } from './source.js';
export { firstWords, type Statement } from './statements.js';
export {
  type AppliedMigration,
  type MigrationStatus,
  migrationStatus,
  type UnfinishedAttempt,
} from './status.js';
export { migratorUrlVariables, urlFrom } from './url-variables.js';
export { type WaitOptions, waitForDatabase } from './wait.js';
