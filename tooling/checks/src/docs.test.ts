import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@codezest/schema-docs';
import { freshOverview, readOverview } from '@codezest/schema-docs/overview';
import { expect, it } from 'vitest';
import { type Manifest, read, repositoryFiles } from './repository.js';

it('the model tables of PLAN_OVERVIEW.md are those of the schemas', async () => {
  const overview = readOverview();

  expect(overview.match(/^#### \w+$/gm)?.length ?? 0).toBeGreaterThan(40);
  expect(
    overview === (await freshOverview(overview)),
    'PLAN_OVERVIEW.md is stale; write it with: pnpm --filter @codezest/schema-docs write',
  ).toBe(true);
});

it('UPDATES_SUMMARY.md names only what is in the packages', () => {
  // What was before stands in the last section.
  const [present = ''] = read('.context/UPDATES_SUMMARY.md').split('## What became of known fields');
  const names = new Set([...present.matchAll(/`([a-z]\w+)`/g)].map(([, name = '']) => name));
  const files = repositoryFiles().filter((file) => /^packages\/[^/]+\/(?:src|prisma\/schema)\//.test(file));
  const words = new Set(files.flatMap((file) => read(file).match(/\w+/g) ?? []));

  expect(names.size).toBeGreaterThan(50);
  expect([...names].filter((name) => !words.has(name))).toEqual([]);
});

it('every command that a document or the demo tells somebody to run in this repository exists', () => {
  const { scripts = {} } = JSON.parse(read('package.json')) as Manifest;
  const tellers = repositoryFiles().filter(
    (file) =>
      /^(?:[^/]+\.md|\.context\/.*\.md|\.env\.example|tooling\/.*\.md|tooling\/demo\/src\/.*\.ts)$/.test(
        file,
      ) && !file.endsWith('CHANGELOG.md'),
  );
  // In backticks, or at the start of a line of code.
  const told = tellers.flatMap((file) =>
    [...read(file).matchAll(/(?:`|^ *|')(npm run(?: --silent)?|pnpm exec|npx|pnpm) ([a-z][\w:-]*)/gm)].map(
      ([, runner = '', name = '']) => ({ file, runner, name }),
    ),
  );
  const missing = told.filter(({ runner, name }) =>
    runner === 'npx' || runner === 'pnpm exec'
      ? !isProgram(name)
      : !(name in scripts) && !['exec', 'install', 'pack'].includes(name),
  );

  expect(told.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

it('every path that a map names exists', () => {
  const maps: [document: string, folder: string, paths: RegExp][] = [
    ['CONTRIBUTING.md', '.', /`((?:packages|tooling)\/[\w./-]+)`/g],
    ['packages/db-core/README.md', 'packages/db-core', /`((?:src|rules)\b[\w./-]*)`/g],
  ];
  for (const [document, folder, pattern] of maps) {
    const named = [...read(document).matchAll(pattern)].map(([, path = '']) => path);

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(repositoryRoot, folder, path)))).toEqual([]);
  }
});

/** Of the root, or of the package that the document is about. `npx codezest-db-…` is run where a service installed it. */
function isProgram(name: string): boolean {
  const folders = ['.', 'packages/db-auth'].map((folder) =>
    join(repositoryRoot, folder, 'node_modules/.bin'),
  );
  return name.startsWith('codezest-db-') || folders.some((folder) => existsSync(join(folder, name)));
}
