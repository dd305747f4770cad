import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Service } from '@codezest/schema-docs';
import { fixtureDirectory } from './release-fixture.js';

/**
 * The last release of a package, to be run against today's migrations: its build as it was packed, that of db-types, and its
 * own tests. Texts by their paths, as they are laid out for a run. Only the last release is kept; its predecessor's stays in git.
 */
export interface KeptPackage {
  readonly version: string;
  /** What its manifest and that of db-types ask for beside each other, exact. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

const suffix = '.package.br';

/** Versions of which a package is kept: none before the first release, and then one. */
export function keptVersions(service: Service, directory = fixtureDirectory): string[] {
  return readdirSync(join(directory, service))
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
}

export function readKeptPackage(
  service: Service,
  version: string,
  directory = fixtureDirectory,
): KeptPackage {
  const packed = readFileSync(join(directory, service, `${version}${suffix}`));
  return JSON.parse(brotliDecompressSync(packed).toString()) as KeptPackage;
}

/** Puts a release in the place of the one that was kept before it; returns the file's path. */
export function replaceKeptPackage(
  service: Service,
  kept: KeptPackage,
  directory = fixtureDirectory,
): string {
  const path = join(directory, service, `${kept.version}${suffix}`);
  mkdirSync(dirname(path), { recursive: true });
  for (const version of keptVersions(service, directory)) {
    rmSync(join(directory, service, `${version}${suffix}`));
  }
  const packed = brotliCompressSync(JSON.stringify(kept), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(path, packed);
  return path;
}
