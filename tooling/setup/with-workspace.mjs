#!/usr/bin/env node
// Runs a program of this workspace, or a script of package.json, on a machine that has Node and npm and nothing else:
//   node tooling/setup/with-workspace.mjs <file or script> [arguments]
// npm fetches the pnpm that package.json pins, pnpm installs the locked dependencies, then the program runs.
// No dependency may be imported here: nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { packageManager, scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
const pnpmVersion = packageManager.slice(packageManager.indexOf('@') + 1);
const [program, ...programArguments] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `codezest-db needs Node 20.19 or newer; this is ${process.version}. See https://nodejs.org/en/download.`,
  );
  process.exit(1);
}
// Ctrl-C reaches the program too, which tidies up: its end is waited for, or the shell would be back before it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

if (installedPnpm() !== pnpmVersion) {
  // Again, with the pinned pnpm on PATH: turbo calls it by name.
  const fetched = ['npm', 'exec', '--yes', '--loglevel=error', `--package=pnpm@${pnpmVersion}`, '--', 'node'];
  process.exit(run([...fetched, ...process.argv.slice(1)], process.env));
}

if (!existsSync(resolve(root, 'node_modules')))
  console.error('Installing the locked dependencies, which takes a minute the first time …');
const install = ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'];
// Stdout is the program's alone.
if (run(install, process.env, ['inherit', 'ignore', 'inherit']) !== 0) {
  console.error(
    'The dependencies could not be installed. Run `npx pnpm install --frozen-lockfile` to see why; the npm registry must be reachable.',
  );
  process.exit(1);
}
const environment = {
  ...process.env,
  PATH: [resolve(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  // Nothing reports home.
  TURBO_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
};
const command =
  program in scripts
    ? ['pnpm', 'run', program, ...programArguments]
    : [process.execPath, '--import', 'tsx', resolve(root, program), ...programArguments];
process.exit(run(command, environment));

function installedPnpm() {
  const shell = process.platform === 'win32';
  return spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell, cwd: root }).stdout?.trim();
}

function run([command, ...rest], env, stdio = 'inherit') {
  const shell = process.platform === 'win32' && command !== process.execPath;
  return spawnSync(command, rest, { stdio, cwd: root, env, shell }).status ?? 1;
}
