import { CodezestDbError } from '@codezest/db-core';

export type CodemodErrorCode =
  | 'CODEMOD_FOLDER_MISSING'
  | 'CODEMOD_PROJECT_MISSING'
  | 'CODEMOD_PROJECT_INVALID'
  | 'CODEMOD_PACKAGE_MISSING'
  | 'CODEMOD_TREE_DIRTY'
  | 'CODEMOD_NO_GIT'
  | 'CODEMOD_WRITE_FAILED';

/** Why the service was not rewritten. What a person has to do in its code is no error but a line of the report. */
export class CodemodError extends CodezestDbError {
  constructor(code: CodemodErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options);
  }
}
