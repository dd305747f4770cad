import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

export const PUBLISHED = [
  'db-types',
  'db-auth',
  'db-learning',
  'db-payments',
  'db-notifications',
  'db-activity',
];

export interface Installed {
  /** Folder outside the workspace with the packages in a flat node_modules. */
  readonly directory: string;
  /** Absolute path of each package's tarball, by package folder. */
  readonly tarballs: Record<string, string>;
  remove(): Promise<void>;
}

/** Packs every package as a release would, and installs the tarballs with npm into a folder of their own. */
export async function installPackages(fixture: string, packages: Record<string, string>): Promise<Installed> {
  const directory = await mkdtemp(join(tmpdir(), 'codezest-consumer-'));
  const tarballs = await packAll(join(directory, 'tarballs'));
  await cp(join(root, 'tooling/consumers/fixtures', fixture), directory, { recursive: true });

  const own = Object.fromEntries(PUBLISHED.map((name) => [`@codezest/${name}`, `file:${tarballs[name]}`]));
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, dependencies: { ...own, ...packages } }, null, 2),
  );
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'],
    {
      cwd: directory,
    },
  );
  return { directory, tarballs, remove: () => rm(directory, { recursive: true, force: true }) };
}

async function packAll(into: string): Promise<Record<string, string>> {
  await mkdir(into, { recursive: true });
  for (const name of PUBLISHED) {
    await run('pnpm', ['pack', '--pack-destination', into], { cwd: join(root, 'packages', name) });
  }
  const files = await readdir(into);
  return Object.fromEntries(
    PUBLISHED.map((name) => [
      name,
      join(into, files.find((file) => file.startsWith(`codezest-${name}-`)) as string),
    ]),
  );
}
