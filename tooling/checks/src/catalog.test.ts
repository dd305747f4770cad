import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { dependencyKinds, type Manifest, packages, read } from './repository.js';

const manifests: { path: string; manifest: Manifest }[] = [
  { path: 'package.json', manifest: JSON.parse(read('package.json')) as Manifest },
  ...packages().map(({ directory, manifest }) => ({ path: `${directory}/package.json`, manifest })),
];
const dependencies = manifests.flatMap(({ path, manifest }) =>
  dependencyKinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}).map(([name, range]) => ({ path, kind, name, range })),
  ),
);

// The catalog's lines, `name: version`, up to the next section.
const catalog = new Map(
  [
    ...(/^catalog:\n((?: {2}.+\n)+)/m.exec(read('pnpm-workspace.yaml'))?.[1] ?? '').matchAll(
      /^ {2}'?([^':]+)'?: (.+)$/gm,
    ),
  ].map(([, name = '', version = '']) => [name, version] as const),
);

describe('versions', () => {
  it('stand in the catalog and nowhere else', () => {
    expect(dependencies.length).toBeGreaterThan(80);

    const elsewhere = dependencies.filter(
      // A peer says what a consumer may have, which is a range.
      ({ kind, range }) =>
        kind !== 'peerDependencies' && range !== 'catalog:' && !range.startsWith('workspace:'),
    );
    expect(elsewhere).toEqual([]);
  });

  it('are exact', () => {
    expect(catalog.size).toBeGreaterThan(20);
    for (const [name, version] of catalog)
      expect(version, name).toMatch(/^(?:npm:[a-z]+@)?\d+\.\d+\.\d+(?:-[\w.-]+)?$/);
  });

  it('are of packages that somebody uses', () => {
    const used = new Set(dependencies.filter(({ range }) => range === 'catalog:').map(({ name }) => name));

    expect([...catalog.keys()].sort()).toEqual([...used].sort());
  });

  // Major 8 is another product, and an install that drifted there fails far from its cause.
  it.each([
    ['prisma', 'tooling/prisma-engine'],
    ['@prisma/client', 'packages/db-auth'],
  ])('%s is installed in major 7', (name, from) => {
    const require = createRequire(join(repositoryRoot, from, 'package.json'));

    const { version } = require(`${name}/package.json`) as { version: string };

    expect(version).toMatch(/^7\./);
    expect(version).toBe(catalog.get(name));
  });
});
