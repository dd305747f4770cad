import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';
import { installPackages } from '../src/installed-packages.js';
import { SERVICES } from '../src/tarballs.js';

/** Of a service that installs one package, in megabytes. */
const MOST_INSTALLED = 20;

it('loads the query compiler once, at the first call of Prisma’s own', async () => {
  const { stdout } = await inFixture('node', 'node', ['when-prisma-loads.cjs']);

  expect(JSON.parse(stdout)).toEqual({
    afterImport: 0,
    afterFunction: 0,
    afterPrismasOwnCall: 1,
    afterBothBuilds: 1,
    errorOf: [true, true, true, true],
    rows: [{ n: 1 }],
    decimal: '0.3',
  });
});

it('takes extensions made with an @prisma/client that the service has installed', async () => {
  await inFixture('extensions', 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts']);
  const options = [
    '--strict',
    '--target',
    'es2022',
    '--module',
    'commonjs',
    '--esModuleInterop',
    '--skipLibCheck',
  ];
  await inFixture('extensions', 'tsc', [...options, '--moduleResolution', 'node10', 'extensions.ts']);

  expect((await inFixture('extensions', 'node', ['extensions.js'])).stdout).toBe('extended\n');
});

it.each(SERVICES)('db-%s with all that it needs is small, and has no package of engines', async (service) => {
  const tarballs = inject('tarballs');
  const own = Object.fromEntries(
    ['db-types', `db-${service}`].map((name) => [name, tarballs[name] as string]),
  );
  const directory = join(inject('consumers'), 'alone', service);
  await installPackages(directory, own, {});

  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;

  expect(megabytes).toBeGreaterThan(5);
  expect(megabytes).toBeLessThan(MOST_INSTALLED);
  expect(paths.filter((path) => /node_modules\/@prisma\/(?:client|engines)\//.test(path))).toEqual([]);
});
