import type { MigrationConnection } from './connect.js';
import type { MigrationHistory } from './history.js';
import type { MigrateOptions, MigrationClock } from './options.js';

/** What applying a file needs. */
export interface ApplyContext {
  readonly connection: MigrationConnection;
  readonly history: MigrationHistory;
  readonly clock: MigrationClock;
  readonly options: MigrateOptions;
}
