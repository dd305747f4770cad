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
  const internal = internalSources(resolve('.'));
  const emitted = declarationsOf(
    entries.map((entry) => resolve(`src/${entry}.ts`)),
    repository,
    internal,
  );
  const reached = reachable(
    entries.map((entry) => resolve(`src/${entry}.d.ts`)),
    emitted,
    internal,
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

/**
 * `./types/*` is no entry: it lets a service's compiler name the types that it infers from ours (TS2742), where `exports`
 * would hide the files that they stand in.
 */
function exportedEntries(manifest) {
  return Object.keys(manifest.exports)
    .filter((path) => path !== './package.json' && !path.includes('*'))
    .map((path) => (path === '.' ? 'index' : path.slice(2)));
}

/**
 * Source file of every specifier that names an internal workspace package, also one that is needed by another.
 * The compiler must be told: what it finds through node_modules it takes for somebody else's, and emits nothing for it.
 */
function internalSources(directory, found = new Map()) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const internal = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => name.startsWith('@codezest/') && name !== '@codezest/db-types',
  );
  for (const name of internal) {
    const folder = ts.sys.realpath(join(directory, 'node_modules', name));
    const { exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const sources = Object.entries(exports).filter(
      ([, target]) => typeof target === 'string' && target.endsWith('.ts'),
    );
    const unseen = sources.filter(([path]) => !found.has(join(name, path)));
    for (const [path, target] of unseen) found.set(join(name, path), join(folder, target));
    if (unseen.length > 0) internalSources(folder, found);
  }
  return found;
}

/** Declarations by absolute path. Type errors stop the build: a declaration of a broken source is a broken promise. */
function declarationsOf(files, repository, internal) {
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
    paths: Object.fromEntries([...internal].map(([specifier, source]) => [specifier, [source]])),
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

/** Files reached from the entries, each with a function that prints it with its internal imports made relative. */
function reachable(entries, emitted, internal) {
  const reached = new Map();
  const queue = [...entries];
  for (const file of queue) {
    if (reached.has(file)) continue;
    const text = emitted.get(file);
    if (text === undefined) throw new Error(`no declaration was emitted for ${file}`);

    const imports = ts
      .preProcessFile(text)
      .importedFiles.map(({ fileName, pos }) => ({
        fileName,
        pos,
        target: declarationOf(fileName, file, internal),
      }))
      .filter(({ target }) => target !== undefined);
    queue.push(...imports.map(({ target }) => target));
    reached.set(file, (types) => withRelativeImports(text, imports, dirname(types(file)), types));
  }
  return reached;
}

function withRelativeImports(text, imports, directory, types) {
  let printed = '';
  let end = 0;
  for (const { fileName, pos, target } of imports.filter(({ fileName }) => !fileName.startsWith('.'))) {
    const path = relative(directory, types(target)).replace(/\.d\.ts$/, '.js');
    // `pos` is the opening quote.
    printed += `${text.slice(end, pos + 1)}${path.startsWith('.') ? path : `./${path}`}`;
    end = pos + 1 + fileName.length;
  }
  return printed + text.slice(end);
}

/** The declaration that a specifier names, or nothing for a package that the consumer installs. */
function declarationOf(specifier, from, internal) {
  const source = specifier.startsWith('.') ? resolve(dirname(from), specifier) : internal.get(specifier);
  return source?.replace(/\.[jt]s$/, '.d.ts');
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
