import { addReencryptCommand, runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { roles } from './roles.js';
import { seed } from './seed/index.js';
import { storedSecrets } from './stored-secrets.js';

runCli({
  service: 'notifications',
  packageDirectory: packageDirectory(__dirname),
  roles,
  seed,
  addCommands: (program, context) => addReencryptCommand(program, context, storedSecrets),
});
