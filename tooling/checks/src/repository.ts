import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSchema, repositoryRoot, type Schema, type Service, services } from '@codezest/schema-docs';

export interface Manifest {
  name: string;
  private?: boolean;
  scripts?: Record<string, string>;
  exports?: Record<string, unknown>;
  files?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  optionalDependencies?: Record<string, string>;
}

export interface Package {
  /** Relative to the repository, as all paths here are. */
  directory: string;
  manifest: Manifest;
}

export const dependencyKinds = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
] as const;

let listed: string[] | undefined;

/** Every file that git keeps or would keep: what is generated, built or installed is none of the checks' business. */
export function repositoryFiles(): string[] {
  listed ??= execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
  return listed;
}

export function filesBelow(directory: string, extension = ''): string[] {
  return repositoryFiles().filter((path) => path.startsWith(`${directory}/`) && path.endsWith(extension));
}

export function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

let manifests: Package[] | undefined;

export function packages(): Package[] {
  manifests ??= repositoryFiles()
    .filter((path) => /^(?:packages|tooling)\/[^/]+\/package\.json$/.test(path))
    .map((path) => ({
      directory: path.replace('/package.json', ''),
      manifest: JSON.parse(read(path)) as Manifest,
    }));
  return manifests;
}

export function packageOf(service: Service): Package {
  const directory = `packages/db-${service}`;
  const found = packages().find((candidate) => candidate.directory === directory);
  if (found === undefined) throw new Error(`there is no ${directory}/package.json`);
  return found;
}

export async function allSchemas(): Promise<Map<Service, Schema>> {
  const schemas = await Promise.all(
    services.map(async (service) => [service, await readSchema(service)] as const),
  );
  return new Map(schemas);
}
