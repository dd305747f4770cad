import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withEmptyDatabase } from '../src/empty-database.js';
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

  it('migrates, asks for the status, seeds and is found healthy by its command', () =>
    withEmptyDatabase(service, async (url) => {
      const command = async (...args: string[]) => {
        const environment = { [`${service.toUpperCase()}_DATABASE_URL`]: url };
        const { stdout } = await inFixture(
          'node',
          `codezest-db-${service}`,
          [...args, '--json'],
          environment,
        );
        return JSON.parse(stdout);
      };

      const { applied } = await command('migrate');
      const status = await command('status');
      const seeded = await command('seed');
      const doctor = await command('doctor');

      expect(applied.length).toBeGreaterThan(0);
      expect(status).toMatchObject({ upToDate: true, pending: [] });
      expect(seeded.rows).toBeGreaterThan(50);
      expect(doctor.healthy).toBe(true);
      const { password, username } = new URL(url);
      expect(JSON.stringify([status, seeded, doctor])).not.toMatch(new RegExp(`${username}:|${password}`));
    }));
});

/** The compiler that the service has installed, and the native one, which knows node10 no more. */
const compilers = {
  'TypeScript 5.9': 'tsc',
  'TypeScript 7.0': join(
    createRequire(import.meta.url).resolve('typescript-native/package.json'),
    '../bin/tsc',
  ),
};

it.each([
  ['node10', 'TypeScript 5.9', ['--module', 'commonjs', '--moduleResolution', 'node10']],
  ['nodenext', 'TypeScript 7.0', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
  ['bundler', 'TypeScript 7.0', ['--module', 'esnext', '--moduleResolution', 'bundler']],
] as const)(
  'type-checks and emits declarations under moduleResolution %s by %s',
  async (_name, compiler, options) => {
    const strict = [
      '--strict',
      '--declaration',
      '--emitDeclarationOnly',
      '--outDir',
      'types-out',
      '--target',
      'es2022',
    ];
    const { stdout } = await inFixture('node', compilers[compiler], [...strict, ...options, 'types.ts']);

    expect(stdout).toBe('');
  },
);

it('installs neither Prisma’s CLI nor its client', async () => {
  const { stdout } = await inFixture('.', 'npm', ['ls', '--all', '--parseable']);

  expect(stdout).toContain('node_modules/@prisma/adapter-pg');
  expect(stdout).not.toMatch(/node_modules\/(?:prisma|@prisma\/client)$/m);
});
