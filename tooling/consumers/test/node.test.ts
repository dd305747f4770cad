import { describe, expect, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';
import { SERVICES } from '../src/tarballs.js';

describe.each(SERVICES)('a service that installs only the tarball of db-%s', (service) => {
  it.each(['cjs', 'mjs'])(
    'creates and reads a row from .%s, and its process ends by itself',
    async (format) => {
      const { stdout, stderr } = await inFixture('node', 'node', [`use-package.${format}`, service]);

      expect(JSON.parse(stdout)).toMatchObject({ service });
      expect(stderr).toBe('');
    },
  );

  it('migrates and asks for the status without the Prisma CLI', async () => {
    const { stdout } = await inFixture('node', `codezest-db-${service}`, ['--help']);

    expect(stdout).toMatch(/migrate[\s\S]*status[\s\S]*seed/);
  });
});

it.each([
  ['node10', ['--module', 'commonjs', '--moduleResolution', 'node10']],
  ['nodenext', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
  ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('type-checks and emits declarations under moduleResolution %s', async (_name, options) => {
  const strict = [
    '--strict',
    '--declaration',
    '--emitDeclarationOnly',
    '--outDir',
    'types-out',
    '--target',
    'es2022',
  ];
  const { stdout } = await inFixture('node', 'tsc', [...strict, ...options, 'types.ts']);

  expect(stdout).toBe('');
});

it('installs no Prisma CLI', async () => {
  const { stdout } = await inFixture('.', 'npm', ['ls', '--all', '--parseable']);

  expect(stdout).toContain('@prisma/client');
  expect(stdout).not.toMatch(/node_modules\/prisma$/m);
});
