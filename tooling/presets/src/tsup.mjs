import { defineConfig } from 'tsup';

/**
 * Both builds of a published package, `dist/cjs` and `dist/esm`.
 *
 * - Only what the manifest calls a dependency stays outside; internal workspace packages are bundled in, because
 *   they are never published.
 * - The CommonJS build holds no `import()`: jest 29 refuses one ("dynamic import callback was invoked without
 *   --experimental-vm-modules"), and Prisma's client has one in front of its first query.
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
    shims: true,
    splitting: true,
    noExternal: [/^@codezest\/(?!db-types$)/, 'commander', 'picocolors'],
    ...overrides,
  };
  return defineConfig([
    {
      ...shared,
      format: 'cjs',
      outDir: 'dist/cjs',
      outExtension: () => ({ js: '.js' }),
      esbuildOptions: (options) => {
        options.supported = { ...options.supported, 'dynamic-import': false };
      },
    },
    { ...shared, entry: imported, format: 'esm', outDir: 'dist/esm', outExtension: () => ({ js: '.js' }) },
  ]);
}
