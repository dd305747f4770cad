import { httpAnswerOf, PrerequisitesUnmetError } from '../../src/index.js';

export function answerTo(error: unknown): { status: number; message: string } {
  const answer = httpAnswerOf(error);
  return error instanceof PrerequisitesUnmetError
    ? { ...answer, message: `Modules to complete first: ${error.unmet}.` }
    : answer;
}
