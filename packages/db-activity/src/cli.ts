import { runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { addMongoCommands } from './mongo/commands.js';
import { seed } from './seed/index.js';

runCli({
  service: 'activity',
  packageDirectory: packageDirectory(__dirname),
  seed,
  addCommands: addMongoCommands,
});
