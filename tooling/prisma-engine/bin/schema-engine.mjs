#!/usr/bin/env node
// A schema engine for the Prisma CLI, named to it by PRISMA_SCHEMA_ENGINE_BINARY.
import { parseCommandLine } from '../src/command-line.mjs';
import { runOneShot } from '../src/one-shot.mjs';
import { serve } from '../src/serve.mjs';

const { oneShot, datasource, datamodels } = parseCommandLine(process.argv.slice(2));
const exitCode = oneShot
  ? await runOneShot(oneShot, datasource.url)
  : await serve({ datasource, datamodels });

// Left to end by itself, a process that took the advisory lock would wait for the engine's lock timer: ten seconds.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
