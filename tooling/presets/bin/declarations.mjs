import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { prismaDeclarations } from '../src/prisma-runtime.mjs';
import { internalImports, pathTo, withPaths } from './internal-imports.mjs';
import { compileNatively } from './native-compiler.mjs';

/**
 * Writes `dist/<format>/<entry>.d.ts` for every entry that the manifest exports, and below `dist/<format>/types` the
 * declarations that these reach, no others. Imports of internal workspace packages become relative paths: a consumer
 * installs our package alone. Those of Prisma's client become relative too, to a copy of its declarations.
 *
 * The same text serves both formats; each stands in a folder whose package.json says which format it describes
 * (https://www.typescriptlang.org/docs/handbook/modules/reference.html#the-moduleresolution-compiler-option).
 */
export function emitDeclarations(manifest) {
  const repository = resolve('../..');
  const entries = exportedEntries(manifest);
  const internal = internalSources(resolve('.'));
  const { emitted, declaringFile } = declarationsOf(
    entries.map((entry) => resolve(`src/${entry}.ts`)),
    repository,
    internal,
  );
  const prisma = resolve(repository, 'prisma/client.ts');
  emitted.set(prisma.replace(/\.ts$/, '.d.ts'), prismaDeclarations());
  const reached = reachable(
    entries.map((entry) => resolve(`src/${entry}.d.ts`)),
    { emitted, declaringFile, internal: new Map([...internal, ['@prisma/client/runtime/client', prisma]]) },
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

/**
 * Declarations by absolute path, from TypeScript's native compiler, which takes a third of the time of the one in JavaScript.
 * Type errors stop the build: a declaration of a broken source is a broken promise.
 */
function declarationsOf(files, repository, internal) {
  const folder = mkdtempSync(resolve('node_modules', '.declarations-'));
  try {
    const outDir = join(folder, 'out');
    const project = join(folder, 'tsconfig.json');
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: repository,
      outDir,
      paths: Object.fromEntries([...internal].map(([specifier, source]) => [specifier, [source]])),
    };
    writeFileSync(
      project,
      JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, files, include: [] }),
    );
    const status = compileNatively(['--project', project]);
    if (status !== 0) process.exit(status);
    const emitted = new Map(
      readdirSync(outDir, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.d.ts'))
        .map((file) => [resolve(repository, file), readFileSync(join(outDir, file), 'utf8')]),
    );
    return { emitted, declaringFile: declaringFileIn(emitted, [...internal.values()].map(declarationFile)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the declarations of these modules and what they name of ours, and checks nothing. */
function declaringFileIn(emitted, modules) {
  const options = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noLib: true,
    types: [],
  };
  const host = {
    ...ts.createCompilerHost(options),
    fileExists: (file) => emitted.has(resolve(file)),
    readFile: (file) => emitted.get(resolve(file)),
    directoryExists: undefined,
  };
  host.getSourceFile = (file, version) => ts.createSourceFile(file, host.readFile(file) ?? '', version);
  const program = ts.createProgram(
    modules.filter((file) => emitted.has(file)),
    options,
    host,
  );
  const checker = program.getTypeChecker();
  return (module, name) => {
    const source = program.getSourceFile(declarationFile(module));
    return source && declaringFile(checker, source, name);
  };
}

function declarationFile(source) {
  return source.replace(/\.ts$/, '.d.ts');
}

/** The declaration that holds what `module` exports as `name`; nothing where it goes by another name there. */
function declaringFile(checker, module, name) {
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(module))
    .find((symbol) => symbol.name === name);
  const isAlias = exported !== undefined && (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const declared = isAlias ? checker.getAliasedSymbol(exported) : exported;
  return declared?.name === name ? declared.declarations?.[0]?.getSourceFile().fileName : undefined;
}

/** Files reached from the entries, each with a function that prints it with its internal imports made relative. */
function reachable(entries, declarations) {
  const reached = new Map();
  const queue = [...entries];
  for (const file of queue) {
    if (reached.has(file)) continue;
    const text = declarations.emitted.get(file);
    if (text === undefined) throw new Error(`no declaration was emitted for ${file}`);

    const edits = internalImports(file, text, declarations);
    queue.push(...edits.flatMap(({ targets }) => targets));
    reached.set(file, (types) => withPaths(text, edits, (target) => pathTo(types(target), types(file))));
  }
  return reached;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
