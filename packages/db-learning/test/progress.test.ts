import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  completeMaterial,
  gradeSubmission,
  type PrismaClient,
  startMaterial,
  submitAssignment,
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

/** Only materials, so that reading completes it. */
const readingCourse = (materials: number, languageId?: Course['languageId']) =>
  createCourse(client, { materials, assignments: 0, quizzes: 0, languageId });

test('viewing a material counts the view and starts its module', async () => {
  const course = await createCourse(client, { materials: 2 });
  const userId = await createLearner(client, course);
  const materialId = only(course.materials).id;

  await startMaterial(client, { userId, materialId });
  const { materialProgress, progress } = await startMaterial(client, { userId, materialId });

  expect(materialProgress).toEqual(await client.materialProgress.findFirst({ where: { userId } }));
  expect(materialProgress).toMatchObject({ viewCount: 2, completed: false, completedAt: null });
  expect(progress).toEqual({
    moduleProgress: await client.moduleProgress.findFirst({ where: { userId } }),
    enrollment: await client.languageEnrollment.findFirst({ where: { userId } }),
    stats: await client.learnerStats.findFirst({ where: { userId } }),
    completesModule: false,
    completesLanguage: false,
  });
  expect(progress.moduleProgress).toMatchObject({ status: 'IN_PROGRESS', progressPercent: 0 });
  expect(progress.stats.lastLearnedAt).toEqual(materialProgress.lastViewedAt);
});

test('the last material completes the module, the last module the language, each once', async () => {
  const first = await readingCourse(2);
  const second = await readingCourse(1, first.languageId);
  const userId = await createLearner(client, first);
  const materials = [...first.materials, ...second.materials];

  const steps = [];
  for (const { id } of [...materials, ...materials]) {
    steps.push((await completeMaterial(client, { userId, materialId: id })).progress);
  }

  expect(
    steps.map((step) => [step.moduleProgress.progressPercent, step.completesModule, step.completesLanguage]),
  ).toEqual([
    [50, false, false],
    [100, true, false],
    [100, true, true],
    [100, false, false],
    [100, false, false],
    [100, false, false],
  ]);
  expect(steps.at(2)?.enrollment).toMatchObject({ status: 'COMPLETED' });
  expect(steps.at(-1)?.stats).toMatchObject({
    modulesCompleted: 2,
    coursesCompleted: 1,
    totalLearningHours: 2,
  });
  expect(steps.at(-1)?.moduleProgress.completedAt).toEqual(steps.at(2)?.moduleProgress.completedAt);
});

test('a module is completed by materials, assignments and published quizzes, all of them', async () => {
  const course = await createCourse(client, { materials: 1, assignments: 1, quizzes: 2 });
  const [quiz, draft] = course.mcqQuizzes;
  await client.mCQQuiz.update({ where: { id: draft?.id }, data: { publishedAt: null } });
  const userId = await createLearner(client, course);
  const percent = (step: { progress: { moduleProgress: { progressPercent: number } } }) =>
    step.progress.moduleProgress.progressPercent;

  const read = await completeMaterial(client, { userId, materialId: only(course.materials).id });
  const { submission } = await submitAssignment(client, {
    userId,
    assignmentId: only(course.assignments).id,
    code: 'x',
    language: 'Python',
  });
  const graded = await gradeSubmission(client, { submissionId: submission.id, status: 'PASSED', score: 80 });
  await client.mCQAttempt.create({
    data: {
      userId,
      quizId: quiz?.id as NonNullable<typeof quiz>['id'],
      attemptNumber: 1,
      maxScore: 20,
      passingScore: 70,
      score: 20,
      passed: true,
      status: 'COMPLETED',
      completedAt: new Date(Date.now() + 1_000),
    },
  });
  const done = await completeMaterial(client, { userId, materialId: only(course.materials).id });

  expect([read, graded, done].map(percent)).toEqual([33, 66, 100]);
  expect(done.progress).toMatchObject({
    completesModule: true,
    completesLanguage: true,
    stats: {
      assignmentsPassed: 1,
      quizzesPassed: 1,
      modulesCompleted: 1,
      coursesCompleted: 1,
      totalLearningHours: 2,
    },
  });
});

test('what is completed stays completed when content is added', async () => {
  const course = await readingCourse(1);
  const userId = await createLearner(client, course);
  await completeMaterial(client, { userId, materialId: only(course.materials).id });
  const added = await client.material.create({
    data: { moduleId: course.id, title: 'New', type: 'VIDEO', content: 'x', order: 9 },
  });

  const { progress } = await startMaterial(client, { userId, materialId: added.id });

  expect(progress.moduleProgress).toMatchObject({ status: 'COMPLETED', progressPercent: 100 });
  expect(progress.enrollment?.status).toBe('COMPLETED');
  expect(progress.completesModule).toBe(false);
});

test('a deleted material counts no more, and cannot be completed', async () => {
  const course = await readingCourse(2);
  const [kept, deleted] = course.materials;
  const userId = await createLearner(client, course);
  await client.material.update({ where: { id: deleted?.id }, data: { deletedAt: new Date() } });
  const complete = (material: typeof kept) =>
    completeMaterial(client, { userId, materialId: (material as NonNullable<typeof kept>).id });

  expect(await refusal(complete(deleted))).toBe('CONTENT_NOT_AVAILABLE');
  expect((await complete(kept)).progress.completesModule).toBe(true);
});

test('materials are for the enrolled, and for who has the prerequisites', async () => {
  const course = await readingCourse(1);
  const required = await readingCourse(1, course.languageId);
  await client.modulePrerequisite.create({ data: { moduleId: course.id, prerequisiteId: required.id } });
  const userId = await createLearner(client, course);
  const of = (learner: UserId) => ({ userId: learner, materialId: only(course.materials).id });

  expect(await refusal(completeMaterial(client, of(someUser())))).toBe('NOT_ENROLLED');
  expect(await refusal(completeMaterial(client, of(userId)))).toBe('PREREQUISITES_UNMET');
  expect(await refusal(startMaterial(client, of(userId)))).toBe('PREREQUISITES_UNMET');
  expect(await client.materialProgress.count({ where: { userId } })).toBe(0);
  await completeMaterial(client, { userId, materialId: only(required.materials).id });
  expect((await completeMaterial(client, of(userId))).progress.completesLanguage).toBe(true);
});

test('a completed material is rolled back with its transaction', async () => {
  const course = await readingCourse(1);
  const userId = await createLearner(client, course);

  const { progress } = await rolledBack(client, (transaction) =>
    completeMaterial(transaction, { userId, materialId: only(course.materials).id }),
  );

  expect(progress.completesLanguage).toBe(true);
  expect(await client.materialProgress.count({ where: { userId } })).toBe(0);
  expect(await client.languageEnrollment.findFirst({ where: { userId } })).toMatchObject({
    status: 'ACTIVE',
  });
});

test('who completes two materials in one transaction does not deadlock with who completes the second', async () => {
  const course = await readingCourse(2);
  const [one, other] = course.materials.map(({ id }) => id) as [never, never];
  const userId = await createLearner(client, course);

  const late = await heldUp(client, {
    first: (transaction) => completeMaterial(transaction, { userId, materialId: one }),
    meanwhile: () => completeMaterial(client, { userId, materialId: other }),
    last: (transaction) => completeMaterial(transaction, { userId, materialId: other }),
  });

  expect(late.progress).toMatchObject({ completesModule: false, moduleProgress: { status: 'COMPLETED' } });
});

test(`${CALLERS} materials completed at once complete the module once, ${ROUNDS} rounds`, async () => {
  const course = await readingCourse(CALLERS);

  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = await createLearner(client, course);
    const { won } = await race((caller) =>
      completeMaterial(client, {
        userId,
        materialId: (course.materials[caller] as Course['materials'][0]).id,
      }),
    );

    expect(won).toHaveLength(CALLERS);
    expect(won.filter(({ progress }) => progress.completesModule)).toHaveLength(1);
    expect(won.filter(({ progress }) => progress.completesLanguage)).toHaveLength(1);
    expect(won.map(({ progress }) => progress.moduleProgress.progressPercent).sort((a, b) => a - b)).toEqual(
      Array.from({ length: CALLERS }, (_, index) => Math.floor((100 * (index + 1)) / CALLERS)),
    );
    expect(await client.learnerStats.findFirst({ where: { userId } })).toMatchObject({
      modulesCompleted: 1,
      coursesCompleted: 1,
      totalLearningHours: 16,
    });
  }
});

test(`of ${CALLERS} completions of one material one completes, ${ROUNDS} rounds`, async () => {
  const course = await readingCourse(1);
  const materialId = only(course.materials).id;

  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = await createLearner(client, course);
    const { won } = await race(() => completeMaterial(client, { userId, materialId }));
    expect(won.filter(({ progress }) => progress.completesModule)).toHaveLength(1);
    expect(await client.materialProgress.count({ where: { userId } })).toBe(1);
  }
});

test(`${CALLERS} views of a material are as many views, ${ROUNDS} rounds`, async () => {
  const course = await createCourse(client, { materials: 1 });
  const materialId = only(course.materials).id;

  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = await createLearner(client, course);
    await race(() => startMaterial(client, { userId, materialId }));
    const progress = await client.materialProgress.findFirst({ where: { userId } });
    expect(progress?.viewCount).toBe(CALLERS);
  }
});
