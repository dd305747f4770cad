import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Where a package has its part of `@prisma/client`, beside `dist/cjs` and `dist/esm`. */
const FOLDER = 'dist/prisma';
const RUNTIME = '@prisma/client/runtime/';

const fromPackage = createRequire(join(process.cwd(), 'package.json'));

/**
 * Copies the files of `@prisma/client` that the code loads into the package: the client's runtime and the query compiler
 * for PostgreSQL, 2.5 MB of 71. Both builds load the same files, so that a process which imports and requires the package
 * has them once. Its errors, `Prisma.sql` and `Decimal` are in `@prisma/client-runtime-utils`, which
 * services install: they are the same classes in all packages.
 *
 * @type {import('esbuild').Plugin}
 */
export const prismaRuntime = {
  name: 'prisma-runtime',
  setup(build) {
    build.onResolve({ filter: /^@prisma\/client\// }, ({ path }) => {
      if (!path.startsWith(RUNTIME)) return { errors: [{ text: `${path} is in no published package` }] };
      const file = fromPackage.resolve(path);
      copy(file, readFileSync(file, 'utf8'));
      copyTerms();
      return { path: `../prisma/${basename(file)}`, external: true };
    });
  },
};

/** What the license asks for: its text, and what is other than in the package that the files are from. */
function copyTerms() {
  const manifest = fromPackage.resolve('@prisma/client/package.json');
  const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8'));
  copy('package.json', JSON.stringify({ type: 'commonjs', sideEffects: false }));
  copy('LICENSE', readFileSync(join(dirname(manifest), 'LICENSE'), 'utf8'));
  copy(
    'README.md',
    `Files of [${name}](https://www.npmjs.com/package/${name}) ${version}, ${license}, without their links to source maps.\n`,
  );
}

/** The declarations of the client's runtime, as they are published. */
export function prismaDeclarations() {
  return readFileSync(fromPackage.resolve(`${RUNTIME}client`).replace(/\.m?js$/, '.d.ts'), 'utf8');
}

/** Bundlers warn of a source map that is named and not there. */
function copy(file, text) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, basename(file)), text.replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
}
