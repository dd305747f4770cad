// `npm run atlas`: builds the site where something has changed, and opens it. `--no-open` prints where it is.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const built = spawnSync(
  'turbo',
  ['run', 'atlas', '--filter', '@codezest/atlas', '--output-logs', 'errors-only'],
  {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  },
);
if (built.status !== 0) {
  console.error('The atlas could not be built. `pnpm exec turbo run atlas` shows why.');
  process.exit(1);
}

const page = join(root, 'tooling/atlas/dist/index.html');
console.log(page);
if (process.stdout.isTTY && !process.argv.includes('--no-open')) open(page);

/** Where there is no browser, the printed path is all. */
function open(file: string): void {
  const [program, ...before] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[
    process.platform as string
  ] ?? ['xdg-open'];
  spawn(program as string, [...before, file], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
