import { mergeConfig } from 'vitest/config';
import shared from './vitest.config.mts';

/** Every bundler, runtime and package manager: minutes. */
export default mergeConfig(shared, {
  test: {
    name: 'everywhere',
    include: ['everywhere/**/*.test.ts'],
    outputFile: { json: 'test-results/everywhere.json' },
  },
});
