import { CodezestDbError, isUniqueViolation } from '../../src/index.js';

export function statusOf(error: unknown): number {
  if (error instanceof CodezestDbError) {
    if (error.code.endsWith('_NOT_FOUND')) return 404;
    if (error.code === 'SESSION_INVALID') return 401;
    if (error.code === 'EMAIL_TAKEN' || error.code === 'USERNAME_TAKEN') return 409;
    if (error.code === 'ACCOUNT_LOCKED') return 429;
    return 400;
  }
  return isUniqueViolation(error) ? 409 : 500;
}
