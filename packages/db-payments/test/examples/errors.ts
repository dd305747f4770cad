import { httpAnswerOf, RefundExceedsPaymentError } from '../../src/index.js';

export function answerTo(error: unknown): { status: number; message: string } {
  const answer = httpAnswerOf(error);
  return error instanceof RefundExceedsPaymentError
    ? { ...answer, message: `At most ${error.refundable} can be given back.` }
    : answer;
}
