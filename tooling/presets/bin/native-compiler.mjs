import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Runs TypeScript's native compiler in the current folder and returns its exit code. */
export function compileNatively(options) {
  const compiler = createRequire(import.meta.url).resolve('typescript-native/package.json');
  const program = join(dirname(compiler), 'bin/tsc');
  const { status } = spawnSync(process.execPath, [program, ...options], { stdio: 'inherit' });
  return status ?? 1;
}
