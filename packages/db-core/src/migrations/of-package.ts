import { type MigrateResult, migrate } from './migrate.js';
import type { MigrateOptions, MigrationTarget } from './options.js';
import { type MigrationStatus, migrationStatus } from './status.js';
import { migratorUrlVariables, urlFrom } from './url-variables.js';

/** A package as its own migrations know it. */
export type PackageTarget = Pick<MigrationTarget, 'service' | 'version' | 'migrationsDirectory'>;

/** Options of a package's `migrate`. */
export interface MigrationOptions extends Omit<MigrateOptions, 'url' | 'clock' | keyof PackageTarget> {
  /** Connection string of the migrator role. By default that of the variables which the command reads. */
  readonly url?: string;
}

/** Options of a package's `migrationStatus`. */
export type MigrationStatusOptions = Pick<MigrationOptions, 'url' | 'waitMs' | 'allowUnknown' | 'log'>;

export async function migrateTo(
  target: PackageTarget,
  { url, ...options }: MigrationOptions,
): Promise<MigrateResult> {
  return migrate({ ...options, ...target, url: url ?? urlFrom(migratorUrlVariables(target.service)) });
}

export async function statusAgainst(
  target: PackageTarget,
  { url, ...options }: MigrationStatusOptions,
): Promise<MigrationStatus> {
  return migrationStatus({
    ...options,
    ...target,
    url: url ?? urlFrom(migratorUrlVariables(target.service)),
  });
}
