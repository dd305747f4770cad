import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CodemodError } from './errors.js';

export interface ServiceFiles {
  readonly folder: string;
  /** Absolute paths of what is not ignored by git. */
  readonly paths: readonly string[];
}

/** Folders that hold no source, where there is no git to tell. */
const NO_SOURCE = new Set(['node_modules', '.git', 'dist', 'build', 'coverage', '.next', '.turbo']);

/**
 * The files of the service. A git tree with changes that are not committed is refused: afterwards nobody could tell what the
 * codemod did from what was there, nor undo it alone.
 *
 * @throws {CodemodError} CODEMOD_FOLDER_MISSING, CODEMOD_NO_GIT, CODEMOD_TREE_DIRTY.
 */
export function filesOfService(folder: string, { allowDirty }: { allowDirty: boolean }): ServiceFiles {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new CodemodError(
      'CODEMOD_FOLDER_MISSING',
      `There is no folder ${folder}. Name the folder of the service.`,
    );
  const tracked = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (tracked === undefined) {
    if (!allowDirty)
      throw new CodemodError(
        'CODEMOD_NO_GIT',
        `${folder} is in no git repository, so what the codemod does could not be undone. Commit the service first, or pass --allow-dirty.`,
      );
    return { folder: root, paths: walk(root) };
  }
  if (!allowDirty && git(root, ['status', '--porcelain', '--', '.']) !== '')
    throw new CodemodError(
      'CODEMOD_TREE_DIRTY',
      `${folder} has changes that are not committed. Commit or stash them, or pass --allow-dirty.`,
    );
  const names = [...new Set(tracked.split('\0'))].filter((name) => name !== '');
  return { folder: root, paths: names.map((name) => join(root, name)).filter((path) => existsSync(path)) };
}

function git(folder: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 256 * 1024 * 1024,
    });
  } catch {
    return undefined;
  }
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NO_SOURCE.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}
