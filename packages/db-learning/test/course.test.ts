import { newId } from '@codezest/db-core';
import type { ProgrammingLanguageId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  claimReview,
  completeMaterial,
  courseOf,
  dashboardOf,
  finishAttempt,
  gradeSubmission,
  issueCertificate,
  listReviewQueue,
  type PrismaClient,
  revokeCertificate,
  startAttempt,
  submitAssignment,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import {
  type Course,
  createCourse,
  createLearner,
  createModule,
  only,
  refusal,
  someUser,
} from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

describe('a course', () => {
  let first: Course;
  let second: Course;
  let languageId: ProgrammingLanguageId;
  let userId: UserId;

  beforeEach(async () => {
    first = await createCourse(client, { materials: 1, questions: 1 });
    languageId = first.languageId;
    second = await createCourse(client, { materials: 1, assignments: 0, quizzes: 0, languageId });
    await client.module.update({ where: { id: second.id }, data: { order: 2 } });
    await client.modulePrerequisite.create({ data: { moduleId: second.id, prerequisiteId: first.id } });
    userId = await createLearner(client, first);
  });

  const seen = async () => {
    const course = await courseOf(client, { userId, languageId });
    const modules = course?.modules.map(({ status, percent, locked }) => [status, percent, locked]);
    return { modules, next: course?.next && [course.next.kind, course.next.id] };
  };

  test('shows each module with its state and what it waits for, and leads from step to step', async () => {
    const [material, assignment, quiz] = [
      only(first.materials),
      only(first.assignments),
      only(first.mcqQuizzes),
    ];
    expect(await seen()).toEqual({
      modules: [
        ['NOT_STARTED', 0, false],
        ['NOT_STARTED', 0, true],
      ],
      next: ['MATERIAL', material.id],
    });
    expect((await courseOf(client, { userId, languageId }))?.modules[1]?.waitsFor).toEqual([first.id]);

    await completeMaterial(client, { userId, materialId: material.id });
    expect(await seen()).toMatchObject({
      modules: [['IN_PROGRESS', 33, false], {}],
      next: ['ASSIGNMENT', assignment.id],
    });
    const handedIn = { userId, assignmentId: assignment.id, code: 'x', language: 'Python' };
    const { submission } = await submitAssignment(client, handedIn);
    await gradeSubmission(client, { submissionId: submission.id, status: 'PASSED', score: 90 });
    expect(await seen()).toMatchObject({ next: ['QUIZ', quiz.id] });
    await client.mCQQuiz.update({ where: { id: quiz.id }, data: { passingScore: 0 } });
    const { attempt } = await startAttempt(client, { userId, quizId: quiz.id });
    await finishAttempt(client, { userId, attemptId: attempt.id });

    expect(await seen()).toEqual({
      modules: [
        ['COMPLETED', 100, false],
        ['NOT_STARTED', 0, false],
      ],
      next: ['MATERIAL', only(second.materials).id],
    });
    await completeMaterial(client, { userId, materialId: only(second.materials).id });
    expect(await seen()).toMatchObject({ next: null });
  });

  test('is that of a stranger without an enrolment, and holds whole rows', async () => {
    const stranger = await courseOf(client, { userId: someUser(), languageId });
    const own = await courseOf(client, { userId, languageId });

    expect(stranger?.enrollment).toBeNull();
    expect(own?.enrollment).toEqual(
      await client.languageEnrollment.findUnique({ where: { userId_languageId: { userId, languageId } } }),
    );
    expect(own?.language).toEqual(await client.programmingLanguage.findUnique({ where: { id: languageId } }));
    expect(own?.modules[0]).toMatchObject(await client.module.findUniqueOrThrow({ where: { id: first.id } }));
  });

  test('leaves out drafts and what is deleted, modules and steps alike', async () => {
    await createModule(client, languageId);
    await client.module.update({ where: { id: second.id }, data: { publishedAt: null } });
    await client.material.update({
      where: { id: only(first.materials).id },
      data: { deletedAt: new Date() },
    });

    expect(await seen()).toMatchObject({ next: ['ASSIGNMENT', only(first.assignments).id] });
    expect((await seen()).modules).toHaveLength(2);
    await client.programmingLanguage.update({ where: { id: languageId }, data: { deletedAt: new Date() } });
    expect(await courseOf(client, { userId, languageId })).toBeNull();
    expect(await courseOf(client, { userId, languageId: newId<'ProgrammingLanguage'>() })).toBeNull();
  });
});

test('a dashboard holds what its learner does, and nobody else’s', async () => {
  const course = await createCourse(client, { materials: 1, assignments: 1, questions: 1 });
  const other = await createCourse(client, {
    materials: 1,
    assignments: 0,
    quizzes: 0,
    languageId: course.languageId,
  });
  const userId = await createLearner(client, course);
  const stranger = await createLearner(client, course);
  await completeMaterial(client, { userId, materialId: only(other.materials).id });
  await completeMaterial(client, { userId: stranger, materialId: only(other.materials).id });
  const { attempt } = await startAttempt(client, { userId, quizId: only(course.mcqQuizzes).id });
  const handedIn = {
    userId,
    assignmentId: only(course.assignments).id,
    code: 'secret()',
    language: 'Python',
  };
  const { submission } = await submitAssignment(client, handedIn);
  const certificates = [];
  for (let n = 0; n < 2; n += 1) {
    const { certificate } = await issueCertificate(client, { userId, moduleId: other.id, title: 'Done' });
    certificates.push(certificate);
    if (n === 0) await revokeCertificate(client, { certificateId: certificate.id, reason: 'Misspelt.' });
  }

  const { code: _, ...withoutCode } = submission;
  expect(await dashboardOf(client, userId)).toEqual({
    stats: await client.learnerStats.findUnique({ where: { userId } }),
    courses: [
      {
        ...(await client.languageEnrollment.findFirstOrThrow({ where: { userId } })),
        languageName: expect.any(String),
        languageSlug: expect.any(String),
        modules: 2,
        modulesCompleted: 1,
      },
    ],
    openAttempts: [{ ...attempt, quizTitle: 'Loops' }],
    submissions: [{ ...withoutCode, assignmentTitle: 'Count words' }],
    certificates: [certificates[1]],
  });
  const nobody = { stats: null, courses: [], openAttempts: [], submissions: [], certificates: [] };
  expect(await dashboardOf(client, someUser())).toEqual(nobody);
});

test('the queue of an instructor is what claimReview takes, in its order, with what somebody has', async () => {
  const course = await createCourse(client, { materials: 0, quizzes: 0 });
  const userId = await createLearner(client, course);
  const handIn = async (analysisType: 'AI' | 'MANUAL' | 'HYBRID') => {
    const handedIn = { userId, assignmentId: only(course.assignments).id, code: 'x', language: 'Python' };
    return (await submitAssignment(client, { ...handedIn, languageId: course.languageId, analysisType }))
      .submission.id;
  };
  await handIn('AI');
  const manual = await handIn('MANUAL');
  const hybrid = await handIn('HYBRID');
  const { languageId } = course;
  const queue = async () =>
    (await listReviewQueue(client, { languageId })).map(({ id, claimed }) => [id, claimed]);

  expect(await queue()).toEqual([[manual, false]]);
  await gradeSubmission(client, { submissionId: hybrid, status: 'FAILED', score: 1 });
  expect((await claimReview(client, { languageId }))?.id).toBe(manual);
  expect(await queue()).toEqual([
    [manual, true],
    [hybrid, false],
  ]);
  expect(await listReviewQueue(client, { languageId, limit: 1 })).toMatchObject([
    { assignmentTitle: 'Count words', moduleTitle: course.title },
  ]);
  expect((await listReviewQueue(client, { languageId }))[0]).not.toHaveProperty('code');
  expect(await refusal(listReviewQueue(client, { limit: 0 }))).toBe('BATCH_SIZE_OUT_OF_RANGE');
});
