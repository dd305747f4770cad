import { httpAnswerOf } from '../../src/index.js';

export const statusOf = (error: unknown): number => httpAnswerOf(error).status;
