import { CodezestDbError, isUniqueViolation, PrerequisitesUnmetError } from '../../src/index.js';

export function answerTo(error: unknown): { status: number; message: string } {
  if (error instanceof PrerequisitesUnmetError) {
    return { status: 403, message: `Modules to complete first: ${error.unmet}.` };
  }
  if (error instanceof CodezestDbError) {
    const { code, message } = error;
    if (code === 'CONTENT_NOT_AVAILABLE' || code === 'RECORD_NOT_FOUND') return { status: 404, message };
    if (code === 'NOT_ENROLLED') return { status: 403, message };
    if (code === 'ID_INVALID') return { status: 400, message };
    if (code.startsWith('DATABASE_')) return { status: 503, message: 'Try again later.' };
    return { status: 409, message };
  }
  return isUniqueViolation(error)
    ? { status: 409, message: 'There is one already.' }
    : { status: 500, message: 'Something went wrong.' };
}
