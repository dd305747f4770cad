import { CodezestDbError } from '@codezest/db-core';

export type ImportErrorCode =
  | 'IMPORT_SOURCE_UNKNOWN'
  | 'IMPORT_RUNNING'
  | 'IMPORT_CLOSED'
  | 'IMPORT_DATABASE_UNREACHABLE'
  | 'IMPORT_DATABASE_OLD'
  | 'IMPORT_WRITE_FAILED'
  | 'IMPORT_INTERRUPTED'
  | 'IMPORT_URL_MISSING';

/** Why the import could not begin or go on. What single rows have wrong is no error but a line of the reject file. */
export class ImportError extends CodezestDbError {
  constructor(code: ImportErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options);
  }
}
