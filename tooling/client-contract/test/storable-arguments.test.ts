import { InvalidValueError, isInvalidValue, type PrismaClient } from '@codezest/db-learning';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-learning/testing';
import type { MCQAnswerId, MCQQuestionId, MCQQuizId, ModuleId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages } from './packages.js';

let database: TestDatabase;
let client: PrismaClient;
let id: MCQQuizId;
let moduleId: ModuleId;
const questionId = '018f0000-0000-7000-8000-000000000001' as MCQQuestionId;
beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  const quiz = await factories(client).mCQQuiz();
  id = quiz.id;
  moduleId = quiz.moduleId;
});
afterAll(() => database.drop());

const quiz = (passingScore: unknown) =>
  ({ title: 'x', passingScore }) as { title: string; passingScore: number };

/** Every place of a call where a number for an Int field may stand. */
const calls: Record<string, (place: PrismaClient, n: number) => Promise<unknown>> = {
  create: ({ mCQQuiz }, n) => mCQQuiz.create({ data: { ...quiz(n), moduleId } }),
  createMany: ({ mCQQuiz }, n) =>
    mCQQuiz.createMany({
      data: [
        { ...quiz(70), moduleId },
        { ...quiz(n), moduleId },
      ],
    }),
  createManyAndReturn: ({ mCQQuiz }, n) => mCQQuiz.createManyAndReturn({ data: [{ ...quiz(n), moduleId }] }),
  update: ({ mCQQuiz }, n) => mCQQuiz.update({ where: { id }, data: quiz(n) }),
  set: ({ mCQQuiz }, n) => mCQQuiz.update({ where: { id }, data: { passingScore: { set: n } } }),
  increment: ({ mCQQuiz }, n) => mCQQuiz.update({ where: { id }, data: { passingScore: { increment: n } } }),
  multiply: ({ mCQQuiz }, n) =>
    mCQQuiz.updateMany({ where: { id }, data: { passingScore: { multiply: n } } }),
  upsert: ({ mCQQuiz }, n) =>
    mCQQuiz.upsert({ where: { id }, create: { ...quiz(70), moduleId }, update: quiz(n) }),
  where: ({ mCQQuiz }, n) => mCQQuiz.findMany({ where: { passingScore: n } }),
  gte: ({ mCQQuiz }, n) => mCQQuiz.findFirst({ where: { passingScore: { gte: n } } }),
  not: ({ mCQQuiz }, n) => mCQQuiz.count({ where: { passingScore: { not: { lt: n } } } }),
  in: ({ mCQQuiz }, n) => mCQQuiz.findMany({ where: { passingScore: { in: [1, n] } } }),
  OR: ({ mCQQuiz }, n) => mCQQuiz.findMany({ where: { OR: [{ id }, { AND: { NOT: { timeLimit: n } } }] } }),
  'where of a relation': ({ module }, n) =>
    module.findMany({ where: { mcqQuizzes: { some: { passingScore: n } } } }),
  'where to one': ({ mCQQuestion }, n) =>
    mCQQuestion.findMany({ where: { quiz: { passingScore: { gt: n } } } }),
  'where to one, is': ({ mCQQuestion }, n) =>
    mCQQuestion.findMany({ where: { quiz: { is: { timeLimit: n } } } }),
  deleteMany: ({ mCQQuiz }, n) => mCQQuiz.deleteMany({ where: { passingScore: { gt: n } } }),
  having: ({ mCQQuiz }, n) =>
    mCQQuiz.groupBy({
      by: ['moduleId'],
      having: { passingScore: { _max: { gt: n } } },
      _max: { passingScore: true },
    }),
  aggregate: ({ mCQQuiz }, n) =>
    mCQQuiz.aggregate({ where: { passingScore: n }, _avg: { passingScore: true } }),
  take: ({ mCQQuiz }, n) => mCQQuiz.findMany({ take: n }),
  'include, where': ({ module }, n) =>
    module.findMany({ include: { mcqQuizzes: { where: { passingScore: n } } } }),
  'select, take': ({ module }, n) => module.findMany({ select: { mcqQuizzes: { take: n } } }),
  '_count, where': ({ module }, n) =>
    module.findMany({ select: { _count: { select: { mcqQuizzes: { where: { passingScore: n } } } } } }),
  'nested create': ({ module }, n) =>
    module.update({ where: { id: moduleId }, data: { mcqQuizzes: { create: quiz(n) } } }),
  'nested list': ({ module }, n) =>
    module.update({ where: { id: moduleId }, data: { mcqQuizzes: { create: [quiz(1), quiz(n)] } } }),
  'nested createMany': ({ module }, n) =>
    module.update({ where: { id: moduleId }, data: { mcqQuizzes: { createMany: { data: [quiz(n)] } } } }),
  'nested update': ({ module }, n) =>
    module.update({
      where: { id: moduleId },
      data: { mcqQuizzes: { update: { where: { id }, data: quiz(n) } } },
    }),
  'nested updateMany': ({ module }, n) =>
    module.update({
      where: { id: moduleId },
      data: { mcqQuizzes: { updateMany: { where: { timeLimit: n }, data: {} } } },
    }),
  'nested upsert': ({ module }, n) =>
    module.update({
      where: { id: moduleId },
      data: { mcqQuizzes: { upsert: { where: { id }, create: quiz(n), update: {} } } },
    }),
  'nested connectOrCreate': ({ module }, n) =>
    module.update({
      where: { id: moduleId },
      data: { mcqQuizzes: { connectOrCreate: { where: { id }, create: quiz(n) } } },
    }),
  'nested deleteMany': ({ module }, n) =>
    module.update({ where: { id: moduleId }, data: { mcqQuizzes: { deleteMany: { passingScore: n } } } }),
  'nested, to one': ({ mCQQuestion }, n) =>
    mCQQuestion.updateMany({ where: { quiz: { passingScore: n } }, data: { order: 1 } }),
  'nested update to one': ({ mCQQuestion }, n) =>
    mCQQuestion.update({ where: { id: questionId }, data: { quiz: { update: quiz(n) } } }),
  'nested update to one, data': ({ mCQQuestion }, n) =>
    mCQQuestion.update({ where: { id: questionId }, data: { quiz: { update: { data: quiz(n) } } } }),
  'a class of a framework': ({ mCQQuiz }, n) => {
    class QuizInput {
      passingScore = n;
    }
    return mCQQuiz.update({ where: { id }, data: new QuizInput() });
  },
};

const extended = () =>
  client.$extends({
    query: { $allModels: { $allOperations: ({ args, query }) => query(args) } },
  }) as unknown as PrismaClient;
const places: Record<string, (work: (place: PrismaClient) => Promise<unknown>) => Promise<unknown>> = {
  'by itself': (work) => work(client),
  'in a transaction': (work) => client.$transaction((open) => work(open as PrismaClient)),
  'in an extended client': (work) => work(extended()),
};

describe.each(Object.keys(places))('a number for an Int field, %s', (place) => {
  it.each(Object.keys(calls))(
    '%s: is refused with a fraction, and when no number or out of range',
    async (call) => {
      const run = (n: number) => places[place]?.((chosen) => calls[call]?.(chosen, n) as Promise<unknown>);
      const before = await client.mCQQuiz.findMany();

      for (const n of [66.67, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31) - 1, 2 ** 53]) {
        const failure = await run(n)?.catch((error: unknown) => error);
        expect(failure, String(n)).toBeInstanceOf(InvalidValueError);
        expect(failure).toMatchObject({
          code: 'VALUE_INVALID',
          message: expect.stringMatching(/takes whole numbers/),
        });
      }
      expect(await client.mCQQuiz.findMany()).toEqual(before);
    },
  );
});

it('what is no number for an Int field is left alone: averages, JSON, times, decimals in texts', async () => {
  const averages = client.mCQQuiz.groupBy({
    by: ['moduleId'],
    having: { passingScore: { _avg: { gt: 66.67 } } },
    _avg: { passingScore: true },
  });
  const listed = client.mCQQuiz.findMany({
    where: {
      createdAt: { lte: new Date() },
      title: { not: '1.5' },
      passingScore: { gte: -(2 ** 31), lte: 2 ** 31 - 1 },
    },
  });
  const json = client.mCQAnswer.updateMany({
    where: { id: id as string as MCQAnswerId },
    data: { snapshot: { points: 1.5 } as never },
  });

  expect(await averages).toHaveLength(1);
  expect(await listed).toHaveLength(1);
  expect(await json).toEqual({ count: 0 });
});

const written: Record<string, (place: PrismaClient, at: Date) => PromiseLike<unknown>> = {
  create: ({ module }, at) => module.update({ where: { id: moduleId }, data: { createdAt: at } }),
  set: ({ mCQQuiz }, at) => mCQQuiz.updateMany({ where: { id }, data: { createdAt: { set: at } } }),
  nested: ({ module }, at) =>
    module.update({
      where: { id: moduleId },
      data: { mcqQuizzes: { create: { title: 'x', createdAt: at } } },
    }),
};

describe.each(Object.keys(written))('a time that could not be read back, %s', (call) => {
  it.each(['+010000-01-01T00:00:00Z', '-000044-03-15T00:00:00Z', '0000-12-31T23:59:59Z'])(
    '%s is refused, and nothing is written',
    async (text) => {
      const before = await client.mCQQuiz.findMany();
      const failure = await written[call]?.(client, new Date(text)).then(
        undefined,
        (error: unknown) => error,
      );

      expect(isInvalidValue(failure, 'createdAt')).toBe(true);
      expect(failure).toMatchObject({ message: expect.stringMatching(/the years 1 to 9999/) });
      expect(await client.mCQQuiz.findMany()).toEqual(before);
    },
  );
});

it.each(['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
  'the time %s is read back',
  async (text) => {
    const at = new Date(text);
    const { createdAt } = await client.mCQQuiz.update({ where: { id }, data: { createdAt: at } });

    expect(createdAt).toEqual(at);
    expect(await client.mCQQuiz.count({ where: { id, createdAt: { lte: new Date(8.64e15) } } })).toBe(1);
  },
);

describe.each(packages)('db-$service', ({ package: { PrismaClient: Client } }) => {
  it('has a field for whole numbers, and refuses a fraction before it asks a server', async () => {
    const dead = new Client({ url: 'postgresql://someone:s3cret@127.0.0.1:1/nowhere' }) as unknown as {
      _runtimeDataModel: { models: Record<string, { fields: { name: string; type: string }[] }> };
      $disconnect(): Promise<void>;
    } & Record<string, { findMany(args: object): Promise<unknown> }>;
    const fields = Object.entries(dead._runtimeDataModel.models).flatMap(([model, { fields }]) =>
      fields.filter(({ type }) => type === 'Int').map(({ name }) => ({ model, name })),
    );

    expect(fields).not.toEqual([]);
    for (const { model, name } of fields) {
      const delegate = model.charAt(0).toLowerCase() + model.slice(1);
      const failure = await dead[delegate]
        ?.findMany({ where: { [name]: 0.5 } })
        .catch((error: unknown) => error);
      expect(isInvalidValue(failure, name), `${model}.${name}`).toBe(true);
    }
    await dead.$disconnect();
  });
});
