import { defineConfig } from 'vitest/config';
import shared from './vitest.config.mts';

/** Every bundler and runtime: minutes. Not in projects, which would bring the tests of every run. */
export default defineConfig({
  test: {
    ...shared.test,
    projects: undefined,
    name: 'everywhere',
    include: ['everywhere/**/*.test.ts'],
    outputFile: { json: 'test-results/everywhere.json' },
  },
});
