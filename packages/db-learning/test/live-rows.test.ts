import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { createClient, type Module, type Prisma, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createCourse, createLanguage, only } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;
let gone: Module;
let live: Module;

/** A module that was deleted, and one that has its slug since, with a deleted material beside a live one. */
beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  const { id: languageId } = await createLanguage(client);
  const module = { languageId, slug: 'loops', order: 0 };
  gone = await client.module.create({ data: { ...module, title: 'Old' } });
  await client.module.update({ where: { id: gone.id }, data: { deletedAt: new Date() } });
  live = await client.module.create({
    data: {
      ...module,
      title: 'New',
      materials: {
        create: [null, new Date()].map((deletedAt) => ({
          title: 'x',
          type: 'VIDEO',
          content: 'x',
          deletedAt,
        })),
      },
    },
  });
});
afterAll(() => database?.drop());

const bySlug = () => ({ languageId_slug: { languageId: live.languageId, slug: live.slug } });
const ofLanguage = () => ({ languageId: live.languageId });
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

test('reading by a slug, by an id and in lists gives live rows', async () => {
  expect(await client.module.findUnique({ where: bySlug() })).toEqual(live);
  expect(await client.module.findUniqueOrThrow({ where: bySlug() })).toEqual(live);
  expect(await client.module.findUnique({ where: { id: gone.id } })).toBeNull();
  expect(await client.module.findFirst({ where: ofLanguage(), orderBy: { createdAt: 'asc' } })).toEqual(live);
  expect(await client.module.findMany({ where: ofLanguage() })).toEqual([live]);
  expect(await client.module.findMany({ where: { OR: [{ slug: 'loops' }, { slug: 'lists' }] } })).toEqual([
    live,
  ]);
  expect(await client.module.count({ where: ofLanguage() })).toBe(1);
  expect(await client.module.aggregate({ where: ofLanguage(), _count: true })).toEqual({ _count: 1 });
  expect(await client.module.groupBy({ by: ['slug'], where: ofLanguage(), _count: true })).toEqual([
    { slug: 'loops', _count: 1 },
  ]);
});

test('whatever the call names by deletedAt is what it gets', async () => {
  const any: Prisma.ModuleWhereInput[] = [
    { deletedAt: {} },
    { OR: [{ deletedAt: null }, { deletedAt: { not: null } }] },
    { NOT: { AND: [{ deletedAt: null }, { slug: 'lists' }] } },
  ];

  for (const where of any) {
    expect(await client.module.count({ where: { ...ofLanguage(), ...where } })).toBe(2);
  }
  expect(
    await client.module.findMany({ where: { ...ofLanguage(), deletedAt: { not: null } } }),
  ).toMatchObject([{ id: gone.id }]);
  expect(await client.module.findUnique({ where: { id: gone.id, deletedAt: {} } })).toMatchObject({
    title: 'Old',
  });
  expect(await client.module.count({ where: { ...ofLanguage(), deletedAt: undefined } })).toBe(1);
});

test('nested lists and their numbers are of live rows, at any depth, in every kind of call', async () => {
  const include = { materials: true, _count: { select: { materials: true } } } as const;
  const one = await client.module.findUniqueOrThrow({ where: { id: live.id }, include });
  const above = await client.programmingLanguage.findUniqueOrThrow({
    where: { id: live.languageId },
    select: { _count: true, modules: { select: { id: true, materials: { orderBy: { id: 'asc' } } } } },
  });
  const written = await client.module.update({ where: { id: live.id }, data: { order: 0 }, include });
  const fluent = await client.module.findUnique({ where: bySlug() }).materials();

  expect(one.materials).toHaveLength(1);
  expect(one._count.materials).toBe(1);
  expect(above._count).toMatchObject({ modules: 1, enrollments: 0 });
  expect(above.modules).toEqual([{ id: live.id, materials: one.materials }]);
  expect([written.materials.length, written._count.materials]).toEqual([1, 1]);
  expect(fluent).toEqual(one.materials);
  const all = await client.module.findUniqueOrThrow({
    where: { id: live.id },
    include: { materials: { where: { deletedAt: {} } } },
  });
  expect(all.materials).toHaveLength(2);
});

test('the row that another one names is what it is', async () => {
  const course = await createCourse(client);
  const { id } = only(course.materials);
  await client.module.update({ where: { id: course.id }, data: { deletedAt: new Date() } });

  const material = await client.material.findUniqueOrThrow({ where: { id }, include: { module: true } });

  expect(material.module.id).toBe(course.id);
});

test('a write by a slug meets the live row, and one by an id any', async () => {
  const renamed = await client.module.update({ where: bySlug(), data: { title: 'Newer' } });
  const put = await client.module.upsert({
    where: bySlug(),
    update: { title: 'New' },
    create: { ...ofLanguage(), slug: 'loops', title: 'Never' },
  });
  const old = await client.module.update({ where: { id: gone.id }, data: { title: 'Older' } });

  expect(idsOf([renamed, put, old])).toEqual([live.id, live.id, gone.id]);
});

test('it holds in transactions, of both kinds, and in extended clients', async () => {
  const where = ofLanguage();

  expect(await client.$transaction((open) => open.module.count({ where }))).toBe(1);
  expect(
    await client.$transaction([client.module.count({ where }), client.module.findMany({ where })]),
  ).toMatchObject([1, [{ id: live.id }]]);
  expect(await client.$extends({ query: {} }).module.count({ where })).toBe(1);
});

test('types and arguments stay the caller’s own', async () => {
  const args = { where: { slug: 'loops' }, include: { materials: true } } satisfies Prisma.ModuleFindManyArgs;
  const rows = await client.module.findMany(args);

  expect(args).toEqual({ where: { slug: 'loops' }, include: { materials: true } });
  expectTypeOf(rows).toEqualTypeOf<Prisma.ModuleGetPayload<{ include: { materials: true } }>[]>();
});

test('it adds a condition, and no statement', async () => {
  const queries: string[] = [];
  const telling = createClient({ url: database.url, log: [{ emit: 'event', level: 'query' }] });
  telling.$on('query', ({ query }) => queries.push(query));
  await telling.module.findMany({ where: { id: { in: [live.id, gone.id] } } });
  await telling.$disconnect();

  expect(queries).toHaveLength(1);
  expect(queries[0]).toContain('"deleted_at" IS NULL');
});
