import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * One vitest configuration for every package: real PostgreSQL behind `TEST_DATABASE_URL` (a throw-away server when
 * nobody names one), and two workers, because the smallest machine that must pass has two cores.
 */
export default defineConfig({
  test: {
    include: ['{src,test}/**/*.test.ts'],
    globalSetup: ['@codezest/local-databases/vitest-setup'],
    setupFiles: [fileURLToPath(new URL('remember-secrets.mjs', import.meta.url))],
    // The report is what `npm test` sums up.
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/vitest.json' },
    pool: 'forks',
    maxWorkers: 2,
    // Fifty rounds of a race, on a machine that has other things to do.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
