import { ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CourseContent, importCourse, type PrismaClient } from '../../src/index.js';
import type { TestDatabase } from '../database.js';
import { racingDatabase, refusal, rolledBack } from '../fixtures.js';
import { heldUp } from '../two-sessions.js';
import { markdownOf, trackOf } from './courses.js';
import { removeFolders } from './folders.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(async () => {
  removeFolders();
  await database?.drop();
});

test('an import that does not come to its end leaves nothing', async () => {
  const course = trackOf(10);
  await rolledBack(client, (open) => importCourse(open, course));
  expect(await client.programmingLanguage.findFirst({ where: { slug: course.slug } })).toBeNull();

  await client.programmingLanguage.create({ data: { name: course.name, slug: 'taken' } });
  expect(await refusal(importCourse(client, course))).toBe('NAME_TAKEN');
  expect(await client.courseFile.count({ where: { language: { slug: course.slug } } })).toBe(0);
});

test('what is made by hand at that moment, with a slug of the course, is not lost, and the import says so', async () => {
  const course = markdownOf(60);
  const { id: languageId } = await client.programmingLanguage.create({
    data: { name: course.name, slug: course.slug },
  });
  const failure = await heldUp(client, {
    first: (open) => open.module.create({ data: { languageId, title: 'By hand', slug: 'first', order: 0 } }),
    meanwhile: () => refusal(importCourse(client, course)),
  });
  expect(failure).toBe('COURSE_CONFLICT');
  expect(await client.module.findMany({ where: { languageId } })).toMatchObject([{ title: 'By hand' }]);
});

test(`of imports at once one does it and the others find it done, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const course = markdownOf(20 + round);
    const { won, refused } = await race(() => importCourse(client, course), 6);
    expect(refused).toEqual({});
    expect(won.filter(({ changes }) => changes.length > 0)).toHaveLength(1);
    expect(await client.module.count({ where: { language: { slug: course.slug } } })).toBe(2);
  }
});

test('an import waits for another one of its course, and for none of another', async () => {
  const { changes } = await heldUp(client, {
    first: (open) => importCourse(open, markdownOf(40)),
    meanwhile: () => importCourse(client, markdownOf(40)),
    last: async () => expect((await importCourse(client, markdownOf(41))).changes).not.toEqual([]),
  });
  expect(changes).toEqual([]);
});

test('a course that is wrong is refused with all that is wrong', async () => {
  const course = markdownOf(50);
  const [first, second] = course.modules as [
    CourseContent['modules'][number],
    CourseContent['modules'][number],
  ];
  const wrong = {
    ...course,
    name: ' ',
    modules: [
      { ...first, slug: 'Has Blanks', prerequisites: ['second'] },
      { ...second, title: 'a\0b' },
    ],
  };
  await expect(importCourse(client, wrong)).rejects.toMatchObject({
    code: 'COURSE_INVALID',
    problems: [
      { field: 'name', problem: expect.stringContaining('blank') },
      { field: 'modules[0].slug', problem: expect.stringContaining('slug') },
      { field: 'modules[1].title', problem: expect.stringContaining('NUL') },
    ],
  });
  const circle = { ...course, modules: [{ ...first, prerequisites: ['second'] }, second] };
  await expect(importCourse(client, circle)).rejects.toMatchObject({
    problems: [{ problem: 'lead back to it: first, second, first' }],
  });
  const outside = {
    ...course,
    files: [{ path: '../passwd', role: 'OTHER' as const, executable: false, content: new Uint8Array() }],
  };
  expect(await refusal(importCourse(client, outside))).toBe('COURSE_INVALID');
  for (const nothing of [
    null,
    undefined,
    'course',
    3,
    [],
    {},
    { ...course, modules: 'none' },
    { ...course, files: [null] },
  ])
    expect(await refusal(importCourse(client, nothing as never))).toBe('COURSE_INVALID');
});
