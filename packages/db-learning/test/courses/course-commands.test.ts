import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeCli } from '@codezest/db-core/cli';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCourseCommands } from '../../src/course-commands.js';
import { filesOfFolder } from '../../src/courses/folder-files.js';
import { enrol, type PrismaClient, startMaterial } from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { createCourse, someUser } from '../fixtures.js';
import { folderOf, markdownFiles, removeFolders, trackFiles } from './folders.js';

let database: TestDatabase;
let client: PrismaClient;
const target = mkdtempSync(join(tmpdir(), 'exported-'));

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(async () => {
  removeFolders();
  rmSync(target, { recursive: true, force: true });
  await database?.drop();
});

async function run(argv: string[], env: Record<string, string> = { LEARNING_DATABASE_URL: database.url }) {
  let out = '';
  let errors = '';
  const code = await executeCli(
    { service: 'learning', package: join(import.meta.dirname, '../..'), addCommands: addCourseCommands },
    {
      argv,
      env,
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (errors += text) },
    },
  );
  return { code, out, errors };
}

test('--check needs no database, and names each mistake for people and for programs', async () => {
  expect(await run(['import-course', folderOf(markdownFiles()), '--check'], {})).toEqual({
    code: 0,
    out: 'stone: 6 parts, nothing is wrong.\n',
    errors: '',
  });
  const wrong = folderOf({ ...markdownFiles(), 'modules/first/module.md': '---\ntitle: 1\n---\n' });
  const { code, errors } = await run(['import-course', wrong, '--check'], {});
  expect({ code, errors }).toEqual({
    code: 1,
    errors: expect.stringContaining('modules/first/module.md:2: title: must be string'),
  });
  const { out } = await run(['import-course', wrong, '--check', '--json'], {});
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'COURSE_INVALID' } });
});

test('a course is shown before it is stored, stored once, and comes out as it went in', async () => {
  const files = trackFiles();
  const folder = folderOf(files);
  const tried = await run(['import-course', folder, '--dry-run']);
  expect(tried).toMatchObject({
    code: 0,
    out: expect.stringContaining('  + create assignment loops/lamps\n'),
  });
  expect(await client.programmingLanguage.count()).toBe(0);
  expect(JSON.parse((await run(['import-course', folder, '--dry-run', '--json'])).out).changes[0]).toEqual({
    action: 'create',
    kind: 'language',
    name: 'wood',
  });

  const stored = await run(['import-course', folder]);
  expect(stored.out).toMatch(
    / {2}\+ create assignment loops\/lamps\n[\s\S]*Stored: \d+ changes, progress recomputed: 0\n$/,
  );
  expect((await run(['import-course', folder])).out).toBe(
    'The course is stored as the files say.\nStored: 0 changes, progress recomputed: 0\n',
  );

  expect(await run(['export-course', 'wood', join(target, 'wood')])).toEqual({
    code: 0,
    out: `Written: ${Object.keys(files).length} files\n`,
    errors: '',
  });
  // Config files may have their fields in another order.
  const contents = (path: string) =>
    Object.fromEntries(
      [...filesOfFolder(path).values()].map(({ path: name, content }) => {
        const text = Buffer.from(content).toString('latin1');
        return [name, name.endsWith('config.json') ? JSON.parse(text) : text];
      }),
    );
  expect(contents(join(target, 'wood'))).toEqual(contents(folder));

  const again = await run(['export-course', 'wood', join(target, 'wood')]);
  expect(again).toMatchObject({ code: 1, errors: expect.stringContaining('The folder is not empty') });
  expect(await run(['export-course', 'nothing', join(target, 'nothing')])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('There is no such language'),
  });
});

test('a course that was made by hand begins to be kept in files without losing a row', async () => {
  const course = await createCourse(client, { questions: 2 });
  const { slug } = await client.programmingLanguage.findFirstOrThrow({ where: { id: course.languageId } });
  const userId = someUser();
  await enrol(client, { userId, languageId: course.languageId });
  await startMaterial(client, { userId, materialId: course.materials[0]?.id as never });

  const folder = join(target, slug);
  await run(['export-course', slug, folder]);
  expect(readFileSync(join(folder, 'course.md'), 'utf8')).toContain(`slug: ${slug}\n`);
  const { out } = await run(['import-course', folder, '--json']);
  const actions = JSON.parse(out).changes.map(({ action }: { action: string }) => action);
  expect(new Set(actions)).toEqual(new Set(['change']));
  expect((await run(['import-course', folder])).out).toContain('The course is stored as the files say.');
  expect(await client.material.count({ where: { moduleId: course.id } })).toBe(course.materials.length);
  expect(await client.materialProgress.count({ where: { userId } })).toBe(1);
});
