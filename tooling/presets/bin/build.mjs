#!/usr/bin/env node
// The publishable form of a package, from its own folder, in three steps:
//   codezest-build bundle        tsup → dist/cjs and dist/esm, which is all that a program needs to run
//   codezest-build declarations  tsc  → declarations beside them, the internal packages' included, so that nothing names a
//                                package that a consumer cannot install
//   codezest-build documents     dist/docs: what a service that moves to the package, or meets an error of it, reads
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emitDeclarations } from './declarations.mjs';

const require = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

const [step] = process.argv.slice(2);
if (step === 'bundle') bundle();
else if (step === 'declarations') declarations();
else if (step === 'documents') copyDocuments();
else {
  console.error('codezest-build bundle | declarations | documents');
  process.exit(2);
}

function bundle() {
  // Declarations stay until they are written anew: a compiler that asks meanwhile finds those of before.
  removeFromDist((file) => !file.endsWith('.d.ts'));
  run(join(dirname(require.resolve('tsup/package.json')), 'dist/cli-default.js'), ['--silent']);
  for (const [format, type] of [
    ['cjs', 'commonjs'],
    ['esm', 'module'],
  ]) {
    writeFileSync(`dist/${format}/package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`);
  }
}

function declarations() {
  removeFromDist((file) => file.endsWith('.d.ts'));
  emitDeclarations(manifest);
}

function removeFromDist(isOld) {
  if (!existsSync('dist')) return;
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true }))
    if (entry.isFile() && isOld(entry.name)) rmSync(join(entry.parentPath, entry.name));
}

function copyDocuments() {
  const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
  for (const document of ['errors.md', 'importing.md', 'upgrading.md'])
    cpSync(join(docs, document), join('dist/docs', document));
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
