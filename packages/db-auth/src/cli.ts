import { addReencryptCommand, runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { name, version } from '../package.json';
import { migrationFiles } from './migration-files.js';
import { roles } from './roles.js';
import { seed } from './seed/index.js';
import { storedSecrets } from './stored-secrets.js';

runCli({
  service: 'auth',
  package: packageDirectory(__dirname, name) ?? { version, migrations: migrationFiles },
  roles,
  seed,
  addCommands: (program, context) => addReencryptCommand(program, context, storedSecrets),
});
