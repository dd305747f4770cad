import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CodemodError } from './errors.js';

/**
 * Writes each text beside its file first and renames afterwards, so that a full disk or a kill leaves every file whole, and a failure
 * to write leaves all as they were.
 *
 * @throws {CodemodError} CODEMOD_WRITE_FAILED, naming the file.
 */
export function writeFiles(texts: ReadonlyMap<string, string>): void {
  const written: string[] = [];
  try {
    for (const [path, text] of texts) {
      const beside = `${path}.codemod`;
      written.push(beside);
      writeFileSync(beside, text, { mode: statSync(path).mode });
    }
    for (const path of texts.keys()) renameSync(`${path}.codemod`, path);
  } catch (error) {
    for (const beside of written) rmSync(beside, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CodemodError(
      'CODEMOD_WRITE_FAILED',
      `${written.at(-1)?.replace(/\.codemod$/, '') ?? 'A file'} could not be written (${code}). Give the right to write, and run the codemod again.`,
      { cause: error },
    );
  }
}
