import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRuleViolation, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createModule, createQuiz, only } from './rows.js';
import { type Statement, secondOfTwo } from './two-sessions.js';

const published = 'mcq_quizzes_published_rule';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

test('a published quiz is created with its questions in one call', async () => {
  const quiz = await createQuiz(client);

  expect(quiz.publishedAt).toBeInstanceOf(Date);
  expect(only(quiz.questions).options.map(({ isCorrect }) => isCorrect)).toEqual([true, false]);
});

test('a quiz without questions is not published, in either way of saying it', async () => {
  const { id: moduleId } = await createModule(client);
  const draft = await client.mCQQuiz.create({ data: { moduleId, title: 'Empty' } });
  const publishedAt = new Date();

  const refusals = await Promise.allSettled([
    client.mCQQuiz.update({ where: { id: draft.id }, data: { publishedAt } }),
    client.mCQQuiz.create({ data: { moduleId, title: 'Empty', publishedAt } }),
    client.$transaction((tx) => tx.mCQQuiz.update({ where: { id: draft.id }, data: { publishedAt } })),
    client.$executeRaw`UPDATE mcq_quizzes SET published_at = now() WHERE id = ${draft.id}::uuid`,
  ]);

  expect(
    refusals.map((refusal) => refusal.status === 'rejected' && isRuleViolation(refusal.reason, published)),
  ).toEqual([true, true, true, true]);
});

test('an answered question is replaced, and the answer keeps what was shown', async () => {
  const quiz = await createQuiz(client);
  const question = only(quiz.questions);
  const option = only(question.options);
  const attempt = await client.mCQAttempt.create({
    data: {
      userId: '0198f0c4-7b1e-7c3a-9d52-3f6a1b2c4d5e' as UserId,
      quizId: quiz.id,
      attemptNumber: 1,
      maxScore: 1,
      passingScore: 70,
      answers: {
        create: {
          questionId: question.id,
          selectedOptionId: option.id,
          isCorrect: true,
          snapshot: {
            question: question.question,
            points: 1,
            options: question.options.map(({ id, optionText, isCorrect }) => ({
              id,
              text: optionText,
              isCorrect,
            })),
          },
        },
      },
    },
  });

  const edited = await client.mCQQuestion
    .update({ where: { id: question.id }, data: { question: 'What starts a loop?' } })
    .catch((error: unknown) => error);
  await client.$transaction([
    client.mCQQuestion.update({ where: { id: question.id }, data: { deletedAt: new Date() } }),
    client.mCQQuestion.create({
      data: {
        quizId: quiz.id,
        question: 'What starts a loop?',
        order: question.order,
        options: { create: [{ optionText: 'for', isCorrect: true, order: 1 }] },
      },
    }),
  ]);

  const live = await client.mCQQuestion.findMany({ where: { quizId: quiz.id, deletedAt: null } });
  const answer = await client.mCQAnswer.findFirstOrThrow({ where: { attemptId: attempt.id } });
  expect(isRuleViolation(edited, 'mcq_questions_answered_rule')).toBe(true);
  expect(live.map((one) => one.question)).toEqual(['What starts a loop?']);
  expect(answer.snapshot?.question).toBe('What ends a loop?');
  expect(answer.snapshot?.options.find(({ id }) => id === answer.selectedOptionId)?.text).toBe('Option 0');
});

test('two editors cannot each remove one of the last two right options', async () => {
  const quiz = await createQuiz(client, { rightOptions: 2 });
  const [first, second] = only(quiz.questions).options;

  const refusal = await secondOfTwo(
    database.url,
    ['DELETE FROM mcq_options WHERE id = $1', first?.id],
    ['DELETE FROM mcq_options WHERE id = $1', second?.id],
  );

  expect(isRuleViolation(refusal, published)).toBe(true);
});

test('a quiz is not published while its last right option is being removed', async () => {
  const quiz = await createQuiz(client, { published: false });
  const option = only(only(quiz.questions).options);
  const remove: Statement = ['DELETE FROM mcq_options WHERE id = $1', option.id];
  const publish: Statement = ['UPDATE mcq_quizzes SET published_at = now() WHERE id = $1', quiz.id];

  expect(isRuleViolation(await secondOfTwo(database.url, remove, publish), published)).toBe(true);
});

test('a right option is not removed while its quiz is being published', async () => {
  const quiz = await createQuiz(client, { published: false });
  const option = only(only(quiz.questions).options);
  const remove: Statement = ['DELETE FROM mcq_options WHERE id = $1', option.id];
  const publish: Statement = ['UPDATE mcq_quizzes SET published_at = now() WHERE id = $1', quiz.id];

  expect(isRuleViolation(await secondOfTwo(database.url, publish, remove), published)).toBe(true);
});
