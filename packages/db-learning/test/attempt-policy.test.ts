import { race } from '@codezest/db-core/testing';
import type { MCQOptionId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AttemptTooSoonError,
  answerQuestion,
  editQuiz,
  endRunOutAttempts,
  finishAttempt,
  type PrismaClient,
  type QuestionScoring,
  type QuizSettings,
  startAttempt,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createCourse, createLearner, only, refusal } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function createQuizWith(policy: QuizSettings, questions = 1) {
  const course = await createCourse(client, { materials: 0, assignments: 0, questions });
  const quiz = await client.mCQQuiz.update({ where: { id: only(course.mcqQuizzes).id }, data: policy });
  const userId = await createLearner(client, course);
  return { course, quizId: quiz.id, userId, start: () => startAttempt(client, { userId, quizId: quiz.id }) };
}

type Started = Awaited<ReturnType<typeof startAttempt>>;

const rightOf = ({ answers }: Started): MCQOptionId =>
  only(only(answers).snapshot?.options.filter(({ isCorrect }) => isCorrect) ?? []).id;

/** As if the attempt had been started that many seconds earlier. */
const startedEarlier = ({ attempt }: Started, seconds: number) =>
  client.$executeRaw`
    UPDATE mcq_attempts SET started_at = started_at - make_interval(secs => ${seconds}) WHERE id = ${attempt.id}::uuid`;

test('a quiz allows as many attempts as it says', async () => {
  const { userId, start } = await createQuizWith({ maxAttempts: 2 });
  for (const number of [1, 2]) {
    const { attempt } = await start();
    expect(attempt.attemptNumber).toBe(number);
    expect((await start()).attempt.id).toBe(attempt.id);
    await finishAttempt(client, { userId, attemptId: attempt.id });
  }

  expect(await refusal(start())).toBe('ATTEMPTS_EXHAUSTED');
});

test('between two attempts lies the cooldown of the quiz', async () => {
  const { userId, quizId, start } = await createQuizWith({ cooldown: 60 });
  const { attempt } = await start();
  const { completedAt } = (await finishAttempt(client, { userId, attemptId: attempt.id })).attempt;

  const early = await start().catch((error: unknown) => error);
  await client.mCQQuiz.update({ where: { id: quizId }, data: { cooldown: 0 } });
  const next = await start();

  expect(early).toBeInstanceOf(AttemptTooSoonError);
  expect((early as AttemptTooSoonError).retryAt.getTime()).toBe(Number(completedAt) + 3_600_000);
  expect(next.attempt.attemptNumber).toBe(2);
});

test('an answer counts until the grace period is over, and the attempt ends at that moment', async () => {
  const { userId, start } = await createQuizWith({ timeLimit: 10, gracePeriod: 60 });
  const started = await start();
  const learner = { userId, attemptId: started.attempt.id };
  const answer = () =>
    answerQuestion(client, {
      ...learner,
      questionId: only(started.answers).questionId,
      optionId: rightOf(started),
    });

  await startedEarlier(started, 630);
  await answer();
  await startedEarlier(started, 40);

  expect(await refusal(answer())).toBe('ATTEMPT_TIME_OVER');
  const { attempt } = await finishAttempt(client, learner);
  expect(attempt).toMatchObject({ status: 'COMPLETED', score: 10, passed: true });
  expect(Number(attempt.completedAt) - Number(attempt.startedAt)).toBe(660_000);
});

test('a transaction that began in time does not answer late', async () => {
  const { userId, start } = await createQuizWith({ timeLimit: 10 });
  const started = await start();
  const { questionId } = only(started.answers);
  const learner = { userId, attemptId: started.attempt.id };

  const late = client.$transaction(async (open) => {
    // The time runs out, by the clock, after this transaction's now().
    await open.$executeRaw`
      UPDATE mcq_attempts SET started_at = now() - interval '10 minutes' + interval '1 millisecond'
      WHERE id = ${learner.attemptId}::uuid`;
    await open.$executeRaw`SELECT pg_sleep(0.01)`;
    return answerQuestion(open, { ...learner, questionId, optionId: rightOf(started) });
  });

  expect(await refusal(late)).toBe('ATTEMPT_TIME_OVER');
});

test('who comes back after the time starts anew, and what was answered in time counts', async () => {
  const { userId, start } = await createQuizWith({ timeLimit: 10 });
  const first = await start();
  const { questionId } = only(first.answers);
  await answerQuestion(client, { userId, attemptId: first.attempt.id, questionId, optionId: rightOf(first) });
  await startedEarlier(first, 3_600);

  const second = await start();

  expect(second).toMatchObject({ resumed: false, attempt: { attemptNumber: 2 } });
  expect(second.progress).toMatchObject({ completesModule: true, stats: { quizzesPassed: 1 } });
  expect(await client.mCQAttempt.findUnique({ where: { id: first.attempt.id } })).toMatchObject({
    status: 'COMPLETED',
    passed: true,
  });
});

test('jobs at once end what has run out, each once, and complete what that completes, 5 rounds', async () => {
  await endRunOutAttempts(client); // those of other tests
  for (let round = 0; round < 5; round += 1) {
    const { userId, start, course } = await createQuizWith({ timeLimit: 10 });
    const started = await start();
    const { questionId } = only(started.answers);
    await answerQuestion(client, {
      userId,
      attemptId: started.attempt.id,
      questionId,
      optionId: rightOf(started),
    });
    const open = await startAttempt(client, {
      userId: await createLearner(client, course),
      quizId: only(course.mcqQuizzes).id,
    });
    await startedEarlier(started, 3_600);

    const ended = (await race(() => endRunOutAttempts(client), 4)).won.flat();

    expect(ended.map(({ attempt }) => attempt)).toEqual([
      await client.mCQAttempt.findUnique({ where: { id: started.attempt.id } }),
    ]);
    expect(only(ended).progress).toMatchObject({ completesModule: true, completesLanguage: true });
    expect(await client.mCQAttempt.findUnique({ where: { id: open.attempt.id } })).toMatchObject({
      status: 'IN_PROGRESS',
    });
  }
  expect(await endRunOutAttempts(client)).toEqual([]);
  for (const limit of [0, 1.5, 1_001, Number.NaN]) {
    expect(await refusal(endRunOutAttempts(client, { limit }))).toBe('BATCH_SIZE_OUT_OF_RANGE');
  }
});

test('who has dropped the language neither answers nor finishes, until enrolled again', async () => {
  const { userId, course, start } = await createQuizWith({});
  const started = await start();
  const learner = { userId, attemptId: started.attempt.id };
  const { questionId } = only(started.answers);
  const answer = () => answerQuestion(client, { ...learner, questionId, optionId: rightOf(started) });
  const became = (status: 'DROPPED' | 'PAUSED') =>
    client.languageEnrollment.updateMany({
      where: { userId, languageId: course.languageId },
      data: { status },
    });

  await became('DROPPED');
  expect(await refusal(answer())).toBe('NOT_ENROLLED');
  expect(await refusal(finishAttempt(client, learner))).toBe('NOT_ENROLLED');
  await became('PAUSED');
  expect((await answer()).isCorrect).toBe(true);
  expect((await finishAttempt(client, learner)).attempt.passed).toBe(true);
});

/** A question of 10 points with three right options and two wrong ones. */
async function startWithSeveralRight(scoring: QuestionScoring) {
  const { course, quizId, userId } = await createQuizWith({});
  const { updatedAt } = await client.mCQQuiz.findUniqueOrThrow({ where: { id: quizId } });
  const options = [true, true, true, false, false].map((isCorrect, n) => ({
    text: `Option ${n}`,
    isCorrect,
  }));
  const question = { question: 'Which end a loop?', points: 10, scoring, options };
  await editQuiz(client, { quizId, basedOn: updatedAt, questions: [question] });
  const started = await startAttempt(client, { userId, quizId });
  const ids = only(started.answers).snapshot?.options.map(({ id }) => id) ?? [];
  const { questionId } = only(started.answers);
  return {
    course,
    userId,
    started,
    choose: (...chosen: number[]) =>
      answerQuestion(client, {
        userId,
        attemptId: started.attempt.id,
        questionId,
        optionIds: chosen.map((n) => ids[n] as MCQOptionId),
      }),
  };
}

test('all right options and no other give the points, in part only where the question says so', async () => {
  const whole = await startWithSeveralRight('MATCH_CORRECT');
  const parts = await startWithSeveralRight('MAP_RESPONSE');
  const cases: [chosen: number[], isCorrect: boolean, share: number][] = [
    [[0, 1, 2], true, 0],
    [[2, 1, 0, 0], true, 0],
    [[0, 1], false, 6],
    [[0], false, 3],
    [[0, 1, 2, 3], false, 6],
    [[0, 3, 4], false, 0],
    [[], false, 0],
  ];

  for (const [chosen, isCorrect, share] of cases) {
    expect([chosen, await whole.choose(...chosen)]).toMatchObject([
      chosen,
      { isCorrect, partialPoints: null },
    ]);
    const partialPoints = isCorrect ? null : share;
    expect([chosen, await parts.choose(...chosen)]).toMatchObject([chosen, { isCorrect, partialPoints }]);
  }
  expect(await refusal(parts.choose(0, 9))).toBe('OPTION_NOT_OFFERED');

  const several = await parts.choose(1, 0);
  const learner = { userId: parts.userId, attemptId: parts.started.attempt.id };
  expect(several.selectedOptionId).toBeNull();
  expect(several.selectedOptionIds).toHaveLength(2);
  expect((await finishAttempt(client, learner)).attempt).toMatchObject({
    score: 6,
    maxScore: 10,
    passed: false,
  });
});

test('a quiz of no points is not published, and never passed', async () => {
  const { course, quizId, userId } = await createQuizWith({});
  const { updatedAt } = await client.mCQQuiz.findUniqueOrThrow({ where: { id: quizId } });
  const options = [{ text: 'This.', isCorrect: true }];
  const edit = (points: number) =>
    editQuiz(client, { quizId, basedOn: updatedAt, questions: [{ question: 'What?', points, options }] });

  expect(await refusal(edit(0))).toBe('QUIZ_NOT_ANSWERABLE');
  for (const points of [0.5, -1, 1_001, 2_147_483_647, Number.NaN]) {
    expect(await refusal(edit(points))).toBe('QUIZ_SETTING_OUT_OF_RANGE');
  }
  const empty = await client.mCQAttempt.create({
    data: { userId, quizId, attemptNumber: 1, maxScore: 0, passingScore: 70 },
  });
  const { attempt } = await finishAttempt(client, { userId, attemptId: empty.id });
  expect(attempt.passed).toBe(false);
  expect(course.id).toBeDefined();
});

test('settings that a quiz cannot have are refused by name', async () => {
  const { quizId } = await createQuizWith({});
  const { updatedAt } = await client.mCQQuiz.findUniqueOrThrow({ where: { id: quizId } });
  const options = [{ text: 'This.', isCorrect: true }];
  const wrong: QuizSettings[] = [
    { passingScore: 66.67 },
    { passingScore: 101 },
    { timeLimit: 0 },
    { timeLimit: 2 ** 31 },
    { gracePeriod: 3_601 },
    { maxAttempts: 0 },
    { cooldown: -1 },
    { estimatedDuration: 0.5 },
    { passingScore: null as unknown as number },
  ];
  for (const settings of wrong) {
    const edited = editQuiz(client, {
      quizId,
      basedOn: updatedAt,
      settings,
      questions: [{ question: 'What?', options }],
    });
    expect([settings, await refusal(edited)]).toEqual([settings, 'QUIZ_SETTING_OUT_OF_RANGE']);
  }
});
