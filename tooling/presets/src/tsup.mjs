import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { prismaRuntime } from './prisma-runtime.mjs';

/**
 * Both builds of a published package, `dist/cjs` and `dist/esm`.
 *
 * - Only what the manifest calls a dependency stays outside; internal workspace packages are bundled in, because
 *   they are never published.
 * - The CommonJS build holds no `import()`: jest 29 refuses one ("dynamic import callback was invoked without
 *   --experimental-vm-modules"), and Prisma's client has one in front of its first query.
 * - Classes keep their names, which errors carry into logs: tsup's CommonJS has anonymous ones (`X = exports.X = class`)
 *   where esbuild wraps a module for an `import()`, and a service's minifier would rename the others.
 * - Of Prisma's client a package has the files that its code loads, once for both builds: `prisma-runtime.mjs`.
 * - Services bundle what they install. So every module that the code loads stands in a plain `require()` or `import`,
 *   the folder of the running file is asked for only where it is used, and the migrations are in the code as well.
 * - The command line is built as CommonJS alone: nobody imports it, and commander is CommonJS.
 * - Declarations come from tsc (`codezest-build`): bundling the generated client's is slow and brittle.
 *
 * @param {Record<string, string>} entries
 * @param {import('tsup').Options} overrides
 */
export function packageBuild(entries, overrides = {}) {
  const { cli: _commandLine, ...imported } = entries;
  /** @type {import('tsup').Options} */
  const shared = {
    entry: entries,
    target: 'node20',
    platform: 'node',
    sourcemap: false,
    clean: false,
    dts: false,
    splitting: true,
    noExternal: [/^@codezest\/(?!db-types$)/, 'commander', 'picocolors'],
    esbuildPlugins: [embeddedMigrations, embeddedStructure, prismaRuntime],
    ...overrides,
  };
  return defineConfig([
    {
      ...shared,
      format: 'cjs',
      outDir: 'dist/cjs',
      outExtension: () => ({ js: '.js' }),
      plugins: [plainRequire],
      esbuildOptions: (options) => {
        options.keepNames = true;
        options.supported = { ...options.supported, 'dynamic-import': false };
      },
    },
    {
      ...shared,
      entry: imported,
      format: 'esm',
      outDir: 'dist/esm',
      outExtension: () => ({ js: '.js' }),
      esbuildOptions: (options) => {
        options.keepNames = true;
        options.define = { ...options.define, __dirname: 'import.meta.dirname' };
      },
    },
  ]);
}

/**
 * Puts the text of prisma/migrations in the place of `src/migration-files.ts`, which names the folder: a bundle of a
 * service's code has no such folder beside it.
 *
 * @type {import('esbuild').Plugin}
 */
const embeddedMigrations = {
  name: 'embedded-migrations',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]migration-files\.ts$/ }, () => {
      const folder = 'prisma/migrations';
      const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'))
        .sort();
      const texts = paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]);
      return {
        contents: `export const migrationFiles = ${JSON.stringify(Object.fromEntries(texts))};`,
        loader: 'js',
        watchFiles: paths,
      };
    });
  },
};

/**
 * Puts the text of prisma/structure.sql in the place of `src/structure.ts`, which reads it.
 *
 * @type {import('esbuild').Plugin}
 */
const embeddedStructure = {
  name: 'embedded-structure',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]structure\.ts$/ }, () => ({
      contents: `export const structure = ${JSON.stringify(readFileSync('prisma/structure.sql', 'utf8'))};`,
      loader: 'js',
      watchFiles: ['prisma/structure.sql'],
    }));
  },
};

/**
 * tsup splits CommonJS by way of ESM, where esbuild hides `require` behind a function of its own. No bundler looks
 * through that: a service bundled from this build would reach its first query without the query compiler.
 *
 * @type {NonNullable<import('tsup').Options['plugins']>[number]}
 */
const plainRequire = {
  name: 'plain-require',
  renderChunk(code) {
    const plain = code
      .replace(/^var __require = [\s\S]*?^\}\);\n/m, '')
      .replace(/^ {2}__require,?\n/gm, '')
      .replaceAll('__require(', 'require(');
    if (/\b__require\b/.test(plain)) throw new Error('esbuild writes __require in a form that is not known');
    return { code: plain };
  },
};
