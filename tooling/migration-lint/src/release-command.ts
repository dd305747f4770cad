import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readMigrationFiles,
  readReleasedMigrations,
  releasedFileContent,
  releasedFileName,
  releaseOf,
} from '@codezest/db-core/migrations';
import { packageDirectory, services } from '@codezest/schema-docs';
import { migrationsDirectory } from './repository.js';

// Part of making a release, after the versions are raised: from here on these files are history.
for (const service of services) {
  const directory = migrationsDirectory(service);
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(packageDirectory(service), 'package.json'), 'utf8'),
  );
  const released = await readReleasedMigrations(directory);
  const added = (await readMigrationFiles(directory)).filter(({ name }) => !releaseOf(released, name));
  writeFileSync(join(directory, releasedFileName), releasedFileContent(released, added, manifest.version));
  console.log(
    `db-${service} ${manifest.version}: ${added.map(({ name }) => name).join(', ') || 'nothing new'}`,
  );
}
