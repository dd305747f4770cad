import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the name of the package's newest migration into the client. A constant, because a service's bundler leaves the
 * migrations' folder behind, and a readiness check must know the name there too.
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
  writeFileSync(
    join(generated, 'expected-migration.ts'),
    `/** The newest migration of this version: what a database must have for it. */
export const expectedMigration = '${newest ?? ''}';
`,
  );
}
