import preset from '@codezest/presets/vitest';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(preset, {
  test: {
    globalSetup: ['./src/setup.ts'],
    // Far above what they take: what hangs shall fail, a busy machine shall not.
    testTimeout: 600_000,
    // Packing and installing.
    hookTimeout: 600_000,
  },
});
