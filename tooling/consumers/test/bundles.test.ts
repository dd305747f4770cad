import { expect, it } from 'vitest';
import { runBundled } from '../src/bundle.js';

// esbuild is the one that services bundle with; `pnpm test:everywhere` has the others.
it.each([
  { from: 'cjs', to: 'cjs' },
  { from: 'mjs', to: 'cjs' },
  { from: 'mjs', to: 'esm' },
] as const)(
  'a service bundled by esbuild, $from to $to, migrates and queries without node_modules',
  async (formats) => {
    expect(await runBundled({ bundler: 'esbuild', ...formats })).toEqual({ name: 'EmailTakenError' });
  },
);
