import { runCli } from '@codezest/db-core/cli';
import { packageDirectory } from '@codezest/db-core/package-directory';
import { seed } from './seed/index.js';

runCli({ service: 'activity', packageDirectory: packageDirectory(__dirname), seed });
