import { dirname, join } from 'node:path';
import { repositoryRoot, services } from '@codezest/schema-docs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { read, repositoryFiles } from './repository.js';

// Five generated clients are type-checked along with the examples.
const SLOW = 180_000;

/** A block of TypeScript in a document is a module of its own: a reader copies it as it stands. */
interface Example {
  document: string;
  line: number;
  code: string;
}

const examples = repositoryFiles()
  .filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md') && !path.startsWith('.changeset/'))
  .flatMap((document) => examplesOf(document, read(document)));

it('what the documents show compiles', { timeout: SLOW }, () => {
  expect(examples.length).toBeGreaterThan(5);

  expect(problemsOf(examples)).toEqual([]);
});

it('an example that does not compile is found, and named by its line', { timeout: SLOW }, () => {
  const document = 'packages/db-types/README.md';
  const text = [
    'Some words.',
    '',
    '```ts',
    "import { UserRole } from '@codezest/db-types';",
    'UserRole.USER;',
    '```',
  ];

  const problems = problemsOf(examplesOf(document, text.join('\n')));

  expect(problems).toEqual([
    expect.stringMatching(/^packages\/db-types\/README\.md:5: Property 'USER' does not exist/),
  ]);
});

function examplesOf(document: string, text: string): Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    document,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }));
}

function problemsOf(examples: Example[]): string[] {
  const files = new Map(examples.map((example, at) => [placeOf(example, at), example]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => codeOf(files.get(path)) ?? readFile(path);

  const program = ts.createProgram([...files.keys(), ...globalTypes], options, host);
  return [...files].flatMap(([path, example]) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, messageText }) => {
        const offset = source?.getLineAndCharacterOfPosition(start).line ?? 0;
        return `${example.document}:${example.line + offset}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}

// An example without import or export would share its names with all others.
function codeOf(example: Example | undefined): string | undefined {
  return example === undefined ? undefined : `${example.code}\nexport {};\n`;
}

/** In the folder whose dependencies the reader has: the package's own, or for the whole the demo's, which uses all. */
function placeOf({ document }: Example, at: number): string {
  const own = /^(?:packages|tooling)\/[^/]+\//.test(document);
  return join(repositoryRoot, own ? dirname(document) : 'tooling/demo', `example-${at}.ts`);
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noUncheckedIndexedAccess: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(repositoryRoot, 'node_modules/@types')],
  // The sources, so that an example is judged by what is about to be released.
  paths: Object.fromEntries(
    ['types', 'delivery', ...services].flatMap((name) => {
      const source = join(repositoryRoot, `packages/db-${name}/src`);
      return [
        [`@codezest/db-${name}`, [join(source, 'index.ts')]],
        [`@codezest/db-${name}/*`, [join(source, '*.ts')]],
      ];
    }),
  ),
};
const globalTypes = services.map((name) => join(repositoryRoot, `packages/db-${name}/src/prisma-types.ts`));
