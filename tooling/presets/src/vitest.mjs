import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const tests = '{src,test}/**/*.test.ts';
/**
 * These use the package's singleton, of which a process has one, or replace a module before it is loaded: each file needs a
 * process of its own.
 */
const alone = '{src,test}/**/{*examples,reads}.test.ts';

/**
 * One vitest configuration for every package: real PostgreSQL behind `TEST_DATABASE_URL` (a throw-away server when
 * nobody names one), and two workers, because the smallest machine that must pass has two cores. The files of a worker
 * share its modules: a package's own take a second to load, which a process per file would spend for each.
 */
export default defineConfig({
  test: {
    globalSetup: ['@codezest/local-databases/vitest-setup'],
    setupFiles: [fileURLToPath(new URL('remember-secrets.mjs', import.meta.url))],
    // The report is what `npm test` sums up.
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/vitest.json' },
    pool: 'forks',
    maxWorkers: 2,
    // What depends on how fast the machine is fails on a busy one: these end only what hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: [tests],
          exclude: ['**/node_modules/**', alone],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: [alone], isolate: true } },
    ],
  },
});
