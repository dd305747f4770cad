import { createHash } from 'node:crypto';
import { readBackfills } from './backfill-files.js';
import { errorCode, MigrationError } from './errors.js';
import { readReleasedMigrations, refuseRewrittenHistory } from './released.js';
import type { MigrationSource } from './source.js';
import { bytesOf, namesIn } from './source-files.js';
import { type Statement, splitStatements } from './statements.js';

/** How a file runs: in one transaction with its record, or (a lone CONCURRENTLY statement) outside of any. */
export type MigrationMode = 'transaction' | 'concurrent';

export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  /** Hex SHA-256 of the file's bytes, as Prisma records it. */
  readonly checksum: string;
  readonly mode: MigrationMode;
  readonly statements: readonly Statement[];
  /** Whether a recorded checksum is this file's. */
  matches(checksum: string): boolean;
}

/** The package's migrations, in the order in which they apply. */
export async function readMigrationFiles(source: MigrationSource): Promise<MigrationFile[]> {
  const { folders } = await namesIn(source).catch((cause: unknown) => {
    throw new MigrationError('MIGRATION_FILES_INVALID', `There is no migrations folder at ${source}.`, {
      cause,
      nextStep: 'Install the package again; its folder prisma/migrations is part of it.',
    });
  });
  const files = await Promise.all(folders.map((name) => readMigrationFile(source, name)));
  const released = await readReleasedMigrations(source);
  if (released.length > 0) refuseRewrittenHistory(released, [...files, ...(await readBackfills(source))]);
  return files;
}

/** The migration with which a database is up to date with this package: what a readiness check asks for. */
export async function expectedMigration(migrationsDirectory: MigrationSource): Promise<string> {
  const newest = (await readMigrationFiles(migrationsDirectory)).at(-1);
  if (newest) return newest.name;
  throw new MigrationError('MIGRATION_FILES_INVALID', `There is no migration in ${migrationsDirectory}.`, {
    nextStep: 'Install the package again; its folder prisma/migrations is part of it.',
  });
}

async function readMigrationFile(source: MigrationSource, name: string): Promise<MigrationFile> {
  let bytes: Buffer;
  try {
    bytes = await bytesOf(source, `${name}/migration.sql`);
  } catch (cause) {
    const reason = errorCode(cause) === 'ENOENT' ? 'holds no migration.sql' : 'cannot be read';
    throw new MigrationError('MIGRATION_FILES_INVALID', `The migration ${name} ${reason}.`, {
      cause,
      migration: name,
      nextStep: 'Restore the file, or delete the empty folder if the migration never existed.',
    });
  }
  const sql = bytes.toString('utf8');
  const statements = splitStatements(sql);
  return {
    name,
    sql,
    checksum: sha256(bytes),
    mode: modeOf(name, statements),
    statements,
    matches: (checksum) => checksumsOf(bytes, sql).includes(checksum),
  };
}

/** A checkout may turn line ends into CRLF; Prisma counts that as the same file, and so do we. */
function checksumsOf(bytes: Buffer, sql: string): string[] {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sha256(bytes), sha256(unix), sha256(unix.replaceAll('\n', '\r\n'))];
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * What cannot run in a transaction and waits for older snapshots, so that no timeout is right for it. Others that say
 * CONCURRENTLY may queue every reader of the table behind them (REPACK does), and nobody would end them.
 */
const withoutTransaction =
  /^(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX|REINDEX|ALTER\s+TABLE\b[\s\S]*\bDETACH\s+PARTITION)\b/i;

function modeOf(name: string, statements: readonly Statement[]): MigrationMode {
  const invalid = (statement: Statement, rule: string, nextStep: string): MigrationError =>
    new MigrationError('MIGRATION_FILES_INVALID', `${name}, line ${statement.line}: ${rule}`, {
      migration: name,
      nextStep,
    });

  const transaction = statements.find((statement) =>
    /^(?:BEGIN|COMMIT|ROLLBACK|ABORT|END|START\s+TRANSACTION|PREPARE\s+TRANSACTION)\b/i.test(
      statement.keywords,
    ),
  );
  if (transaction) {
    throw invalid(
      transaction,
      'a migration may not begin or end a transaction itself.',
      'Remove the statement: file and record are committed together, which a COMMIT inside would tear apart.',
    );
  }
  const concurrent = statements.find(
    ({ keywords }) =>
      /\bCONCURRENTLY\b/i.test(keywords) && !/^REFRESH\s+MATERIALIZED\s+VIEW\b/i.test(keywords),
  );
  if (!concurrent) return 'transaction';
  if (!withoutTransaction.test(concurrent.keywords)) {
    throw invalid(
      concurrent,
      'this CONCURRENTLY statement is none of those that the runner lifts the timeouts for.',
      'Do it as an operation on the server with a lock_timeout of its own, or by CREATE INDEX, DROP INDEX, REINDEX or DETACH PARTITION … CONCURRENTLY.',
    );
  }
  if (statements.length > 1) {
    throw invalid(
      concurrent,
      'a CONCURRENTLY statement must be the only one of its file.',
      'Move it to a migration of its own: it cannot run inside the transaction of the others.',
    );
  }
  return 'concurrent';
}
