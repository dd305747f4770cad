import type { Client } from 'pg';
import { readBackfills } from './backfill-files.js';
import { recordFinished, resolveProgress } from './backfill-progress.js';
import { connect } from './connect.js';
import { MigrationError } from './errors.js';
import { type MigrationFile, readMigrationFiles } from './files.js';
import { MigrationHistory } from './history.js';
import { acquireMigrationLock } from './lock.js';
import { type MigrateOptions, systemClock } from './options.js';

/**
 * Records a person's decision about a migration whose attempt ended halfway: `applied`: all of it is in the
 * database; `rolled-back`: none of it is, the next `migrate` runs it. Changes the history, never the schema. Of a backfill:
 * `applied` ends it where it is, `rolled-back` lets it begin anew.
 */
export async function resolveMigration(
  options: MigrateOptions & { readonly name: string; readonly as: 'applied' | 'rolled-back' },
): Promise<void> {
  const { name, as, service } = options;
  const backfills = await readBackfills(options.migrationsDirectory);
  await withHistory(options, async (files, history, client) => {
    if (backfills.some((backfill) => backfill.name === name)) {
      return resolveProgress(client, name, as === 'applied');
    }
    const rows = (await history.rows()).filter((row) => row.name === name);
    if (rows.some((row) => row.finishedAt !== null)) {
      throw unknown(
        name,
        `${name} is recorded as applied already.`,
        `codezest-db-${service} status shows the history.`,
      );
    }
    const file = files.find((candidate) => candidate.name === name);
    if (as === 'applied' && !file) throw noSuchFile(name, service);
    if (as === 'rolled-back' && rows.length === 0) {
      throw unknown(name, `${name} has no unfinished attempt.`, 'There is nothing to resolve: run migrate.');
    }
    for (const row of rows) await history.rollBack(row.id);
    if (as === 'applied' && file) await history.recordApplied(file);
  });
}

/**
 * Records every migration up to and including `through` as applied, and every backfill before it as finished, without running
 * any: for a database whose tables were built before this package migrated it. Returns the names it recorded.
 */
export async function baselineMigrations(
  options: MigrateOptions & { readonly through: string },
): Promise<string[]> {
  const backfills = await readBackfills(options.migrationsDirectory);
  return withHistory(options, async (files, history, client) => {
    if (!files.some((file) => file.name === options.through))
      throw noSuchFile(options.through, options.service);
    const rows = await history.rows();
    const unfinished = rows.find((row) => row.finishedAt === null);
    if (unfinished) {
      throw unknown(unfinished.name, `${unfinished.name} was begun and not finished.`, 'Resolve it first.');
    }
    const recorded = new Set(rows.map((row) => row.name));
    const chosen = files.filter((file) => file.name <= options.through && !recorded.has(file.name));
    for (const file of chosen) await history.recordApplied(file);
    const before = backfills.map(({ name }) => name).filter((name) => name <= options.through);
    return [...chosen.map(({ name }) => name), ...(await recordFinished(client, before))].sort();
  });
}

/** Under the migration lock and in one transaction, so that no migrator reads half a decision. */
async function withHistory<T>(
  options: MigrateOptions,
  change: (files: MigrationFile[], history: MigrationHistory, client: Client) => Promise<T>,
): Promise<T> {
  const files = await readMigrationFiles(options.migrationsDirectory);
  const { client, schema } = await connect(options);
  try {
    await acquireMigrationLock(client, {
      clock: options.clock ?? systemClock,
      lockTimeoutMs: options.lockTimeoutMs ?? 60_000,
      log: options.log,
    });
    const history = new MigrationHistory(client, schema);
    await client.query('BEGIN');
    await history.create();
    const result = await change(files, history, client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end();
  }
}

function noSuchFile(name: string, service: string): MigrationError {
  return unknown(
    name,
    `This package holds no migration ${name}.`,
    `codezest-db-${service} status lists their names.`,
  );
}

function unknown(migration: string, message: string, nextStep: string): MigrationError {
  return new MigrationError('MIGRATION_UNKNOWN', message, { migration, nextStep });
}
