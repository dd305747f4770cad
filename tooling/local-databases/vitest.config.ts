import preset from '@codezest/presets/vitest';
import { mergeConfig } from 'vitest/config';

// Clusters are created, crashed and recovered: seconds each on a busy machine with a slow disk.
export default mergeConfig(preset, { test: { testTimeout: 120_000, hookTimeout: 120_000 } });
