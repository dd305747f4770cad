import type { ModuleId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { isForeignKeyViolation, isNotFound, isUniqueViolation, type PrismaClient } from '../src/index.js';
import type { TestCases } from '../src/json-types.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createLanguage, createModule, createQuiz, only, unused } from './rows.js';

const learner = '0198f0c4-7b1e-7c3a-9d52-3f6a1b2c4d5e' as UserId;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

describe('a slug', () => {
  test('finds its live row, of a language and of a module', async () => {
    const module = await createModule(client);
    const { slug } = await client.programmingLanguage.findUniqueOrThrow({ where: { id: module.languageId } });

    const language = await client.programmingLanguage.findUnique({ where: { slug, deletedAt: null } });
    const found = await client.module.findUnique({
      where: { languageId_slug: { languageId: module.languageId, slug: module.slug }, deletedAt: null },
    });

    expect(language?.id).toBe(module.languageId);
    expect(found?.id).toBe(module.id);
  });

  test('is taken among live rows and free again after a soft delete', async () => {
    const { id, languageId, slug } = await createModule(client);
    const again = { languageId, slug, title: 'Once more', order: 1 };

    const refused = await client.module.create({ data: again }).catch((error: unknown) => error);
    await client.module.update({ where: { id }, data: { deletedAt: new Date() } });
    const second = await client.module.create({ data: again });

    expect(isUniqueViolation(refused, 'slug')).toBe(true);
    expect(second.slug).toBe(slug);
  });
});

test('modules are reordered one by one, passing through duplicates', async () => {
  const { id: languageId } = await createLanguage(client);
  const modules = await Promise.all([1, 2, 3].map(() => createModule(client, languageId)));

  await client.$transaction(
    modules
      .toReversed()
      .map(({ id }, index) => client.module.update({ where: { id }, data: { order: index + 1 } })),
  );

  const ordered = await client.module.findMany({
    where: { languageId },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
  });
  expect(ordered.map(({ id }) => id)).toEqual(modules.toReversed().map(({ id }) => id));
});

test('prerequisites and dependents are read from the module', async () => {
  const first = await createModule(client);
  const second = await createModule(client, first.languageId);

  await client.module.update({
    where: { id: second.id },
    data: { prerequisites: { create: { prerequisiteId: first.id } } },
  });

  const modules = await client.module.findMany({
    where: { languageId: first.languageId },
    include: { prerequisites: { include: { prerequisite: true } }, dependents: true },
    orderBy: { id: 'asc' },
  });
  expect(modules.map(({ dependents }) => dependents.length)).toEqual([1, 0]);
  expect(modules[1]?.prerequisites.map(({ prerequisite }) => prerequisite.slug)).toEqual([first.slug]);
});

describe('deleting', () => {
  test('a language goes with its content as long as nobody has learnt it', async () => {
    const quiz = await createQuiz(client);
    const { languageId } = await client.module.findUniqueOrThrow({ where: { id: quiz.moduleId } });

    await client.programmingLanguage.delete({ where: { id: languageId } });

    expect(await client.mCQQuiz.findUnique({ where: { id: quiz.id } })).toBeNull();
  });

  test('a language, a module, a quiz and a question stay once somebody has answered', async () => {
    const quiz = await createQuiz(client);
    const question = only(quiz.questions);
    const attempt = await answeredAttempt(quiz.id, question.id, only(question.options).id);
    const { languageId } = await client.module.findUniqueOrThrow({ where: { id: quiz.moduleId } });

    // One after the other: each takes what is below it along, and two that meet are a deadlock.
    for (const deletion of [
      () => client.programmingLanguage.delete({ where: { id: languageId } }),
      () => client.module.delete({ where: { id: quiz.moduleId } }),
      () => client.mCQQuiz.delete({ where: { id: quiz.id } }),
      () => client.mCQQuestion.delete({ where: { id: question.id } }),
    ]) {
      expect(isForeignKeyViolation(await deletion().catch((error: unknown) => error))).toBe(true);
    }
    expect(await client.mCQAnswer.count({ where: { attemptId: attempt.id } })).toBe(1);
  });

  test('an attempt takes its answers and its analysis along', async () => {
    const quiz = await createQuiz(client);
    const question = only(quiz.questions);
    const { id } = await answeredAttempt(quiz.id, question.id, only(question.options).id);

    await client.mCQAttempt.delete({ where: { id } });

    expect(await client.mCQAnswer.count({ where: { attemptId: id } })).toBe(0);
    expect(await client.quizAnalysis.count({ where: { attemptId: id } })).toBe(0);
  });
});

test('of two writers with the same version one is told', async () => {
  const { id: moduleId } = await createModule(client);
  const { id, version } = await client.moduleProgress.create({ data: { userId: learner, moduleId } });
  const viewed = { where: { id, version }, data: { lastAccessedAt: new Date(), version: { increment: 1 } } };

  await client.moduleProgress.update(viewed);
  const late = await client.moduleProgress.update(viewed).catch((error: unknown) => error);

  expect(isNotFound(late)).toBe(true);
});

test('of two attempts with the same number one is told', async () => {
  const { id: quizId } = await createQuiz(client);
  const data = { userId: learner, quizId, attemptNumber: 1, maxScore: 1, passingScore: 70 };

  const both = await Promise.allSettled([
    client.mCQAttempt.create({ data }),
    client.mCQAttempt.create({ data }),
  ]);

  const [refused, ...others] = both.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  expect(others).toEqual([]);
  expect(isUniqueViolation(refused, 'attempt_number')).toBe(true);
});

test('an answer is written by connecting, changed, and taken back', async () => {
  const quiz = await createQuiz(client);
  const question = only(quiz.questions);
  const option = only(question.options);
  const snapshot = { question: question.question, points: 1, options: [] };
  const attempt = await client.mCQAttempt.create({
    data: { userId: learner, quizId: quiz.id, attemptNumber: 1, maxScore: 1, passingScore: 70 },
  });
  const where = { attemptId_questionId: { attemptId: attempt.id, questionId: question.id } };

  const answer = await client.mCQAnswer.create({
    data: {
      attempt: { connect: { id: attempt.id } },
      question: { connect: { id: question.id } },
      selectedOption: { connect: { id: option.id } },
      isCorrect: true,
      snapshot,
    },
  });
  const skipped = await client.mCQAnswer.update({
    where,
    data: { selectedOptionId: null, isCorrect: false },
  });

  expect(answer.quizId).toBe(quiz.id);
  expect(skipped).toMatchObject({ id: answer.id, questionId: question.id, selectedOptionId: null });
});

test('JSON columns come back as what went in, with their types', async () => {
  const { id: moduleId } = await createModule(client);
  const testCases: TestCases = [
    { name: 'adds', input: '1 2', expectedOutput: '3', hidden: false, points: 100 },
  ];

  const assignment = await client.assignment.create({
    data: {
      moduleId,
      title: unused('Sum'),
      description: 'Add.',
      difficulty: 'BEGINNER',
      testCases,
      hints: ['+'],
    },
  });

  expect(assignment.testCases).toEqual(testCases);
  expect(assignment.hints).toEqual(['+']);
  expectTypeOf(assignment.testCases).toEqualTypeOf<TestCases>();
  expectTypeOf(assignment.hints).toEqualTypeOf<string[]>();
  expectTypeOf(assignment.moduleId).toEqualTypeOf<ModuleId>();
  expectTypeOf(assignment.id).not.toExtend<ModuleId>();
});

type Quiz = Awaited<ReturnType<typeof createQuiz>>;
type Question = Quiz['questions'][number];

function answeredAttempt(
  quizId: Quiz['id'],
  questionId: Question['id'],
  selectedOptionId: Question['options'][number]['id'],
) {
  const snapshot = { question: 'What ends a loop?', points: 1, options: [] };
  return client.mCQAttempt.create({
    data: {
      userId: learner,
      quizId,
      attemptNumber: 1,
      maxScore: 1,
      passingScore: 70,
      answers: { create: { questionId, selectedOptionId, isCorrect: true, snapshot } },
      analysis: { create: { performanceBreakdown: { topics: [], skipped: 0 }, aiModel: 'tutor-1' } },
    },
  });
}
