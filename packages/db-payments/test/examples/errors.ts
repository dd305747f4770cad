import { CodezestDbError, isUniqueViolation, RefundExceedsPaymentError } from '../../src/index.js';

export function answerTo(error: unknown): { status: number; message: string } {
  if (error instanceof RefundExceedsPaymentError) {
    return { status: 409, message: `At most ${error.refundable} can be given back.` };
  }
  if (error instanceof CodezestDbError) {
    const { code, message } = error;
    if (code === 'RECORD_NOT_FOUND') return { status: 404, message };
    if (code.endsWith('_INVALID') || code === 'CURRENCY_UNKNOWN') return { status: 400, message };
    if (code.startsWith('DATABASE_')) return { status: 503, message: 'Try again later.' };
    return { status: 409, message };
  }
  return isUniqueViolation(error)
    ? { status: 409, message: 'There is one already.' }
    : { status: 500, message: 'Something went wrong.' };
}
