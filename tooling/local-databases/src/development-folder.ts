import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Account, canUse } from './account.js';
import { explainFailure, LocalDatabaseError } from './errors.js';

/**
 * `.local/postgres` holds the whole server: `data/`, `server.json` with port and password, `server.log`. It appears by
 * one rename when all of it is ready, so a first start that was interrupted leaves nothing half-made under that name.
 */
export interface DevelopmentFolder {
  readonly path: string;
  /** Where the files are: elsewhere, behind a link, when the server's account cannot enter the repository. */
  readonly realPath: string;
}

export interface ServerState {
  readonly port: number;
  readonly password: string;
}

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

export function localDirectory(given = process.env.CODEZEST_LOCAL_DIR): string {
  return given || join(REPOSITORY, '.local');
}

export function existingFolder(directory: string): DevelopmentFolder | undefined {
  const path = join(directory, 'postgres');
  return existsSync(join(path, 'server.json')) ? { path, realPath: realpathSync(path) } : undefined;
}

export function dataDirectoryOf({ realPath }: DevelopmentFolder): string {
  return join(realPath, 'data');
}

export function logFileOf({ realPath }: DevelopmentFolder): string {
  return join(realPath, 'server.log');
}

export function readState({ realPath }: DevelopmentFolder): ServerState {
  const file = join(realPath, 'server.json');
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as ServerState;
  } catch (cause) {
    throw new LocalDatabaseError('FOLDER_UNUSABLE', `${file} is damaged. Delete ${realPath} to begin anew.`, {
      cause,
    });
  }
}

/** Whole or not at all, whoever is killed when. Readable for this account alone: it holds the password. */
export function writeState(realPath: string, state: ServerState): void {
  const draft = join(realPath, `server.json.${randomUUID()}`);
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, join(realPath, 'server.json'));
}

export function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

/**
 * Builds the folder under another name with `fill` and puts it in place, instead of the one that may be there. Call it
 * under the lock of the directory, with no server running.
 */
export async function installFolder(
  directory: string,
  account: Account | undefined,
  fill: (folder: string) => Promise<void>,
): Promise<DevelopmentFolder> {
  const path = join(directory, 'postgres');
  const target = targetOf(path, account);
  const draft = `${target}.new-${randomUUID()}`;
  removeDrafts(target);
  try {
    mkdirSync(draft, { recursive: true, mode: account ? 0o711 : 0o700 });
    await fill(draft);
    if (existsSync(target)) renameSync(target, `${target}.old-${randomUUID()}`);
    renameSync(draft, target);
    if (target !== path) {
      rmSync(path, { recursive: true, force: true });
      symlinkSync(target, path);
    }
  } catch (error) {
    throw explainFailure(`Creating ${target}`, error);
  } finally {
    removeDrafts(target);
  }
  return { path, realPath: realpathSync(target) };
}

/**
 * The path itself where the server's account can reach it. Else a folder that survives a restart of the machine, named
 * after the path: one for each clone of the repository.
 */
function targetOf(path: string, account: Account | undefined): string {
  if (existsSync(path)) return realpathSync(path);
  if (isDanglingLink(path)) rmSync(path);
  if (account === undefined || canUse(account, dirname(path))) return path;

  const key = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const parent = ['/var/tmp', tmpdir(), '/tmp'].find(
    (folder) => existsSync(folder) && canUse(account, folder),
  );
  if (parent) return join(parent, `codezest-postgres-${key}`);
  throw new LocalDatabaseError(
    'FOLDER_UNUSABLE',
    `The account ${account.name}, as which root must run PostgreSQL, can enter neither ${dirname(path)} nor a temporary ` +
      'folder. Set CODEZEST_LOCAL_DIR to a folder that everybody may enter.',
  );
}

function isDanglingLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(path);
}

function removeDrafts(target: string): void {
  const ours = [`${basename(target)}.new-`, `${basename(target)}.old-`];
  for (const name of readdirSync(dirname(target))) {
    if (!ours.some((prefix) => name.startsWith(prefix))) continue;
    rmSync(join(dirname(target), name), { recursive: true, force: true, maxRetries: 5 });
  }
}
