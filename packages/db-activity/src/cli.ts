import { runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { addMongoCommands } from './mongo/commands.js';
import { addPartitionCommands } from './partition-commands.js';
import { roles } from './roles.js';
import { seed } from './seed/index.js';

runCli({
  service: 'activity',
  packageDirectory: packageDirectory(__dirname),
  roles,
  seed,
  addCommands(program, context) {
    addMongoCommands(program, context);
    addPartitionCommands(program, context);
  },
});
