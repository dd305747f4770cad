import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';
import { filesOf, PUBLISHED, repository, run } from '../src/tarballs.js';

const tarballs = inject('tarballs');

/** Everything that a tarball may hold; sources, tests, maps and notes for developers stay at home. */
const allowed = [
  /^package\.json$/,
  /^README\.md$/,
  /^CHANGELOG\.md$/,
  /^dist\/(?:cjs|esm)\/package\.json$/,
  /^dist\/(?:cjs|esm)\/[\w-]+\.js$/,
  /^dist\/(?:cjs|esm)\/[\w-]+\.d\.ts$/,
  /^dist\/docs\/(?:errors|importing|upgrading)\.md$/,
  /^dist\/(?:cjs|esm)\/types\/(?:[\w.-]+\/)*[\w.-]+\.d\.ts$/,
];
const allowedOfPrograms = [...allowed, /^bin\/codezest-db-[a-z]+\.js$/];
const allowedOfDatabases = [
  ...allowedOfPrograms,
  // What the code loads of Prisma's client, under its license: no compiler of another database, none twice.
  /^dist\/prisma\/(?:client|query_compiler_small_bg\.postgresql(?:\.wasm-base64)?)\.js$/,
  /^dist\/prisma\/(?:LICENSE|README\.md|package\.json)$/,
  // Formats of files that people write.
  /^docs\/[a-z-]+(?:\.md|\.schema\.json)$/,
  /^prisma\/schema\/[a-z-]+\.prisma$/,
  /^prisma\/migrations\/migration_lock\.toml$/,
  // What is released, by checksum: the runner refuses a file that is not as it was.
  /^prisma\/migrations\/migrations\.lock$/,
  /^prisma\/migrations\/\d{14}_\w+\/migration\.sql$/,
  /^prisma\/migrations\/\d{14}_\w+\.data\.sql$/,
];

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe.each(PUBLISHED)('the tarball of %s', (name) => {
  const tarball = tarballs[name] as string;
  const isDatabase = name !== 'db-types' && name !== 'db-delivery';

  it('holds what a service needs and nothing else', async () => {
    const files = await filesOf(tarball);
    const expected = isDatabase ? allowedOfDatabases : name === 'db-types' ? allowed : allowedOfPrograms;

    expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'dist/cjs/index.js',
        'dist/esm/index.js',
        'dist/cjs/index.d.ts',
        'dist/docs/upgrading.md',
      ]),
    );
    if (!isDatabase) return;
    expect(files).toContain('prisma/schema/base.prisma');
    expect(files).toContain('dist/prisma/LICENSE');
    expect(files.some((file) => file.endsWith('/migration.sql'))).toBe(true);
    expect(files.some((file) => /^dist\/cjs\/types\/db-[a-z]+\/generated\/client\.d\.ts$/.test(file))).toBe(
      true,
    );
  });

  it('asks for no package of ours but db-types, by version and not by workspace', async () => {
    const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(stdout);
    const asked = { ...dependencies, ...peerDependencies } as Record<string, string>;

    expect(Object.keys(asked).filter((dependency) => dependency.startsWith('@codezest/'))).toEqual(
      name === 'db-types' ? [] : ['@codezest/db-types'],
    );
    expect(Object.entries(asked).filter(([, range]) => /workspace|catalog|file|link/.test(range))).toEqual(
      [],
    );
  });

  it('names no package in its code and declarations but those it asks for', async () => {
    const installed = join(inject('consumers'), 'node_modules/@codezest', name);
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    const known = [name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
    const files = (await filesOf(tarball)).filter((file) => /^dist\/.*\.(?:js|d\.ts)$/.test(file));
    const named = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(installed, file), 'utf8');
        return ts
          .preProcessFile(text, true, true)
          .importedFiles.map(({ fileName }) => fileName)
          .filter((specifier) => !specifier.startsWith('.'))
          .filter((specifier) => !known.includes(packageOf(specifier)) && !isBuiltin(specifier))
          .map((specifier) => `${file}: ${specifier}`);
      }),
    );

    expect(files.length).toBeGreaterThan(5);
    expect(named.flat()).toEqual([]);
  });

  it('exports every class under its own name', async () => {
    const entries = Object.keys(
      JSON.parse(
        await readFile(join(inject('consumers'), 'node_modules/@codezest', name, 'package.json'), 'utf8'),
      ).exports,
    )
      .filter((path) => !/\*|package\.json/.test(path))
      .map((path) => join('@codezest', name, path));
    const namesIn = async (format: string): Promise<[string, string, string][]> => {
      const { stdout } = await inFixture('node', 'node', [`class-names.${format}`, ...entries]);
      return JSON.parse(stdout);
    };
    const classes = [...(await namesIn('cjs')), ...(await namesIn('mjs'))];

    expect(classes.length).toBeGreaterThan(1);
    expect(classes.filter(([, exported, named]) => exported !== named)).toEqual([]);
  });

  it('is what publint would have it', async () => {
    const { buffer, byteOffset, byteLength } = await readFile(tarball);
    const { messages, pkg = {} } = await publint({
      pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer },
      strict: true,
    });

    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has types that are right for every way of resolving them', async () => {
    const attw = join(repository, 'tooling/consumers/node_modules/.bin/attw');
    const judged = await run(attw, [tarball, '--no-color', '--no-emoji']).catch(
      (refused: { stdout: string }) => refused,
    );

    expect(judged.stdout).toContain('No problems found');
  });
});
