import type { AssignmentId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesOfCourse } from '../../src/courses/course-folder.js';
import {
  type CourseContent,
  exportCourse,
  findModuleTree,
  importCourse,
  type PrismaClient,
} from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { courseOf } from './courses.js';
import { copyOf, idIn, markdownFiles, removeFolders, trackFiles } from './folders.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(async () => {
  removeFolders();
  await database?.drop();
});

/** Every row of what a course is, by the transaction that wrote it. */
const versions = () =>
  client.$queryRaw`
    SELECT 'l' AS t, id, xmin::text FROM programming_languages UNION ALL SELECT 'm', id, xmin::text FROM modules
    UNION ALL SELECT 'r', id, xmin::text FROM materials UNION ALL SELECT 'a', id, xmin::text FROM assignments
    UNION ALL SELECT 'q', id, xmin::text FROM mcq_quizzes UNION ALL SELECT 'n', id, xmin::text FROM mcq_questions
    UNION ALL SELECT 'o', id, xmin::text FROM mcq_options UNION ALL SELECT 'f', id, xmin::text FROM course_files
    UNION ALL SELECT 'p', id, xmin::text FROM module_prerequisites ORDER BY 1, 2`;

describe.each([
  ['a track', (number: number) => copyOf(trackFiles(), number), `wood-1`, 1],
  ['a course of Markdown', (number: number) => copyOf(markdownFiles(), number), `stone-2`, 2],
] as const)('%s', (_kind, filesFor, slug, number) => {
  test('is the same after a round through the database, and a second import writes nothing', async () => {
    const files = filesFor(number);
    const course = courseOf(files);
    const first = await importCourse(client, course);
    expect(first.changes.length).toBeGreaterThan(10);
    const before = await versions();

    expect(await importCourse(client, course)).toEqual({ changes: [] });
    const exported = await exportCourse(client, slug);
    expect(await importCourse(client, exported)).toEqual({ changes: [] });
    expect(await versions()).toEqual(before);

    const written = new Map(filesOfCourse(exported).map(({ path, content }) => [path, content]));
    expect([...written.keys()].sort()).toEqual(Object.keys(files).sort());
    const again = courseOf(Object.fromEntries(written));
    expect(sorted(again)).toEqual(sorted(exported));
    for (const [path, content] of Object.entries(files)) {
      if (/config\.json$/.test(path) || (slug === 'stone-2' && path.endsWith('.md'))) continue;
      expect(Buffer.from(written.get(path) ?? []), path).toEqual(Buffer.from(content));
    }
  });

  test('is not changed by what is only tried', async () => {
    const course = courseOf(filesFor(number + 10));
    const before = await versions();
    const { changes } = await importCourse(client, course, { dryRun: true });
    expect(changes).toEqual((await importCourse(client, course)).changes);
    expect(changes).toContainEqual({ action: 'create', kind: 'language', name: course.slug });
    expect(await versions()).not.toEqual(before);
  });
});

/** Files in one order, and no uuid that an import gave where the file has none. */
const sorted = (course: CourseContent): unknown =>
  JSON.parse(
    JSON.stringify(course, (key, value) => {
      if (key === 'uuid' && value[14] === '7') return undefined;
      if (key !== 'files' || !Array.isArray(value)) return value;
      return [...value]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map((file) => ({ ...file, content: Buffer.from(file.content).toString('hex') }));
    }),
  );

test('a track becomes modules of concepts, and practice exercises that nothing waits for', async () => {
  await importCourse(client, courseOf(copyOf(trackFiles(), 3)));
  const modules = await client.module.findMany({
    where: { language: { slug: 'wood-3' } },
    orderBy: { order: 'asc' },
    include: { prerequisites: { include: { prerequisite: true } }, materials: true, assignments: true },
  });
  expect(
    modules.map(({ slug, publishedAt, prerequisites, materials, assignments }) => ({
      slug,
      published: publishedAt !== null,
      after: prerequisites.map(({ prerequisite }) => prerequisite.slug),
      materials: materials.length,
      assignments: assignments.map((assignment) => assignment.slug).sort(),
    })),
  ).toEqual([
    { slug: 'values', published: false, after: [], materials: 1, assignments: [] },
    { slug: 'loops', published: true, after: ['values'], materials: 1, assignments: ['lamps'] },
    { slug: 'practice-exercises', published: true, after: [], materials: 0, assignments: ['old', 'stones'] },
  ]);
  const [lamps, old, stones] = modules.flatMap(({ assignments }) =>
    assignments.sort((a, b) => String(a.slug).localeCompare(String(b.slug))),
  );
  expect(lamps).toMatchObject({
    id: idIn(3, 1),
    kind: 'CONCEPT',
    status: 'BETA',
    teaches: ['loops'],
    prerequisites: ['values', 'still-to-be-written'],
    authors: ['ada'],
    blurb: 'Light lamps.',
    description: 'Lamps stand in a row.\n\nLight each.',
    hints: ['Use `for`.', 'Begin at 0,\n  not at 1.'],
    starterCode: 'pass\n',
    authored: { meta: { icon: 'lamp' } },
  });
  expect(stones).toMatchObject({
    level: 4,
    difficulty: 'INTERMEDIATE',
    topics: ['files'],
    practices: ['loops'],
    source: 'A book',
    sourceUrl: 'https://example.com/book',
    starterCode: 'Z = 1',
    description: 'Count the stones.\n\nIn a file.',
  });
  expect(stones?.publishedAt).not.toBeNull();
  expect(old).toMatchObject({ status: 'DEPRECATED', difficulty: 'ADVANCED', publishedAt: null });
  const files = await client.courseFile.findMany({
    where: { assignmentId: idIn(3, 1) as AssignmentId },
    orderBy: { path: 'asc' },
  });
  expect(Object.fromEntries(files.map(({ path, role }) => [path, role]))).toEqual({
    '.docs/hints.md': 'OTHER',
    '.docs/instructions.md': 'OTHER',
    '.docs/introduction.md': 'OTHER',
    '.meta/exemplar.py': 'EXEMPLAR',
    'lamps.py': 'STARTER',
    'lamps_test.py': 'TEST',
    'row.py': 'EDITOR',
  });
});

test('what comes from files is shown in the order of the files', async () => {
  await importCourse(client, courseOf(copyOf(trackFiles(), 4)));
  const module = await client.module.findFirstOrThrow({
    where: { language: { slug: 'wood-4' }, slug: 'practice-exercises' },
  });
  const tree = await findModuleTree(client, module.id, { drafts: true });
  expect(tree?.assignments.map(({ slug }) => slug)).toEqual(['stones', 'old']);
});
