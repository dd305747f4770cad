import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GREATEST_FILE_BYTES } from './check-course.js';
import { CourseInvalidError, type CourseProblem } from './course-errors.js';

export interface FolderFile {
  /** Below the folder, with slashes. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** What tools put beside the files of authors. */
const NOT_AUTHORED = new Set(['.git', 'node_modules', '.DS_Store']);
const MOST_FILES = 20_000;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * All files of a folder by their paths, in their order, as bytes. `.git`, `node_modules` and `.DS_Store` are left out.
 *
 * @throws {CourseInvalidError} COURSE_INVALID naming each link, device, or file of more than 5 MiB, or a folder that is none
 */
export function filesOfFolder(folder: string): Map<string, FolderFile> {
  const files = new Map<string, FolderFile>();
  const problems: CourseProblem[] = [];
  let bytes = 0;
  const walk = (directory: string, prefix: string): void => {
    for (const name of readdirSync(directory).sort()) {
      if (NOT_AUTHORED.has(name)) continue;
      const path = `${prefix}${name}`;
      const problem = problemOfName(name);
      const stat = lstatSync(join(directory, name));
      if (problem !== undefined) problems.push({ file: path, problem });
      else if (stat.isDirectory()) walk(join(directory, name), `${path}/`);
      else if (stat.isSymbolicLink())
        problems.push({ file: path, problem: 'is a symbolic link: put the file here' });
      else if (!stat.isFile()) problems.push({ file: path, problem: 'is no file' });
      else if (stat.size > GREATEST_FILE_BYTES)
        problems.push({ file: path, problem: 'is larger than 5 MiB' });
      else if (files.size >= MOST_FILES || bytes + stat.size > MOST_BYTES)
        throw new CourseInvalidError([
          { file: path, problem: 'is more than a course may have: 20000 files, 256 MiB' },
        ]);
      else {
        bytes += stat.size;
        const content = new Uint8Array(readFileSync(join(directory, name)));
        files.set(path, { path, content, executable: (stat.mode & 0o100) !== 0 });
      }
    }
  };
  try {
    walk(folder, '');
  } catch (error) {
    if (error instanceof CourseInvalidError) throw error;
    const { code = 'cannot be read' } = error as NodeJS.ErrnoException;
    throw new CourseInvalidError([
      ...problems,
      { file: folder, problem: `is no folder that can be read (${code})` },
    ]);
  }
  if (problems.length > 0) throw new CourseInvalidError(problems);
  return files;
}

const problemOfName = (name: string): string | undefined =>
  /[\p{Cc}\p{Cs}\\:\uFFFD]/u.test(name)
    ? 'has a name that not every system can have: no backslash, colon or control character'
    : undefined;

/** The text of a file, or null where it is none. */
export function textOf(content: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** The files below a folder, by their paths below it. */
export function filesBelow(files: ReadonlyMap<string, FolderFile>, folder: string): Map<string, FolderFile> {
  const below = [...files.values()].filter(({ path }) => path.startsWith(folder));
  return new Map(
    below.map((file) => [file.path.slice(folder.length), { ...file, path: file.path.slice(folder.length) }]),
  );
}
