import { existsSync, lstatSync, mkdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, canUse } from './account.js';
import { explainFailure, LocalDatabaseError } from './errors.js';
import { processNamespace } from './process-identity.js';

const MEMORY = '/dev/shm';
/** A cluster takes 40 MB, its log up to 256 MB, each cloned database 8 MB. Docker's default /dev/shm is 64 MB. */
const ROOM_FOR_TESTS = 1024 ** 3;

function memoryHasRoom(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM_FOR_TESTS;
}

/** Our folder in memory where the system offers that and has room, else on disk. */
export function throwawayFolder(account: Account | undefined): string {
  return ourFolder(memoryHasRoom() ? [MEMORY, ...temporaryFolders()] : temporaryFolders(), account);
}

/** Our folder on disk: for locks and copied binaries. */
export function temporaryFolder(account: Account | undefined): string {
  return ourFolder(temporaryFolders(), account);
}

/** Wherever throw-away servers may lie, whichever folder had room when they started. */
export function throwawayFolders(): string[] {
  return [MEMORY, ...temporaryFolders()].map(nameIn).filter((folder) => existsSync(folder));
}

function temporaryFolders(): string[] {
  const candidates = process.platform === 'win32' ? [tmpdir()] : [tmpdir(), '/tmp', '/var/tmp'];
  return [...new Set(candidates)].filter((folder) => existsSync(folder));
}

function ourFolder(parents: string[], account: Account | undefined): string {
  const refusals: string[] = [];
  for (const parent of parents) {
    const folder = nameIn(parent);
    try {
      mkdirSync(folder, { mode: account ? 0o711 : 0o700, recursive: true });
      refuseForeign(folder);
      if (canUse(account, folder)) return folder;
      refusals.push(`${folder}: not reachable for ${account?.name}`);
    } catch (error) {
      refusals.push(explainFailure(folder, error).message);
    }
  }
  throw new LocalDatabaseError(
    'FOLDER_UNUSABLE',
    `No folder for temporary data can be used. Set TMPDIR to one that can.\n${refusals.join('\n')}`,
  );
}

function nameIn(parent: string): string {
  return join(parent, `codezest-postgres-${process.getuid?.() ?? 'user'}-${processNamespace()}`);
}

/** Anybody may write to a temporary folder: one that somebody else made under our name, or may change, is not ours. */
function refuseForeign(folder: string): void {
  const status = lstatSync(folder);
  const foreign = process.getuid !== undefined && status.uid !== process.getuid();
  const open = process.platform !== 'win32' && (status.mode & 0o022) !== 0;
  if (status.isDirectory() && !foreign && !open) return;
  throw new LocalDatabaseError(
    'FOLDER_UNUSABLE',
    `${folder} exists and belongs to somebody else. Remove it.`,
  );
}
