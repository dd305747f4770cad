#!/usr/bin/env node
// The publishable form of a package, from its own folder, in two steps:
//   codezest-build bundle        tsup → dist/cjs and dist/esm, which is all that a program needs to run
//   codezest-build declarations  tsc  → declarations beside them, the internal packages' included, so that nothing names a
//                                package that a consumer cannot install
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { emitDeclarations } from './declarations.mjs';

const require = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

const [step] = process.argv.slice(2);
if (step === 'bundle') bundle();
else if (step === 'declarations') emitDeclarations(manifest);
else {
  console.error('codezest-build bundle | declarations');
  process.exit(2);
}

function bundle() {
  rmSync('dist', { recursive: true, force: true });
  run(join(dirname(require.resolve('tsup/package.json')), 'dist/cli-default.js'), ['--silent']);
  for (const [format, type] of [
    ['cjs', 'commonjs'],
    ['esm', 'module'],
  ]) {
    writeFileSync(`dist/${format}/package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`);
  }
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
