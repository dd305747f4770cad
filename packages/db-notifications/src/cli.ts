import { addReencryptCommand, runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { name, version } from '../package.json';
import { addCommandsForEvents } from './event-commands.js';
import { migrationFiles } from './migration-files.js';
import { personalData } from './personal-data.js';
import { roles } from './roles.js';
import { seed } from './seed/index.js';
import { storedSecrets } from './stored-secrets.js';
import { structure } from './structure.js';

runCli({
  service: 'notifications',
  package: packageDirectory(__dirname, name) ?? { version, migrations: migrationFiles },
  roles,
  personalData,
  seed,
  structure,
  addCommands(program, context) {
    addCommandsForEvents(program, context);
    addReencryptCommand(program, context, storedSecrets);
  },
});
