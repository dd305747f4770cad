import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readReleasedMigrations,
  releasedFileContent,
  releasedFileName,
  releaseOf,
} from '@codezest/db-core/migrations';
import { packageDirectory, services } from '@codezest/schema-docs';
import { migrationsDirectory, readMigrations } from './repository.js';
import { fixturePath, fixtureVersions } from './upgrade/release-fixture.js';
import { writeFixture } from './upgrade/write-fixture.js';

// Part of making a release, after the versions are raised: from here on these files are history, and a database of this
// version is kept for all later ones to upgrade.
for (const service of services) {
  const directory = migrationsDirectory(service);
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(packageDirectory(service), 'package.json'), 'utf8'),
  );
  const released = await readReleasedMigrations(directory);
  const added = readMigrations(service, directory)
    .filter(({ name }) => !releaseOf(released, name))
    .map(({ name, text }) => ({ name, sql: text }));
  console.log(
    `db-${service} ${manifest.version}: ${added.map(({ name }) => name).join(', ') || 'nothing new'}`,
  );
  if (added.length === 0) continue;

  writeFileSync(join(directory, releasedFileName), releasedFileContent(released, added, manifest.version));
  const published = new Set(released.map(({ version }) => version));
  for (const version of fixtureVersions(service)) {
    if (!published.has(version)) rmSync(fixturePath(service, version));
  }
  await writeFixture(service);
}
