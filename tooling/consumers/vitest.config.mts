import preset from '@codezest/presets/vitest';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(preset, {
  test: {
    globalSetup: ['./src/setup.ts'],
    testTimeout: 180_000,
    // Packing and installing.
    hookTimeout: 300_000,
  },
});
