import { defineConfig } from 'vitest/config';

// Not the shared preset: nothing here needs a server.
export default defineConfig({ test: { include: ['{src,test}/**/*.test.ts'] } });
