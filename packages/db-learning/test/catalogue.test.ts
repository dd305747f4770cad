import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CatalogueSearch, type Prisma, type PrismaClient, searchCatalogue } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { refusal } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

const MODULES = {
  Python: [
    ['Functions and arguments', 'How a function takes values and returns one.'],
    ['Loops', 'Repeat what is to be done with for and while.'],
    ['Reading files', 'Open a file, and loop over its lines.'],
  ],
  Go: [
    ['Goroutines', 'Do two things at once.'],
    ['Loops', null],
  ],
} as const;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  for (const [name, modules] of Object.entries(MODULES)) {
    await client.programmingLanguage.create({
      data: {
        name,
        slug: name.toLowerCase(),
        difficulty: name === 'Go' ? 'ADVANCED' : 'BEGINNER',
        modules: {
          create: modules.map(([title, description], order) => ({
            title,
            description,
            order,
            slug: `m-${order}`,
          })),
        },
      },
    });
  }
});
afterAll(() => database?.drop());

const found = async (search: CatalogueSearch) =>
  (await searchCatalogue(client, search)).map(({ language, module }) => `${language.name} ${module.title}`);

describe('is found', () => {
  test.each([
    ['by a word of its title, in every form', 'function', ['Python Functions and arguments']],
    ['by a beginning', 'gorou', ['Go Goroutines']],
    [
      'by a word of its description, after those that have it in the title',
      'loops',
      ['Go Loops', 'Python Loops', 'Python Reading files'],
    ],
    ['by its language', 'go', ['Go Goroutines', 'Go Loops']],
    ['by its language and its title', 'python loops', ['Python Loops', 'Python Reading files']],
    ['by all words alone', 'loops goroutines', []],
    ['with letters that are swapped', 'funcitons', ['Python Functions and arguments']],
    ['with a letter too few, and one too many', 'gorutines', ['Go Goroutines']],
    ['with an error in the language', 'pyhton files', ['Python Reading files']],
    ['whatever stands between the words', " 'loops' & | ! <-> :* go ", ['Go Loops']],
    ['not by what is nowhere', 'kubernetes', []],
  ])('%s', async (_, text, titles) => {
    expect(await found({ text })).toEqual(titles);
  });

  test('of one language and of one difficulty', async () => {
    const { id: languageId } = await client.programmingLanguage.findUniqueOrThrow({ where: { slug: 'go' } });

    expect(await found({ text: 'loop', languageId })).toEqual(['Go Loops']);
    expect(await found({ text: 'loop', difficulty: 'ADVANCED' })).toEqual(['Go Loops']);
    expect(await found({ difficulty: 'ADVANCED' })).toEqual(['Go Goroutines', 'Go Loops']);
    expect(await found({ languageId, difficulty: 'BEGINNER' })).toEqual([]);
  });
});

test('without a word that says something, all are there', async () => {
  const all = [
    'Go Goroutines',
    'Go Loops',
    'Python Functions and arguments',
    'Python Loops',
    'Python Reading files',
  ];

  for (const text of [undefined, '', ' ?! ', 'the']) expect(await found({ text })).toEqual(all);
  expect(await found({ limit: 2 })).toEqual(all.slice(0, 2));
  expect(await refusal(searchCatalogue(client, { limit: 0 }))).toBe('BATCH_SIZE_OUT_OF_RANGE');
});

test('texts of any length and kind are searched for', async () => {
  for (const text of ['x'.repeat(100_000), 'ab '.repeat(10_000), '\u0000', '日本語 für', String.raw`\\'";`]) {
    expect(await found({ text }), text.slice(0, 20)).toEqual(
      text.includes('\u0000') || text.includes('"') ? expect.any(Array) : [],
    );
  }
});

test('drafts, what is deleted and languages that are not active are not shown', async () => {
  const { id } = await client.module.findFirstOrThrow({ where: { title: 'Goroutines' } });
  const where = { id };

  for (const [hidden, shown] of [
    [{ publishedAt: null }, { publishedAt: new Date() }],
    [{ deletedAt: new Date() }, { deletedAt: null }],
    [{ language: { update: { isActive: false } } }, { language: { update: { isActive: true } } }],
    [{ language: { update: { deletedAt: new Date() } } }, { language: { update: { deletedAt: null } } }],
  ] satisfies [Prisma.ModuleUpdateInput, Prisma.ModuleUpdateInput][]) {
    await client.module.update({ where, data: hidden });
    expect(await found({ text: 'goroutines' })).toEqual([]);
    expect(await found({})).not.toContain('Go Goroutines');
    await client.module.update({ where, data: shown });
    expect(await found({ text: 'goroutines' })).toEqual(['Go Goroutines']);
  }
});
