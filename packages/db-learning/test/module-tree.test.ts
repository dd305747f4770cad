import { newId } from '@codezest/db-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findModuleTree, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createCourse, only } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** What Prisma makes of the same question, with a statement per level. */
function treeByPrisma(id: NonNullable<Awaited<ReturnType<typeof findModuleTree>>>['id'], drafts: boolean) {
  const live = { deletedAt: null };
  const order = [{ order: 'asc' as const }, { id: 'asc' as const }];
  const newest = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
  return client.module.findFirst({
    where: { id, ...live },
    include: {
      materials: { where: live, orderBy: order },
      assignments: { where: live, orderBy: newest },
      mcqQuizzes: {
        where: drafts ? live : { ...live, publishedAt: { not: null } },
        orderBy: newest,
        include: {
          questions: {
            where: live,
            orderBy: order,
            include: { options: { where: live, orderBy: order } },
          },
        },
      },
    },
  });
}

test('the tree is what Prisma reads with seven statements: rows, order, types', async () => {
  const course = await createCourse(client, { materials: 4, assignments: 2, quizzes: 3, questions: 3 });
  const [first, second, third] = course.mcqQuizzes;
  await client.material.update({ where: { id: only(course.materials).id }, data: { deletedAt: new Date() } });
  await client.mCQQuiz.update({ where: { id: first?.id }, data: { publishedAt: null } });
  await client.mCQQuiz.update({ where: { id: second?.id }, data: { deletedAt: new Date() } });
  await client.mCQQuestion.update({
    where: { id: third?.questions[0]?.id },
    data: { deletedAt: new Date() },
  });
  await client.mCQOption.update({
    where: { id: third?.questions[1]?.options[1]?.id },
    data: { deletedAt: new Date() },
  });

  const learners = await findModuleTree(client, course.id);
  const editors = await findModuleTree(client, course.id, { drafts: true });
  const inside = await client.$transaction((transaction) => findModuleTree(transaction, course.id));

  expect(learners).toEqual(await treeByPrisma(course.id, false));
  expect(editors).toEqual(await treeByPrisma(course.id, true));
  expect(inside).toEqual(learners);
  expect([learners?.materials.length, learners?.mcqQuizzes.length, editors?.mcqQuizzes.length]).toEqual([
    3, 1, 2,
  ]);
  expect(learners?.mcqQuizzes[0]?.questions.map(({ options }) => options.length)).toEqual([1, 2]);
});

test('an empty module is a tree without branches', async () => {
  const course = await createCourse(client, { materials: 0, assignments: 0, quizzes: 0 });

  expect(await findModuleTree(client, course.id)).toMatchObject({
    materials: [],
    assignments: [],
    mcqQuizzes: [],
  });
});

test('there is no tree of a deleted module, of a deleted language, and of none', async () => {
  const deleted = await createCourse(client);
  const orphaned = await createCourse(client);
  await client.module.update({ where: { id: deleted.id }, data: { deletedAt: new Date() } });
  await client.programmingLanguage.update({
    where: { id: orphaned.languageId },
    data: { deletedAt: new Date() },
  });

  const trees = await Promise.all(
    [deleted.id, orphaned.id, newId<'Module'>()].map((id) => findModuleTree(client, id)),
  );

  expect(trees).toEqual([null, null, null]);
});
