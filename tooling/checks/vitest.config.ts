import { fileURLToPath } from 'node:url';
import preset from '@codezest/presets/vitest';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(preset, {
  // The source, not the last build: a check must see what is about to be committed.
  resolve: {
    alias: {
      '@codezest/db-types': fileURLToPath(new URL('../../packages/db-types/src/index.ts', import.meta.url)),
    },
  },
});
