import { runCli } from '../../src/cli/index.js';
import type { Seed } from '../../src/seed/index.js';

/** A package's cli.ts as the tests bundle and start it; EXAMPLE_PACKAGE is its folder. */
const seed: Seed = {
  steps: [
    {
      name: 'people',
      run: async ({ insert, people }) => {
        const rows = [...people()].map(({ id, username }) => ({ id, username }));
        await insert('people', rows);
      },
    },
  ],
};

runCli({ service: 'auth', packageDirectory: process.env.EXAMPLE_PACKAGE ?? '', seed });
