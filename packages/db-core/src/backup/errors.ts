import { CodezestDbError } from '../errors/base-error.js';

export type BackupErrorCode =
  | 'BACKUP_TOOL_MISSING'
  | 'BACKUP_TOOL_FAILED'
  | 'BACKUP_FILE_EXISTS'
  | 'BACKUP_FILE_INVALID'
  | 'BACKUP_ROWS_HIDDEN'
  | 'RESTORE_TARGET_NOT_EMPTY'
  | 'RESTORE_ROLES_MISSING'
  | 'RESTORE_DIFFERENT';

/** A copy that was not made, or that is not what it was made of. The message says what to do. */
export class BackupError extends CodezestDbError {
  declare readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options);
  }
}
