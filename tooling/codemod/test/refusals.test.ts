import { spawnSync } from 'node:child_process';
import { rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CodemodError } from '../src/errors.js';
import { runCodemod } from '../src/run-codemod.js';
import { serviceOf } from './service-copy.js';

const PROGRAM = fileURLToPath(new URL('../bin/codezest-db-codemod.mjs', import.meta.url));
const source = `import { prisma } from '@codezest-academy/codezest-db';\nexport const p = prisma;\n`;

function started(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('a run is refused', () => {
  it('in a tree with changes that are not committed, unless it is told otherwise', async () => {
    const service = serviceOf({ 'src/a.ts': source });
    service.write('src/b.ts', source);

    const refused = runCodemod({ folder: service.folder, services: ['auth'] });

    await expect(refused).rejects.toThrow(CodemodError);
    await expect(refused).rejects.toMatchObject({ code: 'CODEMOD_TREE_DIRTY' });
    expect(service.read('src/a.ts')).toBe(source);
    const { changed } = await runCodemod({ folder: service.folder, services: ['auth'], allowDirty: true });
    expect(changed).toEqual(['src/a.ts', 'src/b.ts']);
  });

  it('outside of git, unless it is told otherwise', async () => {
    const service = serviceOf({ 'src/a.ts': source });
    rmSync(join(service.folder, '.git'), { recursive: true });

    await expect(runCodemod({ folder: service.folder, services: ['auth'] })).rejects.toMatchObject({
      code: 'CODEMOD_NO_GIT',
    });
    const { changed } = await runCodemod({ folder: service.folder, services: ['auth'], allowDirty: true });
    expect(changed).toEqual(['src/a.ts']);
  });

  it('where the new packages are not installed, naming them', async () => {
    const service = serviceOf({ 'src/a.ts': source });
    unlinkSync(join(service.folder, 'node_modules'));

    await expect(runCodemod({ folder: service.folder, services: ['auth'] })).rejects.toMatchObject({
      code: 'CODEMOD_PACKAGE_MISSING',
      message: expect.stringContaining('npm install @codezest/db-auth @codezest/db-types'),
    });
    expect(service.changes()).toEqual([]);
  });

  it.each([
    ['there is no such folder', {}, '/nowhere-at-all', 'CODEMOD_FOLDER_MISSING'],
    [
      'no tsconfig.json is there',
      { 'tsconfig.json': '{ "include": [], "files": [] }' },
      '',
      'CODEMOD_PROJECT_MISSING',
    ],
    [
      'a tsconfig.json is none',
      { 'src/a.ts': source, 'tsconfig.json': '{ "include": [' },
      '',
      'CODEMOD_PROJECT_INVALID',
    ],
  ])('where %s', async (_name, files, below, code) => {
    const service = serviceOf(files);

    await expect(runCodemod({ folder: service.folder + below, services: ['auth'] })).rejects.toMatchObject({
      code,
    });
  });
});

describe('the command', () => {
  it('tells how it is used', () => {
    const { status, stdout } = started('--help');

    expect(status).toBe(0);
    for (const word of ['--dry-run', '--allow-dirty', '--service', 'Exit codes'])
      expect(stdout).toContain(word);
  });

  it('ends with 1 and the code of what it refuses', () => {
    const service = serviceOf({ 'src/a.ts': source });
    service.write('src/b.ts', source);

    const { status, stdout, stderr } = started(service.folder, '--service', 'auth');

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^CODEMOD_TREE_DIRTY: /);
    expect(started(service.folder, '--service', 'everything').stderr).toContain('auth, learning');
  });

  it('ends with 2 and file, line and reason of what is left, and writes nothing in a dry run', () => {
    const left = `${source}export const all = () =>\n  prisma.user.delete({ where: { email: 'a@example.org' } });\n`;
    const service = serviceOf({ 'src/a.ts': left });

    const { status, stdout } = started(service.folder, '--service', 'auth', '--dry-run');

    expect(status).toBe(2);
    expect(stdout).toContain('1 file would be changed\n  src/a.ts\n1 left for a person\n  src/a.ts:4  ');
    expect(service.changes()).toEqual([]);
  });
});
