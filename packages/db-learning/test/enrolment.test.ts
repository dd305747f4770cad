import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { ModuleId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  arePrerequisitesSatisfied,
  enrol,
  PrerequisitesUnmetError,
  type PrismaClient,
  startModule,
  unmetPrerequisites,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  createCourse,
  createLanguage,
  createLearner,
  createModule,
  racingDatabase,
  refusal,
  rolledBack,
  someUser,
} from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** `module` waits for two others of its language. */
const createMaterial = (moduleId: ModuleId) =>
  client.material.create({ data: { moduleId, title: 'Read', type: 'ARTICLE', content: 'x', order: 1 } });

async function createWaitingModule() {
  const module = await createModule(client);
  const second = await createModule(client, module.languageId);
  const first = await createModule(client, module.languageId);
  await client.module.update({ where: { id: second.id }, data: { order: 9 } });
  await client.modulePrerequisite.createMany({
    data: [second, first].map(({ id }) => ({ moduleId: module.id, prerequisiteId: id })),
  });
  for (const { id: moduleId } of [first, second]) await createMaterial(moduleId);
  return { module, prerequisites: [first.id, second.id] as const };
}

test('a user enrols in a language', async () => {
  const language = await createLanguage(client);
  const userId = someUser();

  const enrollment = await enrol(client, { userId, languageId: language.id, weeklyHours: 6 });

  expect(enrollment).toEqual(await client.languageEnrollment.findFirst({ where: { userId } }));
  expect(enrollment).toMatchObject({ status: 'ACTIVE', weeklyHours: 6, completedAt: null });
});

test.each([-1, 169, 5.5, Number.NaN])('nobody learns %s hours a week', async (weeklyHours) => {
  const language = await createLanguage(client);
  const userId = someUser();

  const enrolled = enrol(client, { userId, languageId: language.id, weeklyHours });

  await expect(enrolled).rejects.toMatchObject({ code: 'WEEKLY_HOURS_OUT_OF_RANGE' });
  expect(await client.languageEnrollment.count({ where: { userId } })).toBe(0);
});

test('who paused or dropped a language goes on in the same enrolment', async () => {
  const language = await createLanguage(client);
  const learner = { userId: someUser(), languageId: language.id };
  const first = await enrol(client, { ...learner, weeklyHours: 6 });

  for (const status of ['PAUSED', 'DROPPED'] as const) {
    await client.languageEnrollment.update({ where: { id: first.id }, data: { status } });
    const again = await enrol(client, learner);
    expect(again).toMatchObject({
      id: first.id,
      status: 'ACTIVE',
      weeklyHours: 6,
      enrolledAt: first.enrolledAt,
    });
  }
});

test('one cannot enrol twice, nor in a language that is not offered', async () => {
  const language = await createLanguage(client);
  const inactive = await createLanguage(client);
  const deleted = await createLanguage(client);
  await client.programmingLanguage.update({ where: { id: inactive.id }, data: { isActive: false } });
  await client.programmingLanguage.update({ where: { id: deleted.id }, data: { deletedAt: new Date() } });
  const userId = someUser();
  await enrol(client, { userId, languageId: language.id });

  expect(await refusal(enrol(client, { userId, languageId: language.id }))).toBe('ALREADY_ENROLLED');
  for (const languageId of [inactive.id, deleted.id, newId<'ProgrammingLanguage'>()]) {
    expect(await refusal(enrol(client, { userId, languageId }))).toBe('CONTENT_NOT_AVAILABLE');
  }
});

test('an enrolment goes with the transaction that it is part of', async () => {
  const language = await createLanguage(client);
  const userId = someUser();

  const enrollment = await rolledBack(client, (transaction) =>
    enrol(transaction, { userId, languageId: language.id }),
  );

  expect(enrollment.userId).toBe(userId);
  expect(await client.languageEnrollment.count({ where: { userId } })).toBe(0);
});

test(`of ${CALLERS} enrolments at once one is made, ${ROUNDS} rounds`, async () => {
  const language = await createLanguage(client);

  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = someUser();
    const { won, refused } = await race(() => enrol(client, { userId, languageId: language.id }));
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ ALREADY_ENROLLED: CALLERS - 1 });
  }
});

test('a module waits for its prerequisites, and the refusal says for how many', async () => {
  const { module, prerequisites } = await createWaitingModule();
  const learner = { userId: await createLearner(client, module), moduleId: module.id };
  const complete = (moduleId: (typeof prerequisites)[number]) =>
    client.moduleProgress.create({
      data: {
        userId: learner.userId,
        moduleId,
        status: 'COMPLETED',
        progressPercent: 100,
        startedAt: new Date(),
        completedAt: new Date(),
      },
    });

  const refused = await startModule(client, learner).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PrerequisitesUnmetError);
  expect(refused).toMatchObject({ code: 'PREREQUISITES_UNMET', unmet: 2 });
  expect((await unmetPrerequisites(client, learner)).map(({ id }) => id)).toEqual(prerequisites);
  expect(await arePrerequisitesSatisfied(client, learner)).toBe(false);

  await complete(prerequisites[0]);
  expect(await unmetPrerequisites(client, learner)).toEqual([
    await client.module.findUniqueOrThrow({ where: { id: prerequisites[1] } }),
  ]);

  await complete(prerequisites[1]);
  expect(await arePrerequisitesSatisfied(client, learner)).toBe(true);
  expect((await startModule(client, learner)).moduleProgress.status).toBe('IN_PROGRESS');
});

test('a deleted prerequisite is none, and a new one does not stop who has started', async () => {
  const { module, prerequisites } = await createWaitingModule();
  const learner = { userId: await createLearner(client, module), moduleId: module.id };
  await client.module.updateMany({
    where: { id: { in: [...prerequisites] } },
    data: { deletedAt: new Date() },
  });
  await startModule(client, learner);

  await client.module.updateMany({ where: { id: { in: [...prerequisites] } }, data: { deletedAt: null } });

  const other = { ...learner, userId: await createLearner(client, module) };
  expect([
    await arePrerequisitesSatisfied(client, learner),
    await arePrerequisitesSatisfied(client, other),
  ]).toEqual([true, false]);
  expect(await unmetPrerequisites(client, learner)).toEqual([]);
  expect((await startModule(client, learner)).moduleProgress.version).toBe(1);
  expect(await refusal(startModule(client, other))).toBe('PREREQUISITES_UNMET');
});

test('a module is started by who is enrolled, while it is there', async () => {
  const course = await createCourse(client);
  const stranger = { userId: someUser(), moduleId: course.id };
  const dropout = { userId: await createLearner(client, course), moduleId: course.id };
  await client.languageEnrollment.updateMany({
    where: { userId: dropout.userId },
    data: { status: 'DROPPED' },
  });

  expect(await refusal(startModule(client, stranger))).toBe('NOT_ENROLLED');
  expect(await refusal(startModule(client, dropout))).toBe('NOT_ENROLLED');
  await client.module.update({ where: { id: course.id }, data: { deletedAt: new Date() } });
  expect(await refusal(startModule(client, dropout))).toBe('CONTENT_NOT_AVAILABLE');
  expect(await arePrerequisitesSatisfied(client, dropout)).toBe(false);
  expect(await client.moduleProgress.count({ where: { moduleId: course.id } })).toBe(0);
});

test('a started module is rolled back with its transaction', async () => {
  const course = await createCourse(client);
  const userId = await createLearner(client, course);

  const { moduleProgress } = await rolledBack(client, (transaction) =>
    startModule(transaction, { userId, moduleId: course.id }),
  );

  expect(moduleProgress.startedAt).toBeInstanceOf(Date);
  expect(await client.moduleProgress.count({ where: { userId } })).toBe(0);
  expect(await client.learnerStats.findUnique({ where: { userId } })).toMatchObject({ lastLearnedAt: null });
});

test(`${CALLERS} starts of a module make one progress that counts them, ${ROUNDS} rounds`, async () => {
  const course = await createCourse(client);

  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = await createLearner(client, course);
    const { won } = await race(() => startModule(client, { userId, moduleId: course.id }));
    expect(won).toHaveLength(CALLERS);
    const [progress, ...others] = await client.moduleProgress.findMany({ where: { userId } });
    expect([progress?.version, others]).toEqual([31, []]);
  }
});

test('a module without content, or a draft, is waited for by nobody', async () => {
  const course = await createCourse(client);
  const empty = await createModule(client, course.languageId);
  await client.modulePrerequisite.create({ data: { moduleId: course.id, prerequisiteId: empty.id } });
  const userId = await createLearner(client, course);
  const learner = { userId, moduleId: course.id };

  expect(await arePrerequisitesSatisfied(client, learner)).toBe(true);
  await createMaterial(empty.id);
  expect(await refusal(startModule(client, learner))).toBe('PREREQUISITES_UNMET');
  await client.module.update({ where: { id: empty.id }, data: { publishedAt: null } });
  expect((await startModule(client, learner)).moduleProgress.status).toBe('IN_PROGRESS');
  expect(await refusal(startModule(client, { userId, moduleId: empty.id }))).toBe('CONTENT_NOT_AVAILABLE');
});
