import { CodezestDbError, isRuleViolation } from '../../src/index.js';

export function statusOf(error: unknown): number {
  if (error instanceof CodezestDbError) {
    if (error.code.endsWith('_NOT_FOUND')) return 404;
    if (error.code === 'DELIVERY_CLAIM_LOST') return 409;
    return 400;
  }
  return isRuleViolation(error) ? 400 : 500;
}
