import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationSource } from './source.js';

export interface MigrationNames {
  /** Folders, each of a migration. */
  readonly folders: string[];
  /** Files beside them: backfills, the list of released migrations. */
  readonly files: string[];
}

/** Names at the top of the source, sorted. Rejects with `ENOENT` where there is no such folder. */
export async function namesIn(source: MigrationSource): Promise<MigrationNames> {
  if (typeof source !== 'string') {
    const paths = Object.keys(source);
    const folders = paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0] as string);
    return {
      folders: [...new Set(folders)].sort(),
      files: paths.filter((path) => !path.includes('/')).sort(),
    };
  }
  const entries = await readdir(source, { withFileTypes: true });
  const named = (isFolder: boolean): string[] =>
    entries
      .filter((entry) => entry.isDirectory() === isFolder)
      .map(({ name }) => name)
      .sort();
  return { folders: named(true), files: named(false) };
}

/** Bytes of one file. Rejects with `ENOENT` where there is none. */
export async function bytesOf(source: MigrationSource, path: string): Promise<Buffer> {
  if (typeof source === 'string') return readFile(join(source, path));
  const text = source[path];
  if (text !== undefined) return Buffer.from(text);
  throw Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' });
}
