import { MigrationError, type MigrationEvent, migrate, migrationStatus } from '../../src/migrations.js';

/** A deploy's own step, without the command: bundled, in a function, in a job. */
export async function migrateFirst(url: string, tell: (event: MigrationEvent) => void) {
  const { upToDate } = await migrationStatus({ url });
  if (upToDate) return [];
  try {
    const { applied } = await migrate({ url, log: tell });
    return applied;
  } catch (error) {
    if (error instanceof MigrationError) console.error(error.code, error.message, error.nextStep);
    throw error;
  }
}
