import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PUBLISHED, repository, run } from './tarballs.js';

export interface Rehearsal {
  readonly directory: string;
  /** Version of each package, by folder. */
  versions(): Promise<Record<string, string>>;
  /** Adds a changeset. */
  describe(packages: Record<string, 'patch' | 'minor' | 'major'>): Promise<void>;
  /** What the version job runs, and its commit. */
  version(): Promise<void>;
}

const PACKAGES = [...PUBLISHED, 'db-core'];

/** A clone of this repository with the packages built as they are here, in which a release may be made for nothing. */
export async function rehearseRelease(into: string): Promise<Rehearsal> {
  const directory = join(into, 'rehearsal');
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@example.com', ...args], {
      cwd: directory,
    });
  await run('git', ['clone', '--quiet', '--shared', repository, directory]);
  for (const name of PUBLISHED) await takeBuilt(directory, name);

  let changesets = 0;
  return {
    directory,
    async versions() {
      const entries = PACKAGES.map(async (name) => {
        const manifest = await readFile(join(directory, 'packages', name, 'package.json'), 'utf8');
        return [name, JSON.parse(manifest).version] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    async describe(packages) {
      changesets += 1;
      const lines = Object.entries(packages).map(([name, bump]) => `'@codezest/${name}': ${bump}`);
      const text = `---\n${lines.join('\n')}\n---\n\nRehearsed.\n`;
      await writeFile(join(directory, `.changeset/rehearsal-${changesets}.md`), text);
      await git('add', '.changeset');
      await git('commit', '--quiet', '--no-verify', '-m', 'Describe a change');
    },
    async version() {
      await run(join(repository, 'node_modules/.bin/changeset'), ['version'], { cwd: directory });
      await git('add', '--all');
      await git('commit', '--quiet', '--no-verify', '-m', 'Version');
    },
  };
}

/** pnpm packs `workspace:` as the version that it finds installed, so the workspace's own links must be there. */
async function takeBuilt(directory: string, name: string): Promise<void> {
  const folder = join(directory, 'packages', name);
  await cp(join(repository, 'packages', name, 'dist'), join(folder, 'dist'), { recursive: true });
  await mkdir(join(folder, 'node_modules/@codezest'), { recursive: true });
  for (const group of ['packages', 'tooling']) {
    for (const other of await readdir(join(directory, group))) {
      await symlink(join(directory, group, other), join(folder, 'node_modules/@codezest', other));
    }
  }
}

/** Packages that the changesets of this repository name. */
export async function packagesNamedByChangesets(): Promise<string[]> {
  const folder = join(repository, '.changeset');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) =>
    [...(text.split('---')[1] ?? '').matchAll(/^['"]?(@codezest\/[\w-]+)['"]?:/gm)].map(
      ([, name]) => name as string,
    ),
  );
}
