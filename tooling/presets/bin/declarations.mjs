import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Writes `dist/<format>/<entry>.d.ts` for every entry that the manifest exports, and below `dist/<format>/types` the
 * declarations that these reach, no others. Imports of internal workspace packages become relative paths: a consumer
 * installs our package alone.
 *
 * The same text serves both formats; each stands in a folder whose package.json says which format it describes
 * (https://www.typescriptlang.org/docs/handbook/modules/reference.html#the-moduleresolution-compiler-option).
 */
export function emitDeclarations(manifest) {
  const repository = resolve('../..');
  const entries = exportedEntries(manifest);
  const emitted = declarationsOf(
    entries.map((entry) => resolve(`src/${entry}.ts`)),
    repository,
  );
  const reached = reachable(
    entries.map((entry) => resolve(`src/${entry}.d.ts`)),
    emitted,
  );

  for (const format of ['cjs', 'esm']) {
    const types = (file) => join('types', relative(repository, file).replace(/^(packages|tooling)\//, ''));
    for (const [file, text] of reached) write(join('dist', format, types(file)), text(types));
    for (const entry of entries) {
      const target = types(resolve(`src/${entry}.d.ts`)).replace(/\.d\.ts$/, '.js');
      write(join('dist', format, `${entry}.d.ts`), `export * from './${target}';\n`);
    }
  }
}

function exportedEntries(manifest) {
  return Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => (path === '.' ? 'index' : path.slice(2)));
}

/** Declarations by absolute path. Type errors stop the build: a declaration of a broken source is a broken promise. */
function declarationsOf(files, repository) {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, files, include: undefined },
    ts.sys,
    process.cwd(),
  );
  const program = ts.createProgram(files, {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: repository,
    outDir: repository,
    allowImportingTsExtensions: false,
  });

  const emitted = new Map();
  const { diagnostics } = program.emit(
    undefined,
    (file, text) => emitted.set(resolve(file), text),
    undefined,
    true,
  );
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0) {
    const host = {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => process.cwd(),
      getNewLine: () => '\n',
    };
    console.error(ts.formatDiagnostics(problems, host));
    process.exit(1);
  }
  return emitted;
}

const SPECIFIER = /((?:from|import)\s*\(?\s*)(['"])([^'"]+)\2/g;

/** Files reached from the entries, each with a function that prints it with its workspace imports made relative. */
function reachable(entries, emitted) {
  const reached = new Map();
  const queue = [...entries];
  for (const file of queue) {
    if (reached.has(file)) continue;
    const text = emitted.get(file);
    if (text === undefined) throw new Error(`no declaration was emitted for ${file}`);

    const targets = new Map();
    for (const [, , , specifier] of text.matchAll(SPECIFIER)) {
      const target = declarationOf(specifier, file);
      if (target === undefined) continue;
      targets.set(specifier, target);
      queue.push(target);
    }
    reached.set(file, (types) =>
      text.replace(SPECIFIER, (match, lead, quote, specifier) => {
        const target = targets.get(specifier);
        if (target === undefined || specifier.startsWith('.')) return match;
        const path = relative(dirname(types(file)), types(target)).replace(/\.d\.ts$/, '.js');
        return `${lead}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
      }),
    );
  }
  return reached;
}

/** The declaration that a specifier names, or nothing for a package that the consumer installs. */
function declarationOf(specifier, from) {
  if (specifier.startsWith('.')) return resolve(dirname(from), specifier.replace(/\.[jt]s$/, '.d.ts'));
  if (!specifier.startsWith('@codezest/') || specifier === '@codezest/db-types') return undefined;
  const [scope, name, ...subpath] = specifier.split('/');
  const directory = resolve('node_modules', scope, name);
  const { exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const source = exports[['.', ...subpath].join('/')];
  return ts.sys.realpath(join(directory, source)).replace(/\.ts$/, '.d.ts');
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
