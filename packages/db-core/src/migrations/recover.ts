import type { Client } from 'pg';
import type { UnfinishedMigration } from './compare.js';
import { type ConcurrentStatement, concurrentStatement } from './concurrent-statement.js';
import { MigrationError } from './errors.js';
import type { MigrationFile } from './files.js';
import type { MigrationHistory } from './history.js';
import { isBuiltAsWritten } from './index-as-written.js';
import type { MigrationEvent } from './options.js';

/**
 * Closes the record of an attempt that never finished, by what the catalogs say, under the migration lock:
 * its holder's session has ended, so nothing of it runs any more. Returns true if the attempt turns out to be applied.
 *
 * A transactional file of ours was rolled back together with its record. A concurrent one is judged by its index or partition.
 * What no catalog can tell, `refuseUndecided` has refused before.
 */
export async function recoverUnfinished(
  unfinished: UnfinishedMigration,
  context: {
    client: Client;
    history: MigrationHistory;
    log?: ((event: MigrationEvent) => void) | undefined;
  },
): Promise<boolean> {
  const { row, file, mode, failure } = unfinished;
  const { history, client, log } = context;
  if (mode === 'concurrent' && file) {
    const { removed, completed } = await mendRemains(client, file);
    for (const index of removed) {
      log?.({ type: 'recovered', migration: row.name, message: `dropped the half-built index ${index}` });
    }
    if (completed || (await hadFinished(client, unfinished))) {
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

/** A row that is not ours may be half applied, and what a file does that is gone nobody knows: a person decides. */
export function refuseUndecided(unfinished: UnfinishedMigration, service: string): void {
  const { mode, file } = unfinished;
  if (!mode || (mode === 'concurrent' && !file)) throw needsDecision(unfinished, service);
}

/** Whether a concurrent statement had done its work when its process died, so that it is recorded and not run again. */
export async function hadFinished(
  client: Client,
  { row, file, mode, failure }: UnfinishedMigration,
): Promise<boolean> {
  if (mode !== 'concurrent' || !file || failure !== undefined) return false;
  return file.matches(row.checksum) && (await tookEffect(client, file));
}

export interface Mended {
  /** What was dropped, for messages. */
  readonly removed: readonly string[];
  /** Whether the statement's work is now done, so that it must not run again. */
  readonly completed: boolean;
}

/**
 * Mends what an attempt at a concurrent statement left behind. A failed build leaves an INVALID index, which costs every write
 * and serves no query; REINDEX leaves its copies; a partition that is half detached can only be detached to the end.
 */
export async function mendRemains(client: Client, file: MigrationFile): Promise<Mended> {
  const statement = concurrentStatement(file);
  if (statement?.kind === 'detach') return finishDetaching(client, statement);
  const remains = await invalidIndexes(client, statement);
  if (remains.length > 0) await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
  for (const index of remains) await client.query(`DROP INDEX CONCURRENTLY ${index}`);
  return { removed: remains, completed: false };
}

/** Those that this statement made. Others' are not ours to drop. */
async function invalidIndexes(
  client: Client,
  statement: ConcurrentStatement | undefined,
): Promise<readonly string[]> {
  if (statement?.kind !== 'create index' && statement?.kind !== 'reindex') return [];
  const invalid =
    'SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE NOT indisvalid';
  const { rows } = await (statement.kind === 'create index'
    ? client.query<{ name: string }>(
        `${invalid} AND indexrelid = to_regclass($1) AND indrelid = to_regclass($2)`,
        [statement.name, statement.table],
      )
    : client.query<{ name: string }>(`${invalid} AND ${copies}`, [statement.name]));
  return rows.map((row) => row.name);
}

/** What REINDEX calls its new and its old ones, of the named table or of the named index's, and of their partitions. */
const copies = `c.relname ~ '_cc(?:new|old)\\d*$' AND indrelid IN (
  WITH named AS (SELECT to_regclass($1)::oid AS oid UNION SELECT relid FROM pg_partition_tree(to_regclass($1)))
  SELECT oid FROM named UNION ALL SELECT indrelid FROM pg_index JOIN named ON indexrelid = oid)`;

async function finishDetaching(
  client: Client,
  { parent, partition }: Extract<ConcurrentStatement, { kind: 'detach' }>,
): Promise<Mended> {
  const { rows } = await client.query<{ pending: boolean }>(
    `SELECT inhdetachpending AS pending FROM pg_inherits
      WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)`,
    [parent, partition],
  );
  if (!rows[0]?.pending) return { removed: [], completed: false };
  await client.query('SET lock_timeout = 0; SET statement_timeout = 0');
  await client.query(`ALTER TABLE ${parent} DETACH PARTITION ${partition} FINALIZE`);
  return { removed: [], completed: true };
}

/** What leaves no trace did not. */
async function tookEffect(client: Client, file: MigrationFile): Promise<boolean> {
  const statement = concurrentStatement(file);
  const exists = async (name: string): Promise<boolean> => {
    const { rows } = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
      name,
    ]);
    return rows[0]?.exists ?? false;
  };
  switch (statement?.kind) {
    case 'create index':
      return isBuiltAsWritten(client, statement);
    case 'drop index':
      return !(await exists(statement.name));
    case 'detach': {
      const { rowCount } = await client.query(
        'SELECT FROM pg_inherits WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)',
        [statement.parent, statement.partition],
      );
      return rowCount === 0 && (await exists(statement.partition));
    }
    default:
      return false;
  }
}

function needsDecision({ row, mode }: UnfinishedMigration, service: string): MigrationError {
  const command = `codezest-db-${service} resolve`;
  return new MigrationError(
    'MIGRATION_UNFINISHED',
    mode
      ? `${row.name} was interrupted, and this package does not hold it any more.`
      : `${row.name} was begun by another tool and never finished; part of it may be applied.`,
    {
      migration: row.name,
      nextStep: `Look whether its changes are in the database. If all of them are: ${command} --applied ${row.name}. If none is: ${command} --rolled-back ${row.name}.`,
    },
  );
}
