import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PrismaClient,
  reorderMaterials,
  reorderModules,
  reorderQuestions,
  replaceQuestion,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { createCourse, createModule, only, racingDatabase, refusal, rolledBack } from './fixtures.js';
import { heldUp } from './two-sessions.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const byOrder = [{ order: 'asc' as const }, { id: 'asc' as const }];
const idsOf = <Id>(rows: readonly { id: Id }[]) => rows.map(({ id }) => id);

test('materials, modules and questions are put in order', async () => {
  const course = await createCourse(client, { materials: 3, questions: 3 });
  const quiz = only(course.mcqQuizzes);
  const other = await createModule(client, course.languageId);

  const materials = await reorderMaterials(client, {
    moduleId: course.id,
    order: idsOf(course.materials).reverse(),
  });
  const modules = await reorderModules(client, {
    languageId: course.languageId,
    order: [other.id, course.id],
  });
  const questions = await reorderQuestions(client, {
    quizId: quiz.id,
    order: idsOf(quiz.questions).reverse(),
  });

  expect(idsOf(materials)).toEqual(idsOf(course.materials).reverse());
  expect(materials).toEqual(
    await client.material.findMany({ where: { moduleId: course.id }, orderBy: byOrder }),
  );
  expect(modules).toEqual(
    await client.module.findMany({ where: { languageId: course.languageId }, orderBy: byOrder }),
  );
  expect(idsOf(modules)).toEqual([other.id, course.id]);
  expect(questions).toEqual(
    await client.mCQQuestion.findMany({ where: { quizId: quiz.id }, orderBy: byOrder }),
  );
  expect(idsOf(questions)).toEqual(idsOf(quiz.questions).reverse());
  const { updatedAt } = await client.mCQQuiz.findUniqueOrThrow({ where: { id: quiz.id } });
  expect(updatedAt.getTime()).toBeGreaterThan(quiz.updatedAt.getTime());
});

test('a list that is not exactly the live siblings is refused, and changes nothing', async () => {
  const course = await createCourse(client, { materials: 4 });
  const [first, second, third, deleted] = idsOf(course.materials) as [never, never, never, never];
  const foreign = only((await createCourse(client)).materials).id;
  await client.material.update({ where: { id: deleted }, data: { deletedAt: new Date() } });
  const before = await client.material.findMany({ where: { moduleId: course.id }, orderBy: byOrder });
  const lists = [
    [],
    [third, second],
    [third, second, second],
    [third, second, foreign],
    [third, second, first, first],
    [third, second, first, foreign],
    [third, second, first, deleted],
  ];

  for (const order of lists) {
    expect(await refusal(reorderMaterials(client, { moduleId: course.id, order }))).toBe('SIBLINGS_MISMATCH');
  }
  expect(await client.material.findMany({ where: { moduleId: course.id }, orderBy: byOrder })).toEqual(
    before,
  );
  const reordered = await reorderMaterials(client, { moduleId: course.id, order: [third, second, first] });
  expect(reordered.map(({ order }) => order)).toEqual([0, 1, 2]);
});

test('nothing is ordered below what is not there', async () => {
  const order: never[] = [];

  expect(await refusal(reorderMaterials(client, { moduleId: newId<'Module'>(), order }))).toBe(
    'CONTENT_NOT_AVAILABLE',
  );
  expect(await refusal(reorderModules(client, { languageId: newId<'ProgrammingLanguage'>(), order }))).toBe(
    'CONTENT_NOT_AVAILABLE',
  );
  expect(await refusal(reorderQuestions(client, { quizId: newId<'MCQQuiz'>(), order }))).toBe(
    'CONTENT_NOT_AVAILABLE',
  );
});

test('an order is rolled back with its transaction', async () => {
  const course = await createCourse(client, { materials: 3 });
  const order = idsOf(course.materials).reverse();

  const reordered = await rolledBack(client, (transaction) =>
    reorderMaterials(transaction, { moduleId: course.id, order }),
  );

  expect(idsOf(reordered)).toEqual(order);
  const stored = await client.material.findMany({ where: { moduleId: course.id }, orderBy: byOrder });
  expect(idsOf(stored)).toEqual(idsOf(course.materials));
});

test('who reorders while a sibling is replaced orders what is there afterwards, or is told', async () => {
  const { id: quizId, questions } = only((await createCourse(client)).mcqQuizzes);
  const [first, second] = idsOf(questions) as [never, never];
  const options = [{ text: 'for', isCorrect: true }];

  const late = heldUp(client, {
    first: (transaction) =>
      replaceQuestion(transaction, { questionId: first, question: 'What starts a loop?', options }),
    meanwhile: () => reorderQuestions(client, { quizId, order: [second, first] }),
  });

  expect(await refusal(late)).toBe('SIBLINGS_MISMATCH');
  const live = await client.mCQQuestion.findMany({ where: { quizId, deletedAt: null }, orderBy: byOrder });
  expect(live.map(({ order }) => order)).toEqual([0, 1]);
});

const EIGHT = Array.from({ length: 8 }, (_, index) => index);

/** How siblings are put in order, and how they stand. */
interface Siblings {
  readonly ids: readonly string[];
  reorder(order: readonly string[]): Promise<unknown>;
  stored(): Promise<{ id: string; order: number }[]>;
}

async function eightOf(kind: 'materials' | 'modules' | 'questions'): Promise<Siblings> {
  const course = await createCourse(client, { materials: 8, questions: 8 });
  const { id: moduleId, languageId } = course;
  const { id: quizId, questions } = only(course.mcqQuizzes);
  if (kind === 'materials') {
    return {
      ids: idsOf(course.materials),
      reorder: (order) => reorderMaterials(client, { moduleId, order: order as readonly never[] }),
      stored: () => client.material.findMany({ where: { moduleId }, orderBy: byOrder }),
    };
  }
  if (kind === 'questions') {
    return {
      ids: idsOf(questions),
      reorder: (order) => reorderQuestions(client, { quizId, order: order as readonly never[] }),
      stored: () => client.mCQQuestion.findMany({ where: { quizId }, orderBy: byOrder }),
    };
  }
  const others = await Promise.all(EIGHT.slice(1).map(() => createModule(client, languageId)));
  return {
    ids: idsOf([course, ...others]),
    reorder: (order) => reorderModules(client, { languageId, order: order as readonly never[] }),
    stored: () => client.module.findMany({ where: { languageId }, orderBy: byOrder }),
  };
}

describe(`of ${CALLERS} orders at once the last one stands as a whole, ${ROUNDS} rounds`, () => {
  test.each(['materials', 'modules', 'questions'] as const)('%s', async (kind) => {
    const { ids, reorder, stored } = await eightOf(kind);
    const rotated = (by: number) => [...ids.slice(by), ...ids.slice(0, by)];

    for (let round = 0; round < ROUNDS; round += 1) {
      const { won } = await race((caller) => reorder(rotated(caller % EIGHT.length)));

      expect(won).toHaveLength(CALLERS);
      const rows = await stored();
      expect(rows.map(({ order }) => order)).toEqual(EIGHT);
      expect(EIGHT.map(rotated)).toContainEqual(idsOf(rows));
    }
  });
});

describe('content that is created without a place', () => {
  test('comes last among its live siblings, several in one call as well', async () => {
    const course = await createCourse(client, { materials: 2, questions: 2 });
    const { id: moduleId, languageId } = course;
    const { id: quizId } = only(course.mcqQuizzes);
    const text = { title: 'Added', type: 'ARTICLE' as const, content: 'Read this.' };
    await client.material.create({ data: { ...text, moduleId, order: 9, deletedAt: new Date() } });

    const material = await client.material.create({ data: { ...text, moduleId } });
    const more = await client.material.createManyAndReturn({
      data: [1, 2].map(() => ({ ...text, moduleId })),
    });
    const module = await client.module.create({ data: { languageId, title: 'Added', slug: 'added' } });
    const question = await client.mCQQuestion.create({
      data: {
        quizId,
        question: 'What?',
        options: { create: { optionText: 'This.', isCorrect: true, order: 0 } },
      },
    });

    expect([material, ...more].map(({ order }) => order)).toEqual([2, 3, 4]);
    expect([module, question].map(({ order }) => order)).toEqual([course.order + 1, 2]);
  });

  test('waits for who reorders, and comes last in the new order', async () => {
    const course = await createCourse(client, { materials: 3 });
    const order = idsOf(course.materials).reverse() as never[];

    const added = await heldUp(client, {
      first: (transaction) => reorderMaterials(transaction, { moduleId: course.id, order }),
      meanwhile: () =>
        client.material
          .create({ data: { moduleId: course.id, title: 'Added', type: 'VIDEO', content: 'x' } })
          .then((material) => material),
    });

    expect(added.order).toBe(3);
  });

  test(`lands on no place that is taken, of ${CALLERS} that append or reorder at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id: moduleId, materials } = await createCourse(client, { materials: 3 });
      const order = idsOf(materials).reverse() as never[];

      const { won, refused } = await race<unknown>((caller) =>
        caller % 2 === 0
          ? client.material.create({ data: { moduleId, title: 'Added', type: 'VIDEO', content: 'x' } })
          : reorderMaterials(client, { moduleId, order }),
      );

      const orders = (await client.material.findMany({ where: { moduleId } })).map((row) => row.order);
      expect(new Set(orders).size).toBe(3 + CALLERS / 2);
      expect(won.length + (refused.SIBLINGS_MISMATCH ?? 0)).toBe(CALLERS);
    }
  });
});
