import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  answerQuestion,
  editQuiz,
  findModuleTree,
  finishAttempt,
  type PrismaClient,
  publishQuiz,
  type QuestionContent,
  type QuizSettings,
  replaceQuestion,
  startAttempt,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  type Course,
  createCourse,
  createLearner,
  only,
  racingDatabase,
  refusal,
  rolledBack,
} from './fixtures.js';

const fresh: QuestionContent = {
  question: 'What starts a loop?',
  options: [
    { text: 'for', isCorrect: true },
    { text: 'break', isCorrect: false },
  ],
};
const unanswerable: QuestionContent = { question: 'What?', options: [{ text: 'No', isCorrect: false }] };

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function createQuiz({ questions = 2, published = true } = {}) {
  const course = await createCourse(client, { questions });
  const quiz = only(course.mcqQuizzes);
  if (!published) await client.mCQQuiz.update({ where: { id: quiz.id }, data: { publishedAt: null } });
  const { updatedAt } = await client.mCQQuiz.findUniqueOrThrow({ where: { id: quiz.id } });
  return { course, quiz: { ...quiz, updatedAt } };
}

/** The form as it was filled from the quiz. */
function formOf({ questions }: Pick<Course['mcqQuizzes'][0], 'questions'>) {
  return questions.map(({ id, question, explanation, points, options }) => ({
    id,
    question,
    explanation,
    points,
    options: options.map(({ optionText: text, isCorrect }) => ({ text, isCorrect })),
  }));
}

test('an edit keeps what is the same, replaces what differs, retires what is missing', async () => {
  const { course, quiz } = await createQuiz({ questions: 4 });
  const [first, second, third] = formOf(quiz);
  const edited = await editQuiz(client, {
    quizId: quiz.id,
    basedOn: quiz.updatedAt,
    settings: { title: 'More loops', timeLimit: null, passingScore: 80 },
    questions: [fresh, { ...third, explanation: 'Because.' }, { ...first, points: 20 }, second].map(
      (question) => question as QuestionContent,
    ),
  });

  const [created, kept, changed, same] = edited.questions;
  expect(edited).toEqual((await findModuleTree(client, course.id))?.mcqQuizzes[0]);
  expect(edited).toMatchObject({
    title: 'More loops',
    passingScore: 80,
    timeLimit: null,
    estimatedDuration: 30,
  });
  expect(edited.updatedAt.getTime()).toBeGreaterThan(quiz.updatedAt.getTime());
  expect(created?.options.map(({ optionText }) => optionText)).toEqual(['for', 'break']);
  expect([kept?.id, same?.id]).toEqual([third?.id, second?.id]);
  expect(kept?.explanation).toBe('Because.');
  expect(changed).toMatchObject({ question: first?.question, points: 20, order: 2 });
  expect(changed?.id).not.toBe(first?.id);
  const retired = await client.mCQQuestion.findMany({ where: { quizId: quiz.id, deletedAt: { not: null } } });
  expect(retired.map(({ id }) => id).sort()).toEqual([first?.id, formOf(quiz)[3]?.id].sort());
});

test('an attempt under way is finished with the questions that it showed', async () => {
  const { course, quiz } = await createQuiz();
  const userId = await createLearner(client, course);
  const { attempt, answers } = await startAttempt(client, { userId, quizId: quiz.id });
  const [first, second] = answers;
  const answer = async (shown: typeof first) => {
    const optionId = shown?.snapshot?.options.find(({ isCorrect }) => isCorrect)?.id ?? null;
    const { questionId } = shown as NonNullable<typeof shown>;
    return answerQuestion(client, { userId, attemptId: attempt.id, questionId, optionId });
  };
  await answer(first);

  await editQuiz(client, { quizId: quiz.id, basedOn: quiz.updatedAt, questions: [fresh] });
  await answer(second);
  const finished = await finishAttempt(client, { userId, attemptId: attempt.id });

  expect(finished.attempt).toMatchObject({ score: 20, maxScore: 20, passed: true });
  const stored = await client.mCQAnswer.findMany({ where: { attemptId: attempt.id } });
  expect(stored.map(({ snapshot }) => snapshot?.question).sort()).toEqual(['Question 0', 'Question 1']);
  expect((await startAttempt(client, { userId, quizId: quiz.id })).answers[0]?.snapshot?.question).toBe(
    fresh.question,
  );
});

test('an attempt under way keeps the passing score and the time limit of its start', async () => {
  const { course, quiz } = await createQuiz();
  const { updatedAt } = await client.mCQQuiz.update({
    where: { id: quiz.id },
    data: { passingScore: 50, timeLimit: null },
  });
  const userId = await createLearner(client, course);
  const { attempt, answers } = await startAttempt(client, { userId, quizId: quiz.id });
  await client.$executeRaw`
    UPDATE mcq_attempts SET started_at = now() - interval '40 minutes' WHERE id = ${attempt.id}::uuid`;

  const settings = { timeLimit: 30, passingScore: 80 };
  await editQuiz(client, { quizId: quiz.id, basedOn: updatedAt, settings, questions: formOf(quiz) });
  const [{ questionId, snapshot }] = answers as [(typeof answers)[0]];
  const optionId = snapshot?.options.find(({ isCorrect }) => isCorrect)?.id ?? null;
  await answerQuestion(client, { userId, attemptId: attempt.id, questionId, optionId });
  const finished = await finishAttempt(client, { userId, attemptId: attempt.id });

  expect(finished.attempt).toMatchObject({ score: 10, maxScore: 20, passingScore: 50, passed: true });
  const next = await startAttempt(client, { userId, quizId: quiz.id });
  expect(next.attempt).toMatchObject(settings);
});

test('who edits an older state is told, and so is who names a question that is not there', async () => {
  const { quiz } = await createQuiz();
  const other = await createQuiz();
  const [first] = formOf(quiz);
  const edit = { quizId: quiz.id, basedOn: quiz.updatedAt };
  const [stranger] = formOf(other.quiz);

  expect(await refusal(editQuiz(client, { ...edit, questions: [stranger as QuestionContent] }))).toBe(
    'VERSION_CONFLICT',
  );
  expect(await refusal(editQuiz(client, { ...edit, questions: [first, first] as QuestionContent[] }))).toBe(
    'VERSION_CONFLICT',
  );
  await editQuiz(client, { ...edit, questions: [fresh] });
  expect(await refusal(editQuiz(client, { ...edit, questions: [fresh] }))).toBe('VERSION_CONFLICT');
});

test('a published quiz stays answerable, a draft need not be', async () => {
  const { quiz } = await createQuiz();
  const draft = await createQuiz({ published: false });
  const edit = { quizId: quiz.id, basedOn: quiz.updatedAt };
  const question = only(quiz.questions);

  for (const questions of [[], [fresh, unanswerable]]) {
    expect(await refusal(editQuiz(client, { ...edit, questions }))).toBe('QUIZ_NOT_ANSWERABLE');
  }
  expect(await refusal(replaceQuestion(client, { questionId: question.id, ...unanswerable }))).toBe(
    'QUIZ_NOT_ANSWERABLE',
  );
  const emptied = await editQuiz(client, {
    quizId: draft.quiz.id,
    basedOn: draft.quiz.updatedAt,
    questions: [],
  });
  expect(emptied.questions).toEqual([]);
  expect(await refusal(publishQuiz(client, emptied.id))).toBe('QUIZ_NOT_ANSWERABLE');
  await editQuiz(client, { quizId: emptied.id, basedOn: emptied.updatedAt, questions: [unanswerable] });
  expect(await refusal(publishQuiz(client, emptied.id))).toBe('QUIZ_NOT_ANSWERABLE');
});

test('settings and points are refused that are out of range', async () => {
  const { quiz } = await createQuiz();
  const { id: quizId, updatedAt: basedOn } = quiz;
  const edit = (settings: QuizSettings, points = 10) =>
    editQuiz(client, { quizId, basedOn, settings, questions: [{ ...fresh, points }] });
  const questionId = only(quiz.questions).id;
  const edits = [
    edit({ passingScore: 101 }),
    edit({ passingScore: -1 }),
    edit({ timeLimit: 0 }),
    edit({ estimatedDuration: -1 }),
    edit({}, -1),
    replaceQuestion(client, { questionId, ...fresh, points: -1 }),
  ];

  expect(await Promise.all(edits.map(refusal))).toEqual(edits.map(() => 'QUIZ_SETTING_OUT_OF_RANGE'));
});

test('a question is replaced in its place', async () => {
  const { quiz } = await createQuiz();
  const [first, second] = quiz.questions;
  const questionId = (second as NonNullable<typeof second>).id;

  const replacement = await replaceQuestion(client, { questionId, ...fresh, points: 5 });

  const live = await client.mCQQuestion.findMany({
    where: { quizId: quiz.id, deletedAt: null },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
    include: { options: { orderBy: { order: 'asc' } } },
  });
  expect(live).toEqual([expect.objectContaining({ id: first?.id }), replacement]);
  expect(replacement).toMatchObject({ question: fresh.question, points: 5, order: second?.order });
  expect(await refusal(replaceQuestion(client, { questionId, ...fresh }))).toBe('VERSION_CONFLICT');
  const stale = editQuiz(client, { quizId: quiz.id, basedOn: quiz.updatedAt, questions: [fresh] });
  expect(await refusal(stale)).toBe('VERSION_CONFLICT');
});

test('a quiz is published once, and what is deleted is not edited', async () => {
  const { quiz } = await createQuiz({ published: false });

  const published = await publishQuiz(client, quiz.id);
  const again = await publishQuiz(client, quiz.id);

  expect(published.publishedAt).toBeInstanceOf(Date);
  expect(again.publishedAt).toEqual(published.publishedAt);
  expect(again).toEqual(await client.mCQQuiz.findUnique({ where: { id: quiz.id } }));
  await client.mCQQuiz.update({ where: { id: quiz.id }, data: { deletedAt: new Date() } });
  const edit = { quizId: quiz.id, basedOn: again.updatedAt, questions: [fresh] };
  for (const call of [
    () => publishQuiz(client, quiz.id),
    () => editQuiz(client, edit),
    () => replaceQuestion(client, { questionId: only(quiz.questions).id, ...fresh }),
    () => replaceQuestion(client, { questionId: newId<'MCQQuestion'>(), ...fresh }),
  ]) {
    expect(await refusal(call())).toBe('CONTENT_NOT_AVAILABLE');
  }
});

test('edits are rolled back with their transaction', async () => {
  const { course, quiz } = await createQuiz({ published: false });
  const before = await findModuleTree(client, course.id, { drafts: true });

  const published = await rolledBack(client, async (transaction) => {
    const { questions } = await editQuiz(transaction, {
      quizId: quiz.id,
      basedOn: quiz.updatedAt,
      questions: [fresh],
    });
    await replaceQuestion(transaction, { questionId: only(questions).id, ...fresh });
    return publishQuiz(transaction, quiz.id);
  });

  expect(published.publishedAt).toBeInstanceOf(Date);
  expect(await findModuleTree(client, course.id, { drafts: true })).toEqual(before);
});

test(`of ${CALLERS} editors at one state one edits, ${ROUNDS} rounds`, async () => {
  const { quiz } = await createQuiz();
  let basedOn = quiz.updatedAt;

  for (let round = 0; round < ROUNDS; round += 1) {
    const { won, refused } = await race((caller) =>
      editQuiz(client, {
        quizId: quiz.id,
        basedOn,
        questions: [{ ...fresh, question: `Version ${caller}` }],
      }),
    );
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
    const live = await client.mCQQuestion.findMany({ where: { quizId: quiz.id, deletedAt: null } });
    expect(live.map(({ id }) => id)).toEqual(won[0]?.questions.map(({ id }) => id));
    basedOn = won[0]?.updatedAt as Date;
  }
});

test(`of ${CALLERS} who replace a question one does, ${ROUNDS} rounds`, async () => {
  const { quiz } = await createQuiz({ questions: 1 });
  let questionId = only(quiz.questions).id;

  for (let round = 0; round < ROUNDS; round += 1) {
    const { won, refused } = await race(() => replaceQuestion(client, { questionId, ...fresh }));
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ VERSION_CONFLICT: CALLERS - 1 });
    questionId = only(won).id;
  }
  expect(await client.mCQQuestion.count({ where: { quizId: quiz.id, deletedAt: null } })).toBe(1);
});

test(`${CALLERS} who publish a quiz publish it at one time, ${ROUNDS} rounds`, async () => {
  const { quiz } = await createQuiz();

  for (let round = 0; round < ROUNDS; round += 1) {
    await client.mCQQuiz.update({ where: { id: quiz.id }, data: { publishedAt: null } });
    const { won } = await race(() => publishQuiz(client, quiz.id));
    expect(won).toHaveLength(CALLERS);
    expect(new Set(won.map(({ publishedAt }) => publishedAt?.getTime())).size).toBe(1);
  }
});
