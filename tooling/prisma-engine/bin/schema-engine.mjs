#!/usr/bin/env node
// A schema engine for the Prisma CLI, named to it by PRISMA_SCHEMA_ENGINE_BINARY.
import { parseCommandLine } from '../src/command-line.mjs';

const { oneShot, datasource, datamodels } = parseCommandLine(process.argv.slice(2));
// Loaded when needed: the CLI starts this program up to three times for one command.
if (oneShot) {
  const { runOneShot } = await import('../src/one-shot.mjs');
  process.exitCode = await runOneShot(oneShot, datasource.url);
} else {
  const { serve } = await import('../src/serve.mjs');
  const exitCode = await serve({ datasource, datamodels });
  // The engine leaves timers behind (10 s after it took its advisory lock, 60 s after a shadow database), and the CLI,
  // which holds our pipes, would live on with us: leave as soon as the last answer is written.
  process.stdout.write('', () => process.exit(exitCode));
}
