export type { Finding } from './finding.js';
export { lint } from './lint.js';
export { type LockMode, stopsWhat, type TableLock } from './locks/lock-mode.js';
export { lockDuration, migrationLocks, type StatementLocks } from './locks/report-locks.js';
export type { Migration } from './parse.js';
export { migrationsDirectory, readMigrations } from './repository.js';
