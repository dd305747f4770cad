import { LOCAL_DATABASE_ERROR_CODES, LocalDatabaseError } from '@codezest/local-databases/errors';
import { CodezestDbError } from '../errors/base-error.js';

/** Codes of failures that come before a test could begin. */
export const TEST_DATABASE_ERROR_CODES = [
  'TEST_SERVER_UNREACHABLE',
  'TEST_SERVER_FORBIDS_DATABASES',
  'TEST_SERVER_TOO_OLD',
  ...LOCAL_DATABASE_ERROR_CODES,
] as const;

export type TestDatabaseErrorCode = (typeof TEST_DATABASE_ERROR_CODES)[number];

/** There is no database to test with; the message says what to install or which variable to set. */
export class TestDatabaseError extends CodezestDbError {
  declare readonly code: TestDatabaseErrorCode;

  constructor(code: TestDatabaseErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options);
  }
}

/** The same as a typed error of this package where we know what it means; anything else unchanged. */
export function explained(error: unknown): unknown {
  if (error instanceof LocalDatabaseError)
    return new TestDatabaseError(error.code, error.message, { cause: error });
  if ((error as { code?: unknown } | undefined)?.code === '42501') {
    return new TestDatabaseError(
      'TEST_SERVER_FORBIDS_DATABASES',
      'The user of TEST_DATABASE_URL may not create databases. On that server: ALTER ROLE <user> CREATEDB;',
      { cause: error },
    );
  }
  return error;
}
