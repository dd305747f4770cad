import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installPackages, PUBLISHED } from '../src/installed-packages.js';

const run = promisify(execFile);
const SERVICES = PUBLISHED.filter((name) => name !== 'db-types').map((name) => name.slice('db-'.length));

let consumer: Installed;
beforeAll(async () => {
  consumer = await installPackages('node', { typescript: '5.9.3', '@types/node': '20.19.43' });
}, 240_000);
afterAll(() => consumer.remove());

const inConsumer = (command: string, ...rest: string[]) =>
  run(command, rest, {
    cwd: consumer.directory,
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: 150_000,
  });

describe.each(SERVICES)('a service that installs only the tarball of db-%s', (service) => {
  it.each(['cjs', 'mjs'])(
    'creates and reads a row from .%s, and its process ends by itself',
    async (format) => {
      const { stdout, stderr } = await inConsumer('node', `use-package.${format}`, service);

      expect(JSON.parse(stdout)).toMatchObject({ service });
      expect(stderr).toBe('');
    },
  );

  it('migrates and asks for the status without the Prisma CLI', async () => {
    const { stdout } = await inConsumer('npx', '--no-install', `codezest-db-${service}`, '--help');

    expect(stdout).toMatch(/migrate[\s\S]*status[\s\S]*seed/);
  });
});

it.each([
  ['node10', ['--module', 'commonjs', '--moduleResolution', 'node10']],
  ['nodenext', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
  ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])(
  'type-checks and emits declarations under moduleResolution %s',
  async (_name, options) => {
    const strict = [
      '--strict',
      '--declaration',
      '--emitDeclarationOnly',
      '--outDir',
      'types-out',
      '--target',
      'es2022',
    ];
    const checked = await inConsumer('npx', '--no-install', 'tsc', ...strict, ...options, 'types.ts').catch(
      (error: { stdout: string }) => error,
    );

    expect(checked.stdout).toBe('');
  },
  180_000,
);

it('installs no Prisma CLI', async () => {
  const { stdout } = await inConsumer('npm', 'ls', '--all', '--parseable');

  expect(stdout).toContain('@prisma/client');
  expect(stdout).not.toMatch(/node_modules\/prisma$/m);
});
