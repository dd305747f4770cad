import type { MCQAttemptId, MCQOptionId, MCQQuestionId, MCQQuizId, UserId } from '@codezest/db-types';
import {
  analyseAttempt,
  answerQuestion,
  type Client,
  endRunOutAttempts,
  finishAttempt,
  itemStatistics,
  startAttempt,
} from '../../src/index.js';

/** For authors: questions that mislead those who know the rest. */
export async function misleading(client: Client, quizId: MCQQuizId): Promise<string[]> {
  const items = await itemStatistics(client, quizId);
  return items.filter(({ discrimination }) => (discrimination ?? 0) < 0).map(({ question }) => question);
}

/** The questions as this attempt shows them, without the right answers. */
export async function begin(client: Client, userId: UserId, quizId: MCQQuizId) {
  const { attempt, answers } = await startAttempt(client, { userId, quizId });
  return {
    attemptId: attempt.id,
    number: attempt.attemptNumber,
    questions: answers.map(({ questionId, snapshot }) => ({
      questionId,
      question: snapshot?.question,
      options: snapshot?.options.map(({ id, text }) => ({ id, text })) ?? [],
    })),
  };
}

export async function answer(
  client: Client,
  attempt: { userId: UserId; attemptId: MCQAttemptId },
  questionId: MCQQuestionId,
  optionId: MCQOptionId | null, // null skips
): Promise<void> {
  await answerQuestion(client, { ...attempt, questionId, optionId }); // tells whether it is right: keep that to the end
}

export async function finish(
  client: Client,
  attempt: { userId: UserId; attemptId: MCQAttemptId },
  topic: string,
) {
  const { attempt: finished, progress } = await finishAttempt(client, attempt);
  const correct = await client.mCQAnswer.count({ where: { attemptId: finished.id, isCorrect: true } });
  const total = await client.mCQAnswer.count({ where: { attemptId: finished.id } });
  const analysis = await analyseAttempt(client, {
    attemptId: finished.id,
    author: { aiModel: 'reviewer-2' },
    findings: { performanceBreakdown: { topics: [{ topic, correct, total }], skipped: 0 } },
  });
  return { finished, progress, analysis };
}

/** For a job that runs every minute, on one machine or on many. */
export async function endRunOut(client: Client): Promise<number> {
  const ended = await endRunOutAttempts(client); // at most 50, each with its progress
  return ended.length;
}
