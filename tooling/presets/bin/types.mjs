#!/usr/bin/env node
// Checks the types of the package whose folder this runs in, by TypeScript's native compiler: a fifth of the time of the one in
// JavaScript. That one writes the declarations and answers what the checks ask of the sources.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const compiler = createRequire(import.meta.url).resolve('typescript-native/package.json');
const { status } = spawnSync(process.execPath, [join(dirname(compiler), 'bin/tsc'), '--noEmit'], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
