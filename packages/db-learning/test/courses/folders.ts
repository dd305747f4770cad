import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Texts = Readonly<Record<string, string | Uint8Array>>;

const folders: string[] = [];

/** A folder of its own with these files. */
export function folderOf(files: Texts): string {
  const folder = mkdtempSync(join(tmpdir(), 'course-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A track in small, with what the real ones have: prerequisites that are not there, fields of their own, binary files. */
export function trackFiles(
  change: (config: TrackConfig) => void = () => {},
): Record<string, string | Uint8Array> {
  const config = trackConfig();
  change(config);
  return {
    'config.json': json(config),
    LICENSE: 'Free.\n',
    'docs/ABOUT.md': '# About\r\n\r\nWith lines as Windows ends them.\r\n',
    'exercises/shared/.docs/help.md': 'Ask.\n',
    'concepts/loops/about.md': '# Loops\n\nAgain and again.\n',
    'concepts/loops/introduction.md': 'A loop repeats.\n',
    'concepts/loops/links.json': '[]\n',
    'concepts/loops/.meta/config.json': json({ blurb: 'Repeat.', authors: ['ada'], contributors: ['grace'] }),
    'concepts/values/about.md': '# Values\n',
    'concepts/values/.meta/config.json': json({ blurb: 'Hold.', authors: ['ada'] }),
    'exercises/concept/lamps/.docs/introduction.md': 'Lamps stand in a row.\n',
    'exercises/concept/lamps/.docs/instructions.md': 'Light each.\n',
    'exercises/concept/lamps/.docs/hints.md':
      '# Hints\n\n## General\n\n- Use `for`.\n\n## 1. Light\n\n- Begin at 0,\n  not at 1.\n',
    'exercises/concept/lamps/.meta/config.json': json({
      authors: ['ada'],
      files: {
        solution: ['lamps.py'],
        test: ['lamps_test.py'],
        exemplar: ['.meta/exemplar.py'],
        editor: ['row.py'],
      },
      blurb: 'Light lamps.',
      icon: 'lamp',
    }),
    'exercises/concept/lamps/.meta/exemplar.py': 'print("all")\n',
    'exercises/concept/lamps/lamps.py': 'pass\n',
    'exercises/concept/lamps/lamps_test.py': 'assert True\n',
    'exercises/concept/lamps/row.py': 'ROW = 3\n',
    'exercises/practice/stones/.docs/instructions.md': 'Count the stones.\n',
    'exercises/practice/stones/.docs/instructions.append.md': 'In a file.\n',
    'exercises/practice/stones/.approaches/times.bin': new Uint8Array([0, 255, 1, 254]),
    'exercises/practice/stones/.meta/config.json': json({
      authors: [],
      files: { solution: ['z.py', 'a.py'], test: ['stones_test.py'], example: ['.meta/example.py'] },
      blurb: 'Count.',
      source: 'A book',
      source_url: 'https://example.com/book',
      custom: { slow: true },
    }),
    'exercises/practice/stones/.meta/example.py': '2\n',
    'exercises/practice/stones/.gitignore': '',
    'exercises/practice/stones/a.py': 'A = 1',
    'exercises/practice/stones/z.py': 'Z = 1',
    'exercises/practice/stones/stones_test.py': 'assert 1\n',
    'exercises/practice/old/.docs/instructions.md': 'Do it as one did.\n',
    'exercises/practice/old/.meta/config.json': json({
      authors: ['ada'],
      files: { solution: [], test: [], example: [] },
    }),
  };
}

type TrackConfig = ReturnType<typeof trackConfig>;

const trackConfig = () => ({
  language: 'Wood',
  slug: 'wood',
  active: true,
  status: { concept_exercises: true, test_runner: false },
  blurb: 'A language of wood.',
  version: 3,
  exercises: {
    concept: [
      {
        slug: 'lamps',
        name: 'Lamps',
        uuid: uuid(1),
        concepts: ['loops'],
        prerequisites: ['values', 'still-to-be-written'],
        status: 'beta',
      } as Record<string, unknown>,
    ],
    practice: [
      {
        slug: 'stones',
        name: 'Stones',
        uuid: uuid(2),
        practices: ['loops'],
        prerequisites: ['loops'],
        difficulty: 4,
        topics: ['files'],
      },
      {
        slug: 'old',
        name: 'Old',
        uuid: uuid(3),
        practices: [],
        prerequisites: [],
        difficulty: 9,
        status: 'deprecated',
      },
    ] as Record<string, unknown>[],
    foregone: ['lens'],
  },
  concepts: [
    { uuid: uuid(11), slug: 'values', name: 'Values' },
    { uuid: uuid(12), slug: 'loops', name: 'Loops' },
  ],
  tags: ['paradigm/wooden'],
});

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A course of Markdown in small. */
export const markdownFiles = (): Record<string, string | Uint8Array> => ({
  'course.md':
    '---\nname: Stone\nslug: stone\ndifficulty: intermediate\nlicence: CC-BY-4.0\nmodules: [first, second]\n---\nA language of stone.\n',
  'image.png': new Uint8Array([137, 80, 0, 255]),
  'modules/first/module.md': '---\ntitle: First\nauthors: [ada]\nmaterials: [read, look]\n---\n',
  'modules/first/materials/read.md': '---\ntitle: Read\nduration: 5\n---\n# Read\r\n\r\nTo the end.',
  'modules/first/materials/look.md': '---\ntitle: Look\ntype: code-example\n---\n\nlook()\n',
  'modules/first/assignments/add/assignment.md':
    '---\ntitle: Add\nlevel: 5\ntopics: [numbers]\nfiles:\n  starter: [b.py, a.py]\n  test: [t/add_test.py]\ntestCases:\n  - name: two\n    input: 1 1\n    expectedOutput: "2"\n    hidden: true\nhints: [Use plus.]\n---\nAdd the numbers.\n',
  'modules/first/assignments/add/a.py': 'a\n',
  'modules/first/assignments/add/b.py': 'b\n',
  'modules/first/assignments/add/t/add_test.py': 'assert\n',
  'modules/first/assignments/add/notes.txt': 'kept\n',
  'modules/second/module.md':
    '---\ntitle: Second\nprerequisites: [first]\nextra:\n  colour: red\n---\nWhat comes.\n',
  'modules/second/quizzes/check.md':
    '---\ntitle: Check\npassingScore: 80\nquestions:\n  - question: Which?\n    explanation: This.\n    points: 3\n    options:\n      - text: This\n        correct: true\n      - text: That\n  - question: What?\n    options:\n      - {text: No}\n      - {text: "Yes", correct: true}\n---\n',
});

/** With a slug, a name and uuids of its own, so that tests do not meet. */
export function copyOf(files: Texts, number: number): Record<string, string | Uint8Array> {
  const renamed = (text: string) =>
    text
      .replaceAll('0000-4000-8000', `0000-4000-${8000 + number}`)
      .replace(/"slug": "wood"/, `"slug": "wood-${number}"`)
      .replace(/"language": "Wood"/, `"language": "Wood ${number}"`)
      .replace(/^name: Stone\nslug: stone/m, `name: Stone ${number}\nslug: stone-${number}`);
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? renamed(content) : content,
    ]),
  );
}

/** The nth uuid in such a copy. */
export const idIn = (number: number, n: number): string =>
  uuid(n).replace('4000-8000', `4000-${8000 + number}`);
