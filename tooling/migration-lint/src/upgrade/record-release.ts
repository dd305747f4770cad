import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readReleasedMigrations,
  releasedFileContent,
  releasedFileName,
  releaseOf,
} from '@codezest/db-core/migrations';
import { packageDirectory, type Service } from '@codezest/schema-docs';
import { migrationsDirectory, readMigrations } from '../repository.js';
import { packageToKeep } from './keep-package.js';
import { keptVersions, replaceKeptPackage } from './kept-package.js';
import { fixturePath, fixtureVersions } from './release-fixture.js';
import { writeFixture } from './write-fixture.js';

/** What a manifest says before the first release. */
export const unreleased = '0.0.0';

export function manifestVersion(service: Service): string {
  const text = readFileSync(join(packageDirectory(service), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Makes history of what a release brings, once its version is raised and it is built: its files are locked, a filled database of
 * the version is kept for all later ones to upgrade, and the package itself for the next one to work beside. Returns what it did.
 */
export async function recordRelease(service: Service): Promise<string> {
  const directory = migrationsDirectory(service);
  const version = manifestVersion(service);
  const released = await readReleasedMigrations(directory);
  const added = readMigrations(service, directory)
    .filter(({ name }) => !releaseOf(released, name))
    .map(({ name, text }) => ({ name, sql: text }));

  if (version === unreleased || keptVersions(service).includes(version)) {
    if (version === unreleased || added.length === 0) return `${version}, not in this release`;
    const names = added.map(({ name }) => name).join(', ');
    throw new Error(
      `db-${service} has ${names}, and no changeset that raises ${version}. Run: pnpm changeset`,
    );
  }
  replaceKeptPackage(service, await packageToKeep(service));
  if (added.length > 0) {
    writeFileSync(join(directory, releasedFileName), releasedFileContent(released, added, version));
    const published = new Set(released.map((release) => release.version));
    for (const kept of fixtureVersions(service)) {
      if (!published.has(kept)) rmSync(fixturePath(service, kept));
    }
    await writeFixture(service);
  }
  return `${version}, ${added.map(({ name }) => name).join(', ') || 'no new migration'}`;
}
