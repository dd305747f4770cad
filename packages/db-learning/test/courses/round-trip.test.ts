import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from '../../src/courses/check-course.js';
import { filesOfCourse } from '../../src/courses/course-folder.js';
import type { FolderFile } from '../../src/courses/folder-files.js';
import { readMarkdown } from '../../src/courses/read-markdown.js';
import { type CourseContent, exportCourse, importCourse, type PrismaClient } from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../database.js';

// Whatever a course may hold comes back from its files, and from the database, as it was.

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const anyText = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/[\0\p{Cs}]/u.test(text));
const markup = fc.oneof(
  anyText,
  fc.constantFrom(
    '---\n',
    '# A\r\n\r\nb',
    '\n\n',
    'yes',
    '1.0',
    'null',
    '&a *a',
    '- x\n- y',
    '{"a": 1}',
    '﻿x',
    "'",
    '"\\"',
  ),
);
const title = fc.oneof(markup, fc.constant('A title')).filter((text) => /\S/.test(text));
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const body = orNull(markup.filter((text) => text !== ''));
const texts = fc.array(markup, { maxLength: 3 });
const minutes = orNull(fc.nat(1_000));
const json = fc.dictionary(
  anyText.filter((key) => key !== '__proto__'),
  fc
    .json({ maxDepth: 2 })
    .filter((text) => !/\\u0000|\\ud[89a-f]|__proto__/i.test(text))
    // A number is what JSON can write: no -0.
    .map((text): unknown => JSON.parse(text)),
  { maxKeys: 2 },
);
const slug = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?$/);
const uuid = fc.uuid({ version: 4 });
const content = fc.uint8Array({ maxLength: 50 });
const path = fc
  .array(
    fc.stringMatching(/^[A-Za-z0-9_ é.-]{1,8}$/).filter((name) => !/^\.{1,2}$/.test(name)),
    { minLength: 1, maxLength: 3 },
  )
  .map((names) => `x/${names.join('/')}`);
type Role = CourseContent['files'][number]['role'];
const files = (roles: Role[]) =>
  fc.uniqueArray(fc.record({ path, role: fc.constantFrom(...roles), content, executable: fc.boolean() }), {
    maxLength: 3,
    // A file and a folder cannot have one name.
    comparator: (a: string, b: string) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`),
    selector: (file) => file.path,
  });
const part = { uuid, slug, published: fc.boolean(), authored: json };
const many = <Part extends { slug: string }>(parts: fc.Arbitrary<Part>, maxLength = 2) =>
  fc.uniqueArray(parts, { maxLength, selector: (each) => each.slug });

const material = fc.record({
  ...part,
  title,
  type: fc.constantFrom('VIDEO', 'ARTICLE', 'CODE_EXAMPLE', 'INTERACTIVE'),
  content: markup,
  duration: minutes,
});
const assignment = fc.record({
  ...part,
  title,
  kind: orNull(fc.constantFrom('CONCEPT', 'PRACTICE')),
  status: orNull(fc.constantFrom('WIP', 'BETA', 'ACTIVE', 'DEPRECATED')),
  blurb: orNull(markup),
  description: markup,
  difficulty: fc.constantFrom('BEGINNER', 'INTERMEDIATE', 'ADVANCED'),
  level: orNull(fc.integer({ min: 1, max: 10 })),
  topics: texts,
  prerequisites: texts,
  teaches: texts,
  practices: texts,
  authors: texts,
  contributors: texts,
  licence: orNull(markup),
  source: orNull(markup),
  sourceUrl: orNull(markup),
  testCases: fc.array(
    fc.record({
      name: markup,
      input: markup,
      expectedOutput: markup,
      hidden: fc.boolean(),
      points: fc.nat(9),
    }),
    { maxLength: 2 },
  ),
  hints: texts,
  maxScore: fc.nat(1_000),
  timeLimit: orNull(fc.integer({ min: 1, max: 90 })),
  estimatedDuration: minutes,
  files: files(['STARTER', 'TEST', 'EDITOR', 'EXEMPLAR', 'EXAMPLE', 'INVALIDATOR', 'OTHER']),
});
const option = fc.record({ text: title, isCorrect: fc.boolean() });
const question = fc.record({
  question: title,
  explanation: orNull(markup),
  points: fc.integer({ min: 1, max: 9 }),
  scoring: fc.constantFrom('MATCH_CORRECT', 'MAP_RESPONSE'),
  options: fc
    .array(option, { maxLength: 3 })
    .map((options) => [...options, { text: 'Right', isCorrect: true }]),
});
const quiz = fc.record({
  ...part,
  title,
  description: body,
  passingScore: fc.nat(100),
  timeLimit: orNull(fc.integer({ min: 1, max: 90 })),
  gracePeriod: fc.nat(3_600),
  maxAttempts: orNull(fc.integer({ min: 1, max: 9 })),
  cooldown: minutes,
  estimatedDuration: minutes,
  questions: fc.array(question, { minLength: 1, maxLength: 3 }),
});
const module = fc.record({
  ...part,
  title,
  description: orNull(markup),
  syllabus: body,
  estimatedDuration: minutes,
  authors: texts,
  contributors: texts,
  prerequisites: fc.constant([]),
  files: files(['OTHER']),
  materials: many(material),
  assignments: many(assignment),
  quizzes: many(quiz),
});
const course = fc
  .record({
    layout: fc.constant('MARKDOWN'),
    slug,
    name: title,
    description: body,
    icon: orNull(markup),
    difficulty: fc.constantFrom('BEGINNER', 'INTERMEDIATE', 'ADVANCED'),
    isActive: fc.boolean(),
    licence: orNull(markup),
    authored: json,
    files: files(['OTHER']),
    modules: many(module, 3),
  })
  .map((made) => orderly(made as unknown as CourseContent));

/** Places are counted through the course, a module waits for the one before it, and a learner begins with the first starter. */
function orderly(made: CourseContent): CourseContent {
  let place = 0;
  const sorted = (list: CourseContent['files']) => [...list].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    ...made,
    files: sorted(made.files),
    modules: made.modules.map((each, index, modules) => ({
      ...each,
      prerequisites: modules.slice(Math.max(0, index - 1), index).map((before) => before.slug),
      files: sorted(each.files),
      assignments: each.assignments.map((assignment) => {
        const files = sorted(assignment.files);
        return { ...assignment, place: place++, files, starterCode: starterIn(files) };
      }),
    })),
  };
}

function starterIn(files: CourseContent['files']): string | null {
  const [first] = files.filter(({ role }) => role === 'STARTER');
  if (first === undefined) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(first.content);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

test('a course is read as it was written', () => {
  fc.assert(
    fc.property(course, (made) => {
      expect(problemsOf(made)).toEqual([]);
      expect(readMarkdown(written(made))).toEqual(made);
    }),
    { numRuns: 150 },
  );
});

test('a course comes out of the database as it went in, and one follows on another', async () => {
  await fc.assert(
    fc.asyncProperty(course, async (made) => {
      const mine = { ...made, slug: 'any', name: 'Any' };
      await importCourse(client, mine);
      expect(await exportCourse(client, 'any')).toEqual(mine);
      expect(await importCourse(client, mine)).toEqual({ changes: [] });
    }),
    { numRuns: 25 },
  );
});

function written(made: CourseContent): Map<string, FolderFile> {
  return new Map(
    filesOfCourse(made)
      .map(
        ({ path, content, executable }) =>
          [path, { path, content: new Uint8Array(content), executable }] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
