import { randomUUID } from 'node:crypto';
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { explainFailure, LocalDatabaseError } from './errors.js';
import { currentProcess, identityText, isAlive, parseIdentity } from './process-identity.js';

/**
 * Runs `critical` while no other process that locks the same file does. Node has no flock, so the lock is a symbolic
 * link whose target names the holder: it appears in one step together with its text, or not at all. A holder that died
 * is robbed of it.
 */
export async function withFileLock<T>(
  file: string,
  critical: () => Promise<T>,
  timeoutMs = 120_000,
): Promise<T> {
  const claim = identityText(currentProcess());
  const deadline = Date.now() + timeoutMs;
  while (!(await claimed(file, claim))) {
    if (Date.now() > deadline) {
      throw new LocalDatabaseError(
        'LOCK_TIMEOUT',
        `Another process holds ${file} for more than ${timeoutMs / 1000} s. If none is at work, delete that file.`,
      );
    }
    await sleep(20);
  }
  try {
    return await critical();
  } finally {
    await rm(file, { force: true });
  }
}

async function claimed(file: string, claim: string): Promise<boolean> {
  try {
    await symlink(claim, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainFailure(`Locking ${file}`, error);
  }
  await removeDeadClaim(file);
  return false;
}

/**
 * Moving the file away before judging it keeps two robbers from both winning: one of them moves nothing. Whoever moved
 * a living claim, because it changed hands after we read it, puts it back.
 */
async function removeDeadClaim(file: string): Promise<void> {
  const claim = await claimIn(file);
  if (claim === undefined || !isDead(claim)) return;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    const moved = await claimIn(aside);
    if (moved !== undefined && !isDead(moved)) await symlink(moved, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function isDead(claim: string): boolean {
  const holder = parseIdentity(claim);
  return holder === undefined || !isAlive(holder);
}

async function claimIn(file: string): Promise<string | undefined> {
  return readlink(file).catch(() => undefined);
}
