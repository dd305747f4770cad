import type { Client } from 'pg';
import type { UnfinishedMigration } from './compare.js';
import { MigrationError } from './errors.js';
import type { MigrationFile } from './files.js';
import type { MigrationHistory } from './history.js';
import type { MigrationEvent } from './options.js';

/**
 * Closes the record of an attempt that never finished, by what the catalogs say, under the migration lock:
 * its holder's session has ended, so nothing of it runs any more. Returns true if the attempt turns out to be applied.
 *
 * A transactional file of ours was rolled back together with its record. A concurrent one is judged by its index.
 * A row that is not ours may be half applied, which no catalog can tell: a person decides.
 */
export async function recoverUnfinished(
  unfinished: UnfinishedMigration,
  context: {
    client: Client;
    history: MigrationHistory;
    service: string;
    log?: ((event: MigrationEvent) => void) | undefined;
  },
): Promise<boolean> {
  const { row, file, mode, failure } = unfinished;
  const { history, client, log } = context;
  if (!mode || (mode === 'concurrent' && !file)) throw needsDecision(unfinished, context.service);

  if (mode === 'concurrent' && file) {
    const dropped = await dropInvalidIndex(client, file);
    if (dropped)
      log?.({ type: 'recovered', migration: row.name, message: `dropped the half-built index ${dropped}` });
    if (failure === undefined && file.matches(row.checksum) && (await tookEffect(client, file))) {
      await history.finish(row.id);
      log?.({ type: 'recovered', migration: row.name, message: `${row.name} had finished; recorded it` });
      return true;
    }
  }
  await history.rollBack(row.id);
  const reason = failure === undefined ? 'was interrupted' : 'failed';
  log?.({
    type: 'recovered',
    migration: row.name,
    message: `an earlier attempt at ${row.name} ${reason} and left nothing behind`,
  });
  return false;
}

/** An index whose concurrent build failed stays behind INVALID: it costs every write and serves no query. */
export async function dropInvalidIndex(client: Client, file: MigrationFile): Promise<string | undefined> {
  const index = concurrentIndex(file);
  if (index?.action !== 'create') return undefined;
  const { rows } = await client.query<{ valid: boolean }>(
    'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [index.name],
  );
  if (rows[0]?.valid !== false) return undefined;
  await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
  await client.query(`DROP INDEX CONCURRENTLY ${index.name}`);
  return index.name;
}

/** Whether a concurrent statement, whose process died, had done its work. Unknown forms are run again. */
async function tookEffect(client: Client, file: MigrationFile): Promise<boolean> {
  const index = concurrentIndex(file);
  if (!index) return false;
  const { rows } = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
    index.name,
  ]);
  return (rows[0]?.exists ?? false) === (index.action === 'create');
}

const identifier = '(?:"(?:[^"]|"")+"|[A-Za-z_][\\w$]*)';
const qualified = `${identifier}(?:\\s*\\.\\s*${identifier})?`;
const createIndex = new RegExp(
  `^CREATE\\s+(?:UNIQUE\\s+)?INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(${identifier})\\s+ON\\b`,
  'i',
);
const dropIndex = new RegExp(
  `^DROP\\s+INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+EXISTS\\s+)?(${qualified})\\s*(?:CASCADE|RESTRICT)?$`,
  'i',
);

/** The index that a concurrent file makes or drops, as it is written there (quoted where it is). */
function concurrentIndex(file: MigrationFile): { action: 'create' | 'drop'; name: string } | undefined {
  const text = file.statements[0]?.text ?? '';
  const created = createIndex.exec(text)?.[1];
  if (created) return { action: 'create', name: created };
  const dropped = dropIndex.exec(text)?.[1];
  return dropped ? { action: 'drop', name: dropped } : undefined;
}

function needsDecision({ row, mode }: UnfinishedMigration, service: string): MigrationError {
  const message = mode
    ? `${row.name} was interrupted, and this package does not hold it any more.`
    : `${row.name} was begun by another tool and never finished; part of it may be applied.`;
  const command = `codezest-db-${service} resolve`;
  return new MigrationError('MIGRATION_UNFINISHED', message, {
    migration: row.name,
    nextStep: `Look whether its changes are in the database. If all of them are: ${command} --applied ${row.name}. If none is: ${command} --rolled-back ${row.name}.`,
  });
}
