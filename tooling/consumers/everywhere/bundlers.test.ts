import { expect, it } from 'vitest';
import { runBundled } from '../src/bundle.js';

const BUNDLERS = ['esbuild', 'ncc', 'rolldown', 'rollup', 'rspack', 'webpack'];
// ncc writes the format that it reads; webpack and rspack write CommonJS for Node.
const FORMATS = BUNDLERS.flatMap((bundler) =>
  (['cjs', 'mjs'] as const).flatMap((from) => (['cjs', 'esm'] as const).map((to) => ({ bundler, from, to }))),
).filter(({ bundler, from, to }) => {
  if (bundler === 'ncc') return (from === 'mjs') === (to === 'esm');
  return to === 'cjs' || !['rspack', 'webpack'].includes(bundler);
});

it.each(FORMATS)(
  'a service bundled by $bundler, $from to $to, migrates and queries without node_modules',
  async (bundle) => {
    expect(await runBundled(bundle)).toEqual({ name: 'EmailTakenError' });
  },
);
