import { runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { name, version } from '../package.json';
import { addCommandsForEvents } from './event-commands.js';
import { migrationFiles } from './migration-files.js';
import { addMongoCommands } from './mongo/commands.js';
import { addPartitionCommands } from './partition-commands.js';
import { personalData } from './personal-data.js';
import { roles } from './roles.js';
import { seed } from './seed/index.js';
import { structure } from './structure.js';

runCli({
  service: 'activity',
  package: packageDirectory(__dirname, name) ?? { version, migrations: migrationFiles },
  roles,
  personalData,
  seed,
  structure,
  addCommands(program, context) {
    addCommandsForEvents(program, context);
    addMongoCommands(program, context);
    addPartitionCommands(program, context);
  },
});
