import { compareMigrations, refuseContradictions } from './compare.js';
import { connect } from './connect.js';
import { MigrationError } from './errors.js';
import { readMigrationFiles } from './files.js';
import { MigrationHistory } from './history.js';
import { type MigrationTarget, systemClock } from './options.js';

export interface WaitOptions extends MigrationTarget {
  /** Wait until the database has this package's newest migration as well; somebody else migrates it. */
  readonly migrated?: boolean;
}

const pollMs = 500;

/**
 * Returns once the database answers and, if asked, is up to date with this package, all within `waitMs`. Reads only.
 *
 * @throws {MigrationError} `DATABASE_UNREACHABLE`, `MIGRATION_PENDING`, or at once for what waiting does not mend.
 */
export async function waitForDatabase(options: WaitOptions): Promise<void> {
  const clock = options.clock ?? systemClock;
  const deadline = clock.now() + (options.waitMs ?? 30_000);
  const files = await readMigrationFiles(options.migrationsDirectory);
  const { client, schema } = await connect(options);
  try {
    if (!options.migrated) return;
    await client.query('SET default_transaction_read_only = on');
    for (let told = false; ; told = true) {
      const comparison = compareMigrations(files, await new MigrationHistory(client, schema).rows());
      refuseContradictions(comparison, {
        service: options.service,
        allowUnknown: true,
        allowOutOfOrder: true,
      });
      const next = comparison.pending[0];
      if (!next) return;
      if (clock.now() >= deadline) {
        throw new MigrationError('MIGRATION_PENDING', `The database has not got ${next.name} in time.`, {
          migration: next.name,
          nextStep: `Look at whoever migrates it, or run codezest-db-${options.service} migrate; --timeout waits longer.`,
        });
      }
      if (!told) {
        options.log?.({
          type: 'waiting-for-migration',
          migration: next.name,
          message: `waiting until somebody applies ${next.name}`,
        });
      }
      await clock.sleep(pollMs);
    }
  } finally {
    await client.end();
  }
}
