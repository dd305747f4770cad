import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

export const SERVICES = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;
export const PUBLISHED = ['db-types', ...SERVICES.map((service) => `db-${service}`), 'db-delivery'];

/** Path of each package's tarball, by package folder. */
export type Tarballs = Readonly<Record<string, string>>;

/** Packs every package as a release would. The packages of `root` must be built. */
export async function packAll(into: string, root = repository): Promise<Tarballs> {
  await mkdir(into, { recursive: true });
  await Promise.all(
    PUBLISHED.map((name) =>
      run('pnpm', ['pack', '--pack-destination', into], { cwd: join(root, 'packages', name) }),
    ),
  );
  const files = await readdir(into);
  return Object.fromEntries(
    PUBLISHED.map((name) => [
      name,
      join(into, files.find((file) => file.startsWith(`codezest-${name}-`)) as string),
    ]),
  );
}

/** Paths inside a tarball, as they stand in the installed package. */
export async function filesOf(tarball: string): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  return stdout
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => path.replace(/^package\//, ''));
}
