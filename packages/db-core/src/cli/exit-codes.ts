import type { MigrationErrorCode } from '../migrations/errors.js';

/** What the shell, a pipeline or a deploy gate learns. Documented in every command's help. */
export const exitCodes = {
  done: 0,
  failed: 1,
  pending: 2,
  locked: 3,
  contradiction: 4,
  noDatabase: 5,
} as const;

export const exitCodeHelp = `
Exit codes:
  0  done; the database is up to date
  1  it failed: the message says at what, or how the command is used
  2  something is left to do: migrations, a backfill, rows on old keys
  3  another migration is running on this database
  4  history and files contradict each other; somebody has to decide
  5  no database: no URL, no answer, or a pooler where a server is needed`;

const codeOfError: Readonly<
  Record<
    MigrationErrorCode | 'DATABASE_URL_MISSING' | 'DATABASE_URL_INVALID' | 'REENCRYPTION_UNFINISHED',
    number
  >
> = {
  DATABASE_URL_MISSING: exitCodes.noDatabase,
  DATABASE_URL_INVALID: exitCodes.noDatabase,
  DATABASE_UNREACHABLE: exitCodes.noDatabase,
  DATABASE_READ_ONLY: exitCodes.noDatabase,
  DATABASE_BEHIND_POOLER: exitCodes.noDatabase,
  MIGRATION_LOCKED: exitCodes.locked,
  MIGRATION_FAILED: exitCodes.failed,
  MIGRATION_CHANGED: exitCodes.contradiction,
  MIGRATION_MISSING: exitCodes.contradiction,
  MIGRATION_OUT_OF_ORDER: exitCodes.contradiction,
  MIGRATION_UNFINISHED: exitCodes.contradiction,
  MIGRATION_FILES_INVALID: exitCodes.failed,
  MIGRATION_UNKNOWN: exitCodes.failed,
  MIGRATION_PENDING: exitCodes.pending,
  BACKFILL_PAUSED: exitCodes.pending,
  REENCRYPTION_UNFINISHED: exitCodes.pending,
};

export function exitCodeOf(errorCode: string): number {
  return codeOfError[errorCode as keyof typeof codeOfError] ?? exitCodes.failed;
}
