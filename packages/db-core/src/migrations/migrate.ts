import { applyMigration } from './apply.js';
import { connect } from './connect.js';
import { type MigrationFile, type MigrationMode, readMigrationFiles } from './files.js';
import { MigrationHistory } from './history.js';
import { acquireMigrationLock, migrationLockHolder } from './lock.js';
import { type MigrateOptions, systemClock } from './options.js';
import { planRun } from './plan.js';
import { hadFinished, recoverUnfinished } from './recover.js';
import { runBackfill } from './run-backfill.js';
import { splitStatements } from './statements.js';

export interface MigrateResult {
  /** Names of the migrations that this run applied, in order. */
  readonly applied: string[];
  /** How many the database had before. */
  readonly alreadyApplied: number;
  readonly durationMs: number;
}

/**
 * Brings the database to the package's newest migration. Safe to start any number of times at once, to kill at any
 * moment and to run again: a file is applied completely and recorded, or not at all.
 *
 * One connection holds the lock, runs the scripts and keeps the record, so that the lock lives exactly as long as the server
 * works on our script, even after this process died.
 *
 * @throws {MigrationError} whose `code` says why it stopped and whose `nextStep` says what to do.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const clock = options.clock ?? systemClock;
  const started = clock.now();
  const files = await readMigrationFiles(options.migrationsDirectory);
  const connection = await connect(options);
  const { client, schema } = connection;
  try {
    await acquireMigrationLock(client, {
      clock,
      lockTimeoutMs: options.lockTimeoutMs ?? 60_000,
      log: options.log,
    });
    const history = new MigrationHistory(client, schema);
    await history.create();
    const { comparison, backfills } = await planRun(client, files, await history.rows(), options);

    const recovered = new Set<string>();
    for (const unfinished of comparison.unfinished) {
      const done = await recoverUnfinished(unfinished, { client, history, log: options.log });
      if (done) recovered.add(unfinished.row.name);
    }
    const pending = comparison.pending.filter((file) => !recovered.has(file.name));
    for (const file of pending) {
      while (backfills[0] && backfills[0].name < file.name) {
        await connection.prepareSession();
        await runBackfill(backfills[0], { client, clock, service: options.service, log: options.log });
        backfills.shift();
      }
      await applyMigration(file, { connection, history, clock, options });
    }

    return {
      applied: comparison.pending.map((file) => file.name),
      alreadyApplied: comparison.applied.length,
      durationMs: clock.now() - started,
    };
  } finally {
    await client.end();
  }
}

/** A migration that would run, and how; or a backfill that runs in batches, because a migration behind it needs it. */
export interface PlannedMigration {
  readonly name: string;
  readonly mode: MigrationMode | 'batches';
  readonly statements: MigrationFile['statements'];
  readonly sql: string;
}

/** What `migrate` would apply, refusing what it would refuse. The session is read-only and takes no lock. */
export async function planMigrations(options: MigrateOptions): Promise<PlannedMigration[]> {
  const files = await readMigrationFiles(options.migrationsDirectory);
  const { client, schema } = await connect(options);
  try {
    await client.query('SET default_transaction_read_only = on');
    const running = await migrationLockHolder(client);
    const rows = await new MigrationHistory(client, schema).rows();
    // What somebody works on at this moment is no attempt that was left behind.
    const settled = running === undefined ? rows : rows.filter(({ finishedAt }) => finishedAt !== null);
    const { comparison, backfills } = await planRun(client, files, settled, options);
    const done = new Set<string>();
    for (const unfinished of comparison.unfinished) {
      if (await hadFinished(client, unfinished)) done.add(unfinished.row.name);
    }
    const planned: PlannedMigration[] = [
      ...comparison.pending.filter(({ name }) => !done.has(name)),
      ...backfills.map(({ name, sql }) => ({
        name,
        sql,
        mode: 'batches' as const,
        statements: splitStatements(sql),
      })),
    ];
    return planned
      .map(({ name, mode, statements, sql }) => ({ name, mode, statements, sql }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  } finally {
    await client.end();
  }
}
