import preset from '@codezest/presets/vitest';

/** Minutes instead of seconds: many rounds of what the normal run does once. */
export default {
  ...preset,
  test: {
    ...preset.test,
    include: ['test/migrations-long/**/*.test.ts'],
    reporters: ['verbose'],
    outputFile: {},
    testTimeout: 30 * 60_000,
    maxWorkers: 1,
  },
};
