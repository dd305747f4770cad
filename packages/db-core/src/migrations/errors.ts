import { CodezestDbError } from '../errors/base-error.js';
import { messageWithoutValues } from '../errors/without-values.js';

/** Why a migration command ended without success. Stable; the command line derives its exit code from it. */
export const migrationErrorCodes = [
  'DATABASE_UNREACHABLE',
  'DATABASE_BEHIND_POOLER',
  'DATABASE_READ_ONLY',
  'MIGRATION_LOCKED',
  'MIGRATION_FAILED',
  'MIGRATION_CHANGED',
  'MIGRATION_MISSING',
  'MIGRATION_OUT_OF_ORDER',
  'MIGRATION_UNFINISHED',
  'MIGRATION_FILES_INVALID',
  'MIGRATION_UNKNOWN',
  'MIGRATION_PENDING',
  'BACKFILL_PAUSED',
] as const;

export type MigrationErrorCode = (typeof migrationErrorCodes)[number];

export interface MigrationErrorOptions {
  /** What to do about it, in the imperative. */
  readonly nextStep: string;
  /** Directory name of the migration it is about, where it is about one. */
  readonly migration?: string | undefined;
  readonly sqlState?: string | undefined;
  readonly cause?: unknown;
}

/** A migration command's error: what happened as `message`, what to do about it as `nextStep`. */
export class MigrationError extends CodezestDbError {
  declare readonly code: MigrationErrorCode;
  readonly nextStep: string;
  readonly migration: string | undefined;
  /** SQLSTATE of the database's answer, where there was one. */
  readonly sqlState: string | undefined;

  constructor(code: MigrationErrorCode, message: string, options: MigrationErrorOptions) {
    super(code, message, { cause: options.cause });
    this.nextStep = options.nextStep;
    this.migration = options.migration;
    this.sqlState = options.sqlState;
  }
}

/** The SQLSTATE of a database error, or the system's code (ECONNREFUSED …) of a network error. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * What the database or the system answered, as it may be logged: message without the values that it quotes, and SQLSTATE
 * where there is one. `detail` is left out on purpose: it quotes the row ("Key (email)=(…) already exists").
 */
export function databaseAnswer(error: unknown): string {
  const code = errorCode(error);
  const message = messageWithoutValues(errorMessage(error), code);
  // Errors of the system, such as ECONNREFUSED, have a code too; only the server's have a severity.
  const isServers = typeof error === 'object' && error !== null && 'severity' in error;
  return isServers ? `${message} (SQLSTATE ${code})` : message;
}
