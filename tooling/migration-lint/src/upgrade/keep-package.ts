import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageDirectory, repositoryRoot, type Service } from '@codezest/schema-docs';
import type { KeptPackage } from './kept-package.js';
import { compileSuite } from './suite.js';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packs a package as a release does and takes what a run of its tests needs: one module format, no declarations. */
export async function packageToKeep(service: Service): Promise<KeptPackage> {
  const own = packed(packageDirectory(service), `node_modules/@codezest/db-${service}`);
  const types = packed(join(repositoryRoot, 'packages/db-types'), 'node_modules/@codezest/db-types');
  const asked = { ...types.manifest.dependencies, ...own.manifest.dependencies };
  return {
    version: own.manifest.version,
    dependencies: Object.fromEntries(
      Object.entries(asked).filter(([name]) => !name.startsWith('@codezest/')),
    ),
    files: { ...own.files, ...types.files, ...(await compileSuite(service)) },
  };
}

/** The manifest and the modules that a service loads with `import`, where an installation has them. */
function packed(directory: string, installed: string): { manifest: Manifest; files: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  try {
    run('pnpm', ['pack', '--pack-destination', folder], directory);
    const [tarball = ''] = readdirSync(folder);
    run('tar', ['-xzf', tarball], folder);
    const text = (name: string): string => readFileSync(join(folder, 'package', name), 'utf8');
    const modules = modulesFrom(join(folder, 'package/dist/esm'), ['index.js', 'testing.js']);
    if (modules.length === 0) throw new Error(`${directory} is not built: pnpm build`);
    const prisma = join(folder, 'package/dist/prisma');
    const names = [
      'package.json',
      ...['package.json', ...modules].map((name) => `dist/esm/${name}`),
      // What the modules load of Prisma's client; db-types loads nothing.
      ...(existsSync(prisma) ? readdirSync(prisma).map((name) => `dist/prisma/${name}`) : []),
    ];
    return {
      manifest: JSON.parse(text('package.json')) as Manifest,
      files: Object.fromEntries(names.map((name) => [`${installed}/${name}`, text(name)])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Modules of a build that these entries load, themselves among them. */
function modulesFrom(folder: string, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const open = entries.filter((name) => existsSync(join(folder, name)));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const imports = readFileSync(join(folder, name), 'utf8').matchAll(
      /(?:from|import)\s*\(?\s*"\.\/([\w-]+\.js)"/g,
    );
    open.push(...[...imports].map(([, imported = '']) => imported));
  }
  return [...found].sort();
}

function run(command: string, args: string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}:\n${stdout}${stderr}`);
}
