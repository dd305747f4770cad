import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';

const RUNTIMES = {
  node22: ['node22/bin/node'],
  node24: ['node24/bin/node'],
  node26: ['node26/bin/node'],
  bun: ['bun/bin/bun'],
  deno: ['deno/deno', 'run', '--allow-all', '--node-modules-dir=manual'],
};

it.each(Object.entries(RUNTIMES))(
  '%s creates and reads rows by require and by import',
  async (_name, command) => {
    const [program = '', ...options] = command;
    for (const format of ['cjs', 'mjs']) {
      const { stdout } = await inFixture('node', join(inject('consumers'), 'node_modules', program), [
        ...options,
        `use-package.${format}`,
        'auth',
      ]);
      expect(JSON.parse(stdout)).toMatchObject({ service: 'auth' });
    }
  },
);

it.each(['bun', 'deno'] as const)('%s starts the test server where none is named', async (name) => {
  const [program = '', ...options] = RUNTIMES[name];
  const { stdout } = await inFixture(
    'node',
    join(inject('consumers'), 'node_modules', program),
    [...options, 'use-package.mjs', 'auth'],
    { TEST_DATABASE_URL: '' },
  );

  expect(JSON.parse(stdout)).toMatchObject({ service: 'auth' });
});
