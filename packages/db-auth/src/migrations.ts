import {
  type MigrateResult,
  type MigrationOptions,
  type MigrationStatus,
  type MigrationStatusOptions,
  migrateTo,
  statusAgainst,
} from '@codezest/db-core/migrations';
import { version } from '../package.json';
import { migrationFiles } from './migration-files.js';

export {
  MigrationError,
  type MigrationErrorCode,
  type MigrationEvent,
  MigrationFailedError,
} from '@codezest/db-core/migrations';
export type { MigrateResult, MigrationOptions, MigrationStatus, MigrationStatusOptions };

const ours = { service: 'auth', version, migrationsDirectory: migrationFiles };

/**
 * What `codezest-db-auth migrate` does, for a program: brings the database to this package's newest migration. Safe to start
 * several times at once, to kill at any moment and to run again. The migrations are part of the code, so it works bundled too.
 *
 * @throws MigrationError whose `code` says why it stopped and whose `nextStep` says what to do; MissingDatabaseUrlError or
 * InvalidDatabaseUrlError.
 */
export async function migrate(options: MigrationOptions = {}): Promise<MigrateResult> {
  return migrateTo(ours, options);
}

/**
 * Where the database stands against this package's migrations. Writes nothing and takes no lock.
 *
 * @throws as `migrate` does.
 */
export async function migrationStatus(options: MigrationStatusOptions = {}): Promise<MigrationStatus> {
  return statusAgainst(ours, options);
}
