import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { MCQOptionId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  answerQuestion,
  finishAttempt,
  type PrismaClient,
  type StartedAttempt,
  startAttempt,
  type TransactionClient,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  createCourse,
  createLearner,
  only,
  racingDatabase,
  refusal,
  rolledBack,
  someUser,
} from './fixtures.js';
import { heldUp } from './two-sessions.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function createAttempt({ questions = 2 } = {}) {
  const course = await createCourse(client, { materials: 0, assignments: 0, questions });
  const quiz = only(course.mcqQuizzes);
  const userId = await createLearner(client, course);
  const started = await startAttempt(client, { userId, quizId: quiz.id });
  return { course, quiz, userId, started, learner: { userId, attemptId: started.attempt.id } };
}

/** The right option of a shown question, or the wrong one. */
function optionOf(
  { snapshot }: StartedAttempt['answers'][0] | { snapshot: null },
  right: boolean,
): MCQOptionId {
  return only(snapshot?.options.filter(({ isCorrect }) => isCorrect === right) ?? []).id;
}

test('an attempt keeps what it shows, in order', async () => {
  const { quiz, userId, started } = await createAttempt({ questions: 5 });

  const stored = await client.mCQAttempt.findUniqueOrThrow({
    where: { id: started.attempt.id },
    include: { answers: { orderBy: { question: { order: 'asc' } } } },
  });
  expect({ ...started.attempt, answers: started.answers }).toEqual(stored);
  expect(started.attempt).toMatchObject({
    userId,
    attemptNumber: 1,
    maxScore: 50,
    status: 'IN_PROGRESS',
    score: null,
  });
  expect(started.answers.map(({ snapshot }) => snapshot)).toEqual(
    quiz.questions.map(({ question, points, options }) => ({
      question,
      points,
      options: options.map(({ id, optionText, isCorrect }) => ({ id, text: optionText, isCorrect })),
    })),
  );
  expect(started.progress.moduleProgress.status).toBe('IN_PROGRESS');
});

test('answers are scored as they were shown, and a pass completes the module', async () => {
  const { started, learner } = await createAttempt({ questions: 4 });
  const [first, second, third] = started.answers as [
    StartedAttempt['answers'][0],
    ...StartedAttempt['answers'],
  ];
  const answer = (shown = first, right = true) =>
    answerQuestion(client, { ...learner, questionId: shown.questionId, optionId: optionOf(shown, right) });

  const wrong = await answer(first, false);
  const changed = await answer(first, true);
  await answer(second, true);
  await answer(third, true);
  const finished = await finishAttempt(client, learner);

  expect(wrong).toMatchObject({ id: first.id, isCorrect: false, selectedOptionId: optionOf(first, false) });
  expect(changed).toEqual(await client.mCQAnswer.findUnique({ where: { id: first.id } }));
  expect(changed.isCorrect).toBe(true);
  expect(finished.attempt).toEqual(await client.mCQAttempt.findUnique({ where: { id: learner.attemptId } }));
  expect(finished.attempt).toMatchObject({ status: 'COMPLETED', score: 30, maxScore: 40, passed: true });
  expect(finished.progress).toMatchObject({ completesModule: true, completesLanguage: true });
  expect(finished.progress.stats).toMatchObject({
    quizzesPassed: 1,
    modulesCompleted: 1,
    coursesCompleted: 1,
  });
});

test('below the passing score nothing is completed, and the next attempt has the next number', async () => {
  const { quiz, started, learner } = await createAttempt({ questions: 2 });
  const [first] = started.answers;
  await answerQuestion(client, {
    ...learner,
    questionId: only(started.answers).questionId,
    optionId: optionOf(first ?? { snapshot: null }, true),
  });

  const finished = await finishAttempt(client, learner);
  const next = await startAttempt(client, { userId: learner.userId, quizId: quiz.id });

  expect(finished.attempt).toMatchObject({ score: 10, maxScore: 20, passed: false });
  expect(finished.progress).toMatchObject({ completesModule: false, stats: { quizzesPassed: 0 } });
  expect(next.attempt.attemptNumber).toBe(2);
});

test('an answer can be taken back', async () => {
  const { started, learner } = await createAttempt();
  const shown = only(started.answers);
  const answer = (optionId: MCQOptionId | null) =>
    answerQuestion(client, { ...learner, questionId: shown.questionId, optionId });

  await answer(optionOf(shown, true));
  expect(await answer(null)).toMatchObject({ selectedOptionId: null, isCorrect: false });
  expect((await finishAttempt(client, learner)).attempt.score).toBe(0);
});

test('quizzes are for the enrolled, while they are published', async () => {
  const { quiz, userId } = await createAttempt();

  expect(await refusal(startAttempt(client, { userId: someUser(), quizId: quiz.id }))).toBe('NOT_ENROLLED');
  await client.mCQQuiz.update({ where: { id: quiz.id }, data: { publishedAt: null } });
  expect(await refusal(startAttempt(client, { userId, quizId: quiz.id }))).toBe('CONTENT_NOT_AVAILABLE');
});

test('a quiz waits for the prerequisites of its module', async () => {
  const { course, quiz } = await createAttempt();
  const required = await createCourse(client, { languageId: course.languageId });
  await client.modulePrerequisite.create({ data: { moduleId: course.id, prerequisiteId: required.id } });
  const userId = await createLearner(client, course);

  expect(await refusal(startAttempt(client, { userId, quizId: quiz.id }))).toBe('PREREQUISITES_UNMET');
});

test('only what was shown can be chosen, by whom it was shown to', async () => {
  const { started, learner } = await createAttempt();
  const other = await createAttempt();
  const shown = only(started.answers);
  const foreign = only(other.started.answers);
  const chosen = { ...learner, questionId: shown.questionId, optionId: optionOf(shown, true) };

  expect(await refusal(answerQuestion(client, { ...chosen, optionId: optionOf(foreign, true) }))).toBe(
    'OPTION_NOT_OFFERED',
  );
  expect(await refusal(answerQuestion(client, { ...chosen, questionId: foreign.questionId }))).toBe(
    'OPTION_NOT_OFFERED',
  );
  expect(await refusal(answerQuestion(client, { ...chosen, userId: other.userId }))).toBe('RECORD_NOT_FOUND');
  expect(await refusal(finishAttempt(client, { ...learner, userId: other.userId }))).toBe('RECORD_NOT_FOUND');
  expect(await refusal(finishAttempt(client, { ...learner, attemptId: newId<'MCQAttempt'>() }))).toBe(
    'RECORD_NOT_FOUND',
  );
});

test('what is over is over', async () => {
  const { started, learner } = await createAttempt();
  const shown = only(started.answers);
  await finishAttempt(client, learner);

  const late = answerQuestion(client, {
    ...learner,
    questionId: shown.questionId,
    optionId: optionOf(shown, true),
  });

  expect(await refusal(late)).toBe('ATTEMPT_NOT_OPEN');
  expect(await refusal(finishAttempt(client, learner))).toBe('ATTEMPT_NOT_OPEN');
});

test('after the time limit no answer counts, but the attempt can be finished', async () => {
  const { quiz, userId, learner: first } = await createAttempt();
  await finishAttempt(client, first);
  await client.mCQQuiz.update({ where: { id: quiz.id }, data: { timeLimit: 30 } });
  const started = await startAttempt(client, { userId, quizId: quiz.id });
  const learner = { userId, attemptId: started.attempt.id };
  const shown = only(started.answers);
  const answer = () =>
    answerQuestion(client, { ...learner, questionId: shown.questionId, optionId: optionOf(shown, true) });
  const startedBefore = (minutes: number) =>
    client.$executeRaw`UPDATE mcq_attempts SET started_at = now() - make_interval(mins => ${minutes}) WHERE id = ${learner.attemptId}::uuid`;

  await startedBefore(29);
  await answer();
  await startedBefore(31);

  expect(await refusal(answer())).toBe('ATTEMPT_TIME_OVER');
  expect((await finishAttempt(client, learner)).attempt.score).toBe(10);
});

test('an attempt is rolled back with its transaction', async () => {
  const { quiz, userId, learner } = await createAttempt();
  await finishAttempt(client, learner);

  const finished = await rolledBack(client, async (transaction) => {
    const { attempt, answers } = await startAttempt(transaction, { userId, quizId: quiz.id });
    for (const shown of answers) {
      const chosen = { questionId: shown.questionId, optionId: optionOf(shown, true) };
      await answerQuestion(transaction, { userId, attemptId: attempt.id, ...chosen });
    }
    return finishAttempt(transaction, { userId, attemptId: attempt.id });
  });

  expect(finished.attempt).toMatchObject({ attemptNumber: 2, passed: true });
  expect(finished.progress.completesModule).toBe(true);
  expect(await client.mCQAttempt.count({ where: { userId } })).toBe(1);
});

test('of two transactions that answer and then finish one finishes, and the other is told', async () => {
  const { started, learner } = await createAttempt();
  const [one, other] = started.answers as [StartedAttempt['answers'][0], StartedAttempt['answers'][0]];
  const answer = (transaction: TransactionClient, shown: typeof one) =>
    answerQuestion(transaction, {
      ...learner,
      questionId: shown.questionId,
      optionId: optionOf(shown, true),
    });

  const late = heldUp(client, {
    first: (transaction) => answer(transaction, one),
    meanwhile: () =>
      client.$transaction(async (transaction) => {
        await answer(transaction, other);
        return finishAttempt(transaction, learner);
      }),
    last: (transaction) => finishAttempt(transaction, learner),
  });

  expect(await refusal(late)).toBe('ATTEMPT_NOT_OPEN');
});

test(`${CALLERS} starts at once give one attempt, and the next ones the next number, 10 rounds`, async () => {
  const course = await createCourse(client);
  const quizId = only(course.mcqQuizzes).id;
  const userId = await createLearner(client, course);

  for (let round = 1; round <= 10; round += 1) {
    const { won } = await race(() => startAttempt(client, { userId, quizId }));
    const [first] = won;
    expect(won.filter(({ resumed }) => !resumed)).toHaveLength(1);
    expect(won).toHaveLength(CALLERS);
    for (const { attempt, answers } of won) {
      expect(attempt).toMatchObject({ id: first?.attempt.id, attemptNumber: round });
      expect(answers).toEqual(first?.answers);
    }
    await finishAttempt(client, { userId, attemptId: only(won).attempt.id });
  }
});

test(`of ${CALLERS} finishes at once one counts, ${ROUNDS} rounds`, async () => {
  const { quiz, userId } = await createAttempt();

  for (let round = 0; round < ROUNDS; round += 1) {
    const { attempt } = await startAttempt(client, { userId, quizId: quiz.id });
    const { won, refused } = await race(() => finishAttempt(client, { userId, attemptId: attempt.id }));
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ ATTEMPT_NOT_OPEN: CALLERS - 1 });
  }
});

test(`every answer that was accepted while the attempt was finished counts, ${ROUNDS} rounds`, async () => {
  const { quiz, userId } = await createAttempt({ questions: 31 });

  for (let round = 0; round < ROUNDS; round += 1) {
    const { attempt, answers } = await startAttempt(client, { userId, quizId: quiz.id });
    const { won } = await race(async (caller) => {
      const shown = answers[caller];
      if (shown === undefined) return finishAttempt(client, { userId, attemptId: attempt.id });
      const chosen = { questionId: shown.questionId, optionId: optionOf(shown, true) };
      return answerQuestion(client, { userId, attemptId: attempt.id, ...chosen });
    });
    const finished = await client.mCQAttempt.findUniqueOrThrow({ where: { id: attempt.id } });
    expect(finished.score).toBe((won.length - 1) * 10);
  }
});
