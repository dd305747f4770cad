import { race } from '@codezest/db-core/testing';
import type { ModuleId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  completeMaterial,
  enrol,
  gradeSubmission,
  issueCertificate,
  type PrismaClient,
  refreshStaleProgress,
  reportCompletions,
  startMaterial,
  startModule,
  submitAssignment,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  type Course,
  createCourse,
  createLearner,
  createModule,
  only,
  racingDatabase,
  refusal,
} from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function refreshAll(limit = 100) {
  const sum = { refreshed: 0, completedModules: 0, completedLanguages: 0 };
  for (;;) {
    const batch = await refreshStaleProgress(client, { limit });
    sum.refreshed += batch.refreshed;
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

const now = () => new Date();

test('removing, withdrawing and moving what was left to do completes the module and the language', async () => {
  const elsewhere = await createModule(client);
  const changes: ((course: Course) => Promise<unknown>)[] = [
    ({ materials }) =>
      client.material.update({ where: { id: materials[1]?.id }, data: { deletedAt: now() } }),
    ({ materials }) =>
      client.material.update({ where: { id: materials[1]?.id }, data: { publishedAt: null } }),
    ({ materials }) =>
      client.material.update({ where: { id: materials[1]?.id }, data: { moduleId: elsewhere.id } }),
    ({ materials }) => client.material.deleteMany({ where: { id: materials[1]?.id } }),
  ];
  for (const change of changes) {
    const course = await readingCourse(2);
    const userId = await createLearner(client, course);
    await read(userId, only(course.materials));
    expect(await progressOf(userId, course.id)).toMatchObject({ status: 'IN_PROGRESS', progressPercent: 50 });
    await change(course);

    expect(await refreshAll()).toMatchObject({ completedModules: 1, completedLanguages: 1 });
    expect(await progressOf(userId, course.id)).toMatchObject({ status: 'COMPLETED', progressPercent: 100 });
    expect(await statusOf(userId, course)).toBe('COMPLETED');
    expect(await client.learnerStats.findUnique({ where: { userId } })).toMatchObject({
      modulesCompleted: 1,
      coursesCompleted: 1,
    });
    await issueCertificate(client, { userId, languageId: course.languageId, title: 'Loops' });
  }
});

test('what is added counts for those who are not done, and takes nothing from those who are', async () => {
  const course = await readingCourse(2);
  const [ready, busy] = [await createLearner(client, course), await createLearner(client, course)];
  for (const material of course.materials) await read(ready, material);
  await read(busy, only(course.materials));
  await client.material.createMany({
    data: [3, 4].map((order) => ({
      moduleId: course.id,
      title: 'New',
      type: 'VIDEO' as const,
      content: 'x',
      order,
    })),
  });

  await refreshAll();

  expect(await progressOf(busy, course.id)).toMatchObject({ status: 'IN_PROGRESS', progressPercent: 25 });
  expect(await progressOf(ready, course.id)).toMatchObject({ status: 'COMPLETED', progressPercent: 100 });
});

test('a quiz that is withdrawn and an assignment that is deleted are asked for no more, until they come back', async () => {
  const course = await createCourse(client, { materials: 1 });
  const userId = await createLearner(client, course);
  await read(userId, only(course.materials));
  const quiz = { id: only(course.mcqQuizzes).id };
  await client.mCQQuiz.update({ where: quiz, data: { publishedAt: null } });
  await refreshAll();
  expect(await progressOf(userId, course.id)).toMatchObject({ progressPercent: 50 });
  await client.mCQQuiz.update({ where: quiz, data: { publishedAt: now() } });
  await refreshAll();
  expect(await progressOf(userId, course.id)).toMatchObject({ progressPercent: 33 });

  await client.mCQQuiz.update({ where: quiz, data: { deletedAt: now() } });
  await client.assignment.update({ where: { id: only(course.assignments).id }, data: { deletedAt: now() } });
  await refreshAll();
  expect(await statusOf(userId, course)).toBe('COMPLETED');
});

test('a module that goes, is withdrawn, becomes empty or moves away does not hold up its language', async () => {
  const { languageId: elsewhere } = await createModule(client);
  const changes: ((left: Course) => Promise<unknown>)[] = [
    ({ id }) => client.module.update({ where: { id }, data: { deletedAt: now() } }),
    ({ id }) => client.module.update({ where: { id }, data: { publishedAt: null } }),
    ({ id }) => client.module.update({ where: { id }, data: { languageId: elsewhere } }),
    ({ id }) => client.material.updateMany({ where: { moduleId: id }, data: { deletedAt: now() } }),
    ({ id }) => client.module.delete({ where: { id } }),
  ];
  for (const change of changes) {
    const course = await readingCourse(1);
    const left = await readingCourse(1, course.languageId);
    const userId = await createLearner(client, course);
    await read(userId, only(course.materials));
    expect(await statusOf(userId, course)).toBe('ACTIVE');
    await change(left);

    expect(await refreshAll()).toMatchObject({ completedModules: 0, completedLanguages: 1 });
    expect(await statusOf(userId, course)).toBe('COMPLETED');
  }
});

test('an empty module and a draft hold up no language', async () => {
  const course = await readingCourse(1);
  await createModule(client, course.languageId);
  const draft = await readingCourse(1, course.languageId);
  await client.module.update({ where: { id: draft.id }, data: { publishedAt: null } });
  const userId = await createLearner(client, course);

  const { progress } = await read(userId, only(course.materials));

  expect(progress).toMatchObject({ completesModule: true, completesLanguage: true });
  expect(await refusal(startMaterial(client, { userId, materialId: only(draft.materials).id }))).toBe(
    'CONTENT_NOT_AVAILABLE',
  );
});

test('a dropped enrolment is completed by no late grade, but when it is taken up again', async () => {
  const course = await createCourse(client, { materials: 0, quizzes: 0 });
  const userId = await createLearner(client, course);
  const handedIn = { userId, assignmentId: only(course.assignments).id, code: 'x', language: 'Python' };
  const { submission } = await submitAssignment(client, handedIn);
  await client.languageEnrollment.updateMany({ where: { userId }, data: { status: 'DROPPED' } });

  const { progress } = await gradeSubmission(client, {
    submissionId: submission.id,
    status: 'PASSED',
    score: 90,
  });
  await refreshAll();

  expect(progress).toMatchObject({ completesModule: true, completesLanguage: false });
  expect(await statusOf(userId, course)).toBe('DROPPED');
  expect(await enrol(client, { userId, languageId: course.languageId })).toMatchObject({
    status: 'COMPLETED',
  });
});

test('a step that was computed from older content is found, however late it commits', async () => {
  const course = await readingCourse(2);
  const userId = await createLearner(client, course);
  const [one, other] = course.materials as [Course['materials'][0], Course['materials'][0]];
  await client.$transaction(
    async (open) => {
      await open.$queryRaw`SELECT count(*) FROM materials`;
      await client.material.update({ where: { id: other.id }, data: { deletedAt: now() } });
      await refreshAll();
      await completeMaterial(open, { userId, materialId: one.id });
    },
    { isolationLevel: 'RepeatableRead' },
  );
  expect(await progressOf(userId, course.id)).toMatchObject({ status: 'IN_PROGRESS', progressPercent: 50 });

  expect(await refreshAll()).toMatchObject({ completedModules: 1 });
  expect(await statusOf(userId, course)).toBe('COMPLETED');
});

test('jobs at once refresh each learner once, leave those who are busy, and report each completion once, 3 rounds', async () => {
  for (let round = 0; round < 3; round += 1) {
    await reportCompletions(client, async () => {}, { limit: 1_000 });
    const course = await readingCourse(2);
    const learners = await Promise.all(Array.from({ length: 12 }, () => createLearner(client, course)));
    for (const userId of learners) await read(userId, only(course.materials));
    const busy = learners[0] as UserId;
    await client.$transaction(async (open) => {
      await startModule(open, { userId: busy, moduleId: course.id });
      await client.material.update({ where: { id: course.materials[1]?.id }, data: { deletedAt: now() } });
      await race(async () => {
        for (let batch = 0; batch < 8; batch += 1) await refreshStaleProgress(client, { limit: 3 });
      }, 4);
    });
    await refreshAll();

    const reported = await race(async () => {
      const taken: string[] = [];
      await reportCompletions(client, async (rows) => void taken.push(...rows.map(({ id }) => id)), {
        limit: 5,
      });
      return taken;
    }, 8);
    const ids = reported.won.flat();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(24);
    expect(await client.completion.count({ where: { userId: { in: learners } } })).toBe(24);
  }
});

test('a completion whose report fails is handed over again', async () => {
  const course = await readingCourse(1);
  const userId = await createLearner(client, course);
  await read(userId, only(course.materials));
  const failing = reportCompletions(client, () => Promise.reject(new Error('The queue is full.')));

  await expect(failing).rejects.toThrow('The queue is full.');
  const told: (string | null)[] = [];
  expect(
    await reportCompletions(client, async (rows) => void told.push(...rows.map(({ moduleId }) => moduleId))),
  ).toBe(2);
  expect(told.sort()).toEqual([course.id, null].sort());
  expect(await reportCompletions(client, async () => {})).toBe(0);
});

test('batches have a size', async () => {
  for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
    expect(await refusal(refreshStaleProgress(client, { limit }))).toBe('BATCH_SIZE_OUT_OF_RANGE');
  }
});
