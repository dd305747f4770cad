import { addReencryptCommand, runCli } from '../../src/cli/index.js';
import type { StoredSecrets } from '../../src/secrets/stored-secrets.js';
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

const storedSecrets: StoredSecrets = {
  variables: { encryption: 'AUTH_ENCRYPTION_KEYS', lookup: 'AUTH_LOOKUP_KEYS' },
  encrypted: [{ table: 'vaults', columns: ['secret', 'note'] }],
  hashed: [{ table: 'codes', column: 'code_hash', keyIdColumn: 'key_id', live: 'NOT used' }],
};

runCli({
  service: 'auth',
  package: process.env.EXAMPLE_PACKAGE ?? '',
  seed,
  addCommands: (program, context) => addReencryptCommand(program, context, storedSecrets),
});
