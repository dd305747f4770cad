import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCourseFolder } from '../../src/courses/course-folder.js';
import type { CourseInvalidError, CourseProblem } from '../../src/index.js';
import { folderOf, markdownFiles, removeFolders, type Texts, trackFiles, uuid } from './folders.js';

afterAll(removeFolders);

function problemsIn(files: Texts, prepare: (folder: string) => void = () => {}): readonly CourseProblem[] {
  const folder = folderOf(files);
  prepare(folder);
  try {
    readCourseFolder(folder);
  } catch (error) {
    expect(error).toMatchObject({ code: 'COURSE_INVALID' });
    return (error as CourseInvalidError).problems;
  }
  throw new Error('The course is right.');
}

const material = 'modules/first/materials/read.md';
const withMaterial = (text: string | Uint8Array): Texts => ({ ...markdownFiles(), [material]: text });

describe('a course of Markdown', () => {
  test('is read in the order of its lists, what they do not name behind', () => {
    const course = readCourseFolder(
      folderOf({ ...markdownFiles(), 'modules/first/materials/after.md': '---\ntitle: After\n---\nThen.' }),
    );
    expect(course).toMatchObject({
      layout: 'MARKDOWN',
      name: 'Stone',
      difficulty: 'INTERMEDIATE',
      licence: 'CC-BY-4.0',
      description: 'A language of stone.\n',
    });
    const [first, second] = course.modules;
    expect(first?.materials.map(({ slug, type, content }) => [slug, type, content])).toEqual([
      ['read', 'ARTICLE', '# Read\r\n\r\nTo the end.'],
      ['look', 'CODE_EXAMPLE', '\nlook()\n'],
      ['after', 'ARTICLE', 'Then.'],
    ]);
    expect(first?.assignments[0]).toMatchObject({
      level: 5,
      difficulty: 'INTERMEDIATE',
      starterCode: 'b\n',
      published: true,
      testCases: [{ name: 'two', input: '1 1', expectedOutput: '2', hidden: true, points: 1 }],
    });
    expect(first?.assignments[0]?.files.map(({ path, role }) => [path, role])).toEqual([
      ['a.py', 'STARTER'],
      ['b.py', 'STARTER'],
      ['notes.txt', 'OTHER'],
      ['t/add_test.py', 'TEST'],
    ]);
    expect(second).toMatchObject({
      prerequisites: ['first'],
      syllabus: 'What comes.\n',
      authored: { colour: 'red' },
    });
    expect(second?.quizzes[0]?.questions[0]).toEqual({
      question: 'Which?',
      explanation: 'This.',
      points: 3,
      scoring: 'MATCH_CORRECT',
      options: [
        { text: 'This', isCorrect: true },
        { text: 'That', isCorrect: false },
      ],
    });
    expect(course.files.map(({ path }) => path)).toEqual(['image.png']);
  });

  test.each<[string, Texts, CourseProblem[]]>([
    [
      'several mistakes at once, each by line and field',
      { ...withMaterial('---\ntitel: Read\nduration: -1\n---\n'), 'course.md': '---\nname: Stone\n---\n' },
      [
        { file: 'course.md', line: 2, field: 'slug', problem: 'is missing' },
        { file: material, line: 2, field: 'title', problem: 'is missing' },
        { file: material, line: 2, field: 'titel', problem: 'is not known here' },
        { file: material, line: 3, field: 'duration', problem: 'must be >= 0' },
      ],
    ],
    [
      'a field of the wrong kind',
      withMaterial('---\n# a comment\ntitle: Read\ntype: song\n---\n'),
      [
        {
          file: material,
          line: 4,
          field: 'type',
          problem: 'must be one of article, video, code-example, interactive',
        },
      ],
    ],
    [
      'no front matter',
      withMaterial('# Read\n'),
      [{ file: material, line: 1, problem: 'has no front matter: fields of YAML between two lines of ---' }],
    ],
    [
      'text in another encoding',
      withMaterial(new Uint8Array([0xff, 0xfe])),
      [{ file: material, problem: 'is no text in UTF-8' }],
    ],
    [
      'NUL',
      withMaterial('---\ntitle: Read\n---\na\0b'),
      [{ file: material, problem: 'is no text in UTF-8' }],
    ],
    [
      'a key twice',
      withMaterial('---\ntitle: Read\ntitle: Write\n---\n'),
      [{ file: material, line: 3, problem: 'Map keys must be unique' }],
    ],
    [
      'an alias, of which a few may stand for more than memory holds',
      withMaterial('---\ntitle: &a Read\nextra: {again: *a}\n---\n'),
      [{ file: material, problem: 'has an alias or is nested too deeply: write the value where it belongs' }],
    ],
    [
      'a part that a list names and nobody wrote',
      { ...markdownFiles(), 'modules/second/module.md': '---\ntitle: Second\nmaterials: [gone]\n---\n' },
      [{ file: 'modules/second/module.md', field: 'materials', problem: 'gone is not there' }],
    ],
    [
      'a module after one that is not there',
      {
        ...markdownFiles(),
        'modules/second/module.md': '---\ntitle: Second\nprerequisites: [zeroth]\n---\n',
      },
      [
        {
          file: 'modules/second/module.md',
          line: 3,
          field: 'prerequisites[0]',
          problem: 'is no module of the course',
        },
      ],
    ],
    [
      'a quiz without a right answer',
      {
        ...markdownFiles(),
        'modules/second/quizzes/check.md':
          '---\ntitle: Check\nquestions:\n  - question: Which?\n    options:\n      - text: This\n---\n',
      },
      [
        {
          file: 'modules/second/quizzes/check.md',
          line: 3,
          field: 'questions',
          problem: 'of a published quiz each need a correct option, and give points together',
        },
      ],
    ],
    [
      'a uuid twice',
      {
        ...markdownFiles(),
        'modules/first/module.md': `---\ntitle: First\nuuid: ${uuid(1)}\n---\n`,
        'modules/second/module.md': `---\ntitle: Second\nuuid: ${uuid(1)}\n---\n`,
      },
      [{ file: 'modules/second/module.md', line: 3, field: 'uuid', problem: 'is that of another part' }],
    ],
    [
      'a name of a folder that is no slug',
      { ...markdownFiles(), 'modules/Third One/module.md': '---\ntitle: Third\n---\n' },
      [
        {
          file: 'modules/Third One/module.md',
          field: 'slug',
          problem: 'must be a slug: lower-case letters, digits and single hyphens',
        },
      ],
    ],
    [
      'a file in a list that is not in the folder',
      {
        ...markdownFiles(),
        'modules/first/assignments/add/assignment.md':
          '---\ntitle: Add\nfiles:\n  starter: [../../module.md]\n---\n',
      },
      [
        {
          file: 'modules/first/assignments/add/assignment.md',
          field: 'files.starter',
          problem: '../../module.md is not there',
        },
      ],
    ],
  ])('with %s is refused', (_mistake, files, problems) => {
    expect(problemsIn(files)).toEqual(problems);
  });

  test('is not read where it is nested deeper than anybody writes', () => {
    const deep = `${'['.repeat(60)}${']'.repeat(60)}`;
    expect(problemsIn(withMaterial(`---\ntitle: Read\nextra: {deep: ${deep}}\n---\n`))).toEqual([
      { file: material, line: 3, field: 'extra', problem: 'must be an object of JSON' },
    ]);
  });
});

describe('a folder', () => {
  test('with a link is refused, wherever the link leads', () => {
    for (const target of ['/etc/hostname', 'course.md'])
      expect(problemsIn(markdownFiles(), (folder) => symlinkSync(target, join(folder, 'link.md')))).toEqual([
        { file: 'link.md', problem: 'is a symbolic link: put the file here' },
      ]);
  });

  test('with a file of more than 5 MiB is refused by the name of the file', () => {
    expect(problemsIn({ ...markdownFiles(), 'film.bin': new Uint8Array(5 * 1024 * 1024 + 1) })).toEqual([
      { file: 'film.bin', problem: 'is larger than 5 MiB' },
    ]);
  });

  test('with a name that not every system can have is refused', () => {
    expect(problemsIn({ ...markdownFiles(), 'a\\b': '' })).toMatchObject([{ file: 'a\\b' }]);
  });

  test('that is not there, or holds no course, is refused', () => {
    expect(() => readCourseFolder('/does/not/exist')).toThrow(/is no folder that can be read \(ENOENT\)/);
    expect(problemsIn({ 'README.md': 'Nothing.' })).toMatchObject([{ file: 'course.md' }]);
  });
});

describe('a track', () => {
  test.each<[string, Texts, CourseProblem[]]>([
    [
      'no JSON',
      { ...trackFiles(), 'config.json': '{"language": }x' },
      [{ file: 'config.json', line: 1, problem: expect.any(String) }],
    ],
    [
      'an exercise without a uuid',
      trackFiles(({ exercises }) => {
        delete exercises.concept[0]?.uuid;
      }),
      [{ file: 'config.json', line: 13, field: 'exercises.concept[0].uuid', problem: 'is missing' }],
    ],
    [
      'a config of an exercise that is none',
      { ...trackFiles(), 'exercises/practice/stones/.meta/config.json': '[]\n' },
      [
        {
          file: 'exercises/practice/stones/.meta/config.json',
          line: 1,
          field: '',
          problem: 'must be object',
        },
      ],
    ],
    [
      'a uuid twice',
      trackFiles(({ exercises }) => {
        Object.assign(exercises.practice[1] as object, { uuid: uuid(2) });
      }),
      [{ file: 'config.json', line: expect.any(Number), field: 'uuid', problem: 'is that of another part' }],
    ],
  ])('with %s is refused', (_mistake, files, problems) => {
    expect(problemsIn(files)).toEqual(problems);
  });

  test('keeps what it says in words of its own', () => {
    const course = readCourseFolder(
      folderOf(
        trackFiles(({ exercises }) => {
          Object.assign(exercises.practice[0] as object, { topics: null, difficulty: 0, status: 'secret' });
        }),
      ),
    );
    const stones = course.modules
      .flatMap(({ assignments }) => assignments)
      .find(({ slug }) => slug === 'stones');
    expect(stones).toMatchObject({
      topics: [],
      level: null,
      status: null,
      authored: { listed: { topics: null, difficulty: 0, status: 'secret' } },
    });
  });

  test('whose learning mode is off shows no concept', () => {
    const files = trackFiles((config) => {
      config.status.concept_exercises = false;
    });
    expect(readCourseFolder(folderOf(files)).modules.map(({ published }) => published)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
