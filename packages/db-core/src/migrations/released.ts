import { createHash } from 'node:crypto';
import { errorCode, MigrationError } from './errors.js';
import type { MigrationSource } from './source.js';
import { bytesOf } from './source-files.js';

/** A line of `migrations.lock`: a migration or a backfill that a published version of the package holds. */
export interface ReleasedMigration {
  readonly name: string;
  /** The version that brought it. */
  readonly version: string;
  readonly hash: string;
  /** Whether this is the text that was released, as part of the history that was. */
  matches(text: string): boolean;
}

const heading = `# Released migrations, oldest first: name, version that brought it, hash of the file and of the line above.
# No released file is ever edited, moved or removed: the linter and the runner refuse it. Written by migrations:release.
`;

export const releasedFileName = 'migrations.lock';

/**
 * The released migrations of a package. Each hash covers the one above, so that a line cannot be changed or taken out without
 * all that follow. A folder without the file has released nothing.
 */
export async function readReleasedMigrations(source: MigrationSource): Promise<ReleasedMigration[]> {
  let text: string;
  try {
    text = (await bytesOf(source, releasedFileName)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  let above = '';
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', version = '', hash = ''] = line.split(/\s+/);
      const previous = above;
      above = hash;
      return { name, version, hash, matches: (sql) => chainedHash(previous, name, version, sql) === hash };
    });
}

export function releaseOf(
  released: readonly ReleasedMigration[],
  name: string,
): ReleasedMigration | undefined {
  return released.find((migration) => migration.name === name);
}

/** The content of `migrations.lock` once these files are released as well. */
export function releasedFileContent(
  released: readonly ReleasedMigration[],
  added: readonly { readonly name: string; readonly sql: string }[],
  version: string,
): string {
  let above = released.at(-1)?.hash ?? '';
  const lines = released.map(({ name, version, hash }) => `${name} ${version} ${hash}\n`);
  for (const { name, sql } of added) {
    above = chainedHash(above, name, version, sql);
    lines.push(`${name} ${version} ${above}\n`);
  }
  return heading + lines.join('');
}

/** Refuses a package whose files are not those that were released. */
export function refuseRewrittenHistory(
  released: readonly ReleasedMigration[],
  files: readonly { readonly name: string; readonly sql: string }[],
): void {
  for (const release of released) {
    const file = files.find(({ name }) => name === release.name);
    if (file && release.matches(file.sql)) continue;
    const what = file ? 'is not what was released' : 'is missing';
    throw new MigrationError(
      'MIGRATION_CHANGED',
      `${release.name} ${what} (version ${release.version}, ${releasedFileName}).`,
      {
        migration: release.name,
        nextStep:
          'Restore the file and migrations.lock as they were released, and put the change into a new migration; in a service, install the package again.',
      },
    );
  }
}

/** A checkout may turn line ends into CRLF: that is the same file. */
function chainedHash(above: string, name: string, version: string, sql: string): string {
  return createHash('sha256')
    .update([above, name, version, sql.replaceAll('\r\n', '\n')].join('\n'))
    .digest('hex');
}
