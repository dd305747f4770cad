import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of the package `name` that holds `start`, where its migrations are. Nothing where a bundler has taken the code
 * out of its package, or into a format that does not know its own folder.
 */
export function packageDirectory(start: string | undefined, name: string): string | undefined {
  if (start === undefined) return undefined;
  const manifest = join(start, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === name) return start;
  const parent = dirname(start);
  return parent === start ? undefined : packageDirectory(parent, name);
}
