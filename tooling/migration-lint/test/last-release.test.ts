import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readReleasedMigrations } from '@codezest/db-core/migrations';
import { services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';
import { copyMigrations, worksUpTo } from '../src/upgrade/history.js';
import { keptVersions, readKeptPackage } from '../src/upgrade/kept-package.js';
import { manifestVersion, unreleased } from '../src/upgrade/record-release.js';
import { installRelease } from '../src/upgrade/run-suite.js';
import { compileSuite, suiteOf } from '../src/upgrade/suite.js';

// Installing a release and running all of its tests: only where something was added since.
const SLOW = 20 * 60_000;

/** Tests of a kept release that fail on a newer schema and say nothing about its users: `service version test`, with the reason. */
const harmless: Record<string, string> = {};

describe.each(services)('db-%s', (service) => {
  const directory = migrationsDirectory(service);

  it('its last release is kept, to be run beside the next one', () => {
    const version = manifestVersion(service);

    expect(keptVersions(service), 'A release was not recorded. Run: pnpm migrations:release').toEqual(
      version === unreleased ? [] : [version],
    );
  });

  it('can be kept: its tests by what a service imports stand on their own', async () => {
    const files = Object.entries(await compileSuite(service));

    expect(suiteOf(service).map((file) => basename(file))).toContain('factories.test.ts');
    expect(suiteOf(service).length).toBeGreaterThan(3);
    for (const [name, text] of files) expect(text, name).not.toMatch(/from\s*"\.\.\//);
  });

  it('the last release works on today’s schema, up to the first contract', { timeout: SLOW }, async () => {
    const released = (await readReleasedMigrations(directory)).at(-1)?.name;
    const [version] = keptVersions(service);
    const through = released === undefined ? undefined : worksUpTo(directory, released);
    // Nothing was added, so that this is the schema which its tests have passed on.
    if (version === undefined || through === undefined) return;

    const folder = mkdtempSync(join(tmpdir(), 'today-'));
    copyMigrations(directory, through, folder);
    const release = installRelease(service, readKeptPackage(service, version));
    try {
      const { passed, failed } = await release.run(folder);

      const broken = failed.filter((test) => !(`${service} ${version} ${test.split(':')[0]}` in harmless));
      const what = `What was added up to ${through} breaks ${version}, which runs beside it while a deploy goes on. Expand first, and take away in a later release with “-- contract-of: …” (CONTRIBUTING.md).`;
      expect(broken, what).toEqual([]);
      expect(passed).toBeGreaterThan(20);
    } finally {
      release.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
