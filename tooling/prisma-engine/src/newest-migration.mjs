import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the name of the package's newest migration, and the checksums that a history may have of it, into the client. A constant, because a service's bundler leaves the
 * migrations' folder behind, and a readiness check must know them there too.
 *
 * @param {string} migrations folder of the migrations
 * @param {string} generated folder of the generated client
 */
export function writeNewestMigration(migrations, generated) {
  const newest = readdirSync(migrations, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .at(-1);
  const sql = newest === undefined ? '' : readFileSync(join(migrations, newest, 'migration.sql'), 'utf8');
  // A checkout may turn line ends into CRLF; Prisma counts that as the same file.
  const unix = sql.replaceAll('\r\n', '\n');
  const checksums = [unix, unix.replaceAll('\n', '\r\n')].map((text) =>
    createHash('sha256').update(text).digest('hex'),
  );
  writeFileSync(
    join(generated, 'expected-migration.ts'),
    `/** The newest migration of this version: what a database must have for it. */
export const expectedMigration = '${newest ?? ''}';
/** SHA-256 of its file with either kind of line ends, as the history records it: services have migrations of the same name. */
export const expectedChecksums = ${JSON.stringify(checksums)};
`,
  );
}
