import { services } from '@codezest/schema-docs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { codeOf, exportedFunctions, namesImported } from './exported-functions.js';
import { filesBelow, packageOf, read } from './repository.js';
import { parse } from './source-code.js';

/** What a reader finds where, in every package. */
const CHAPTERS = [
  'Install',
  'Use',
  'Functions',
  'When to use Prisma directly',
  'Guarantees',
  'Migrate',
  'Test',
  'Errors',
];

/** Chapters whose words are the same in all five, up to the first heading within; their examples may differ. */
const SAME_WORDS = [
  '### Start and stop',
  '### Retry transient failures',
  '### Watch',
  '## Migrate',
  '## Test',
];

const published = ['types', ...services].map((name) => `db-${name}`);

describe.each(published)('the README of %s', (name) => {
  const document = `packages/${name}/README.md`;
  const examples = filesBelow(`packages/${name}/test/examples`, '.ts');

  it('shows the examples that the tests run, and no others', () => {
    const files = examples.map((path) =>
      read(path).replace(/'\.\.\/\.\.\/src\/([\w-]+)\.js'/g, (_all, entry) =>
        entry === 'index' ? `'@codezest/${name}'` : `'@codezest/${name}/${entry}'`,
      ),
    );

    expect(examples.length).toBeGreaterThan(3);
    expect(codeOf(document).sort()).toEqual(files.sort());
  });

  it('shows nothing that no test imports', () => {
    const tests = filesBelow(`packages/${name}/test`, '.test.ts').map(read);
    const unused = examples.flatMap((path) => {
      const module = path.replace(/^.*\//, '').replace('.ts', '');
      const users = tests.filter((text) => text.includes(`examples/${module}.js'`)).join('\n');
      const whole = new RegExp(`import \\* as \\w+ from '\\./examples/${module}\\.js'`).test(users);
      return whole
        ? []
        : exportedFunctions(path).filter((exported) => !new RegExp(`\\b${exported}\\b`).test(users));
    });

    expect(unused).toEqual([]);
  });
});

describe.each(services)('the README of db-%s', (service) => {
  const document = `packages/db-${service}/README.md`;
  const text = read(document);

  it('has its chapters in the order of all five', () => {
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, chapter]) => chapter)).toEqual(CHAPTERS);
  });

  it('has an example of every function that the package exports', () => {
    const entries = Object.keys(packageOf(service).manifest.exports ?? {}).filter(
      (path) => !/\*|package\.json/.test(path),
    );
    const missing = entries.flatMap((entry) => {
      const source = entry === '.' ? 'index' : entry.slice(2);
      const specifier = `@codezest/db-${service}${entry.slice(1)}`;
      const shown = codeOf(document).flatMap((code) => namesImported(code, specifier));
      return exportedFunctions(`packages/db-${service}/src/${source}.ts`).filter(
        (each) => !shown.includes(each),
      );
    });

    expect(exportedFunctions(`packages/db-${service}/src/index.ts`).length).toBeGreaterThan(25);
    expect(missing).toEqual([]);
  });

  it('names every command', () => {
    const added = read('packages/db-core/src/cli/run-cli.ts') + read(`packages/db-${service}/src/cli.ts`);
    const common = filesBelow('packages/db-core/src/cli', '-command.ts').filter((path) =>
      exportedFunctions(path).some((add) => added.includes(add)),
    );
    const commands = [...common, ...filesBelow(`packages/db-${service}/src`, '.ts')].flatMap(commandsIn);

    expect(commands).toEqual(
      expect.arrayContaining(['migrate', 'status', 'seed', 'doctor', 'studio', 'wait', 'roles']),
    );
    const words = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.split(' '));
    expect(commands.filter((command) => !words.includes(command))).toEqual([]);
  });
});

it('the README of the whole shows what a package shows', () => {
  const shown = published.flatMap((name) => codeOf(`packages/${name}/README.md`));

  expect(codeOf('README.md').length).toBeGreaterThan(0);
  expect(codeOf('README.md').filter((code) => !shown.includes(code))).toEqual([]);
});

it.each(SAME_WORDS)('%s says the same in all five', (heading) => {
  const [first, ...others] = services.map((service) => ({ service, words: wordsUnder(heading, service) }));

  expect(first?.words.length).toBeGreaterThan(100);
  for (const { service, words } of others) expect(words, `db-${service}`).toBe(first?.words);
});

/** Prose and tables under a heading, without code and without the service's name. */
function wordsUnder(heading: string, service: string): string {
  const [, after = ''] = read(`packages/db-${service}/README.md`).split(`\n${heading}\n`);
  const chapter = after.split(/^#{2,3} /m)[0] ?? '';
  return chapter.replace(/^```[\s\S]*?^```$/gm, '').replaceAll(service, '<service>');
}

/** First words of `.command('migrate')` and `.command('baseline <migration>')`. */
function commandsIn(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const [name] = ts.isCallExpression(node) ? node.arguments : [];
    const isCommand =
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'command';
    if (isCommand && name && ts.isStringLiteral(name)) found.push(name.text.split(' ')[0] ?? '');
    ts.forEachChild(node, visit);
  };
  visit(parse(path));
  return found;
}
