#!/usr/bin/env node
// Runs a script of this workspace on a machine that has Node and npm and nothing else:
//   node tooling/setup/with-workspace.mjs <script> [arguments]
// npm fetches the pnpm that package.json pins, pnpm installs the locked dependencies, then the script runs.
// No dependency may be imported here: nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { packageManager } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
const [script, ...scriptArguments] = process.argv.slice(2);
const quiet = scriptArguments.includes('--json');
/** Nothing reports home. */
const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1' };

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `codezest-db needs Node 20.19 or newer; this is ${process.version}. See https://nodejs.org/en/download.`,
  );
  process.exit(1);
}

const pnpm = installedPnpm();
if (!quiet) console.error('Installing the locked dependencies …');
run([...pnpm, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'], {
  failed:
    'The dependencies could not be installed. Run `pnpm install --frozen-lockfile` to see why; the npm registry must be reachable.',
});
run([...pnpm, 'run', ...(quiet ? ['--silent'] : []), script, ...scriptArguments]);

/** The pinned pnpm: the one on PATH where it is that version, otherwise fetched by npm. */
function installedPnpm() {
  const version = packageManager.slice(packageManager.indexOf('@') + 1);
  const found = spawnSync('pnpm', ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    cwd: root,
  });
  if (found.stdout?.trim() === version) return ['pnpm'];
  return ['npm', 'exec', '--yes', '--loglevel=error', `--package=pnpm@${version}`, '--', 'pnpm'];
}

function run([command, ...rest], { failed } = {}) {
  const stdio = quiet && failed ? ['inherit', 'ignore', 'inherit'] : 'inherit';
  const { status } = spawnSync(command, rest, {
    stdio,
    cwd: root,
    env: environment,
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  if (failed) console.error(failed);
  process.exit(status ?? 1);
}
