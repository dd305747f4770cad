import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of the package that holds `start`, where its migrations are. The nearest manifest with a name: those
 * inside `dist` only say which module format their folder holds.
 */
export function packageDirectory(start: string): string {
  const manifest = join(start, 'package.json');
  if (existsSync(manifest) && 'name' in JSON.parse(readFileSync(manifest, 'utf8'))) return start;
  const parent = dirname(start);
  if (parent === start) throw new Error('no package.json with a name above the running file');
  return packageDirectory(parent);
}
