import { newId } from '@codezest/db-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  answerQuestion,
  finishAttempt,
  itemStatistics,
  type PrismaClient,
  replaceQuestion,
  startAttempt,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type Course, createCourse, createLearner, only } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** A learner who answers the questions in their order: right, wrong, or not. */
async function takes(
  course: Course,
  results: readonly (boolean | null)[],
  userId?: Awaited<ReturnType<typeof createLearner>>,
) {
  const learner = userId ?? (await createLearner(client, course));
  const { attempt, answers } = await startAttempt(client, {
    userId: learner,
    quizId: only(course.mcqQuizzes).id,
  });
  for (const [index, { questionId, snapshot }] of answers.entries()) {
    const wanted = results[index] ?? null;
    const optionId = snapshot?.options.find(({ isCorrect }) => isCorrect === wanted)?.id ?? null;
    await answerQuestion(client, {
      userId: learner,
      attemptId: attempt.id,
      questionId,
      optionId: optionId as never,
    });
  }
  await finishAttempt(client, { userId: learner, attemptId: attempt.id });
  return learner;
}

test('each question has the share of those who had it right, and how it goes with the others', async () => {
  const course = await createCourse(client, { materials: 0, assignments: 0, questions: 3 });
  const { id: quizId, questions } = only(course.mcqQuizzes);
  // The first two go together, the third one is had right by those who have the others wrong.
  const results = [
    [true, true, false],
    [true, true, false],
    [false, false, true],
    [false, null, true],
  ];
  for (const result of results) await takes(course, result);

  const items = await itemStatistics(client, quizId);

  expect(items).toMatchObject(
    questions.map(({ id, question }) => ({
      questionId: id,
      question,
      revision: 0,
      retired: false,
      learners: 4,
      shareRight: 0.5,
      sharePoints: 0.5,
    })),
  );
  // By hand: points (10,10,0,0), rests (10,10,10,10) do not vary for the first two; the third's rests are (20,20,0,0).
  expect(items.map(({ discrimination }) => discrimination)).toEqual([null, null, -1]);
});

test('a learner counts by the first attempt that was completed, and a replaced question keeps its figures', async () => {
  const course = await createCourse(client, { materials: 0, assignments: 0, questions: 2 });
  const { id: quizId, questions } = only(course.mcqQuizzes);
  const maya = await takes(course, [true, false]);
  await takes(course, [false, false]);
  await takes(course, [false, false], maya);
  const open = await createLearner(client, course);
  await startAttempt(client, { userId: open, quizId });

  const { id: replacement } = await replaceQuestion(client, {
    questionId: only(questions).id,
    question: 'What else?',
    options: [{ text: 'This.', isCorrect: true }],
  });
  await takes(course, [true, true]);

  const items = await itemStatistics(client, quizId);
  const of = (id: string) => items.find(({ questionId }) => questionId === id);
  expect(of(only(questions).id)).toMatchObject({ retired: true, learners: 2, shareRight: 0.5 });
  expect(of(replacement)).toMatchObject({ retired: false, learners: 1, shareRight: 1, discrimination: null });
  expect(items).toHaveLength(3);
});

test('a quiz that nobody has completed, or that is not there, has no figures', async () => {
  const { mcqQuizzes } = await createCourse(client);

  expect(await itemStatistics(client, only(mcqQuizzes).id)).toEqual([]);
  expect(await itemStatistics(client, newId<'MCQQuiz'>())).toEqual([]);
});
