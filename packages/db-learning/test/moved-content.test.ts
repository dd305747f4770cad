import type { ModuleId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  completeMaterial,
  enrol,
  gradeSubmission,
  type PrismaClient,
  refreshStaleProgress,
  startModule,
  submitAssignment,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type Course, createCourse, createLearner, createModule, only } from './fixtures.js';
import { heldUp } from './two-sessions.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function refreshAll() {
  const sum = { completedModules: 0, completedLanguages: 0 };
  for (;;) {
    const batch = await refreshStaleProgress(client);
    sum.completedModules += batch.completedModules;
    sum.completedLanguages += batch.completedLanguages;
    if (!batch.more) return sum;
  }
}

const readingCourse = (materials: number, languageId?: Course['languageId']) =>
  createCourse(client, { materials, assignments: 0, quizzes: 0, languageId });

const read = (userId: UserId, { id: materialId }: Course['materials'][0]) =>
  completeMaterial(client, { userId, materialId });

const progressOf = (userId: UserId, moduleId: ModuleId) =>
  client.moduleProgress.findUnique({ where: { userId_moduleId: { userId, moduleId } } });

const statusOf = async (userId: UserId, { languageId }: Pick<Course, 'languageId'>) =>
  (await client.languageEnrollment.findUnique({ where: { userId_languageId: { userId, languageId } } }))
    ?.status;

test('who did it elsewhere has done it where it has come to, enrolled there, later or never', async () => {
  const from = await createCourse(client, { materials: 2, questions: 1 });
  const to = await readingCourse(0);
  const [enrolled, later] = [await createLearner(client, from), await createLearner(client, from)];
  await enrol(client, { userId: enrolled, languageId: to.languageId });
  for (const userId of [enrolled, later]) await read(userId, only(from.materials));

  await client.material.update({ where: { id: only(from.materials).id }, data: { moduleId: to.id } });
  expect(await refreshAll()).toMatchObject({ completedModules: 1, completedLanguages: 1 });
  await enrol(client, { userId: later, languageId: to.languageId });

  for (const userId of [enrolled, later]) {
    expect(await progressOf(userId, to.id)).toMatchObject({ status: 'COMPLETED', progressPercent: 100 });
    expect(await statusOf(userId, to)).toBe('COMPLETED');
  }
  expect(await client.completion.count({ where: { moduleId: to.id } })).toBe(2);
});

test('content that was done elsewhere and comes to a completed language completes its module', async () => {
  const course = await readingCourse(1);
  const from = await readingCourse(2);
  const to = await createModule(client, course.languageId);
  const userId = await createLearner(client, course);
  await enrol(client, { userId, languageId: from.languageId });
  await read(userId, only(course.materials));
  await read(userId, only(from.materials));
  expect(await statusOf(userId, course)).toBe('COMPLETED');

  await client.material.update({ where: { id: only(from.materials).id }, data: { moduleId: to.id } });
  await refreshAll();

  expect(await progressOf(userId, to.id)).toMatchObject({ status: 'COMPLETED' });
});

test('a step that waited while its content moved counts where the content is now', async () => {
  const from = await readingCourse(2);
  const to = await readingCourse(0, from.languageId);
  const userId = await createLearner(client, from);
  const { id: materialId } = only(from.materials);

  const { progress } = await heldUp(client, {
    first: (open) => startModule(open, { userId, moduleId: from.id }),
    meanwhile: () => completeMaterial(client, { userId, materialId }),
    last: () => client.material.update({ where: { id: materialId }, data: { moduleId: to.id } }),
  });

  expect(progress).toMatchObject({ completesModule: true, moduleProgress: { moduleId: to.id } });
});

test('an enrolment that is taken up by a plain update is judged by the next refreshment', async () => {
  const course = await createCourse(client, { materials: 0, quizzes: 0 });
  const userId = await createLearner(client, course);
  const handedIn = { userId, assignmentId: only(course.assignments).id, code: 'x', language: 'Python' };
  const { submission } = await submitAssignment(client, handedIn);
  await client.languageEnrollment.updateMany({ where: { userId }, data: { status: 'DROPPED' } });
  await gradeSubmission(client, { submissionId: submission.id, status: 'PASSED', score: 90 });

  await client.languageEnrollment.updateMany({ where: { userId }, data: { status: 'ACTIVE' } });
  await refreshAll();

  expect(await statusOf(userId, course)).toBe('COMPLETED');
});
