import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { explainFailure, LocalDatabaseError } from './errors.js';
import { currentProcess, identityText, isAlive, parseIdentity } from './process-identity.js';

/**
 * Runs `critical` while no other process that locks the same file does. Node has no flock, so the lock is a file that
 * names its holder; a holder that died is robbed of it.
 */
export async function withFileLock<T>(
  file: string,
  critical: () => Promise<T>,
  timeoutMs = 120_000,
): Promise<T> {
  const claim = `${identityText(currentProcess())} ${randomUUID()}`;
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
    await writeWhole(file, claim);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainFailure(`Locking ${file}`, error);
  }
  await removeDeadClaim(file);
  return false;
}

/** Appears with its content or not at all: a reader never meets a lock that does not say whose it is. */
async function writeWhole(file: string, claim: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, claim, { mode: 0o600 });
    await link(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Moving the file away before judging it keeps two robbers from both winning: one of them moves nothing. Whoever moved
 * a living claim, because it changed hands after we read it, puts it back.
 */
async function removeDeadClaim(file: string): Promise<void> {
  if (!isDead(await contentOf(file))) return;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if (!isDead(await contentOf(aside))) await link(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function isDead(claim: string | undefined): boolean {
  if (claim === undefined) return false;
  const holder = parseIdentity(claim);
  return holder === undefined || !isAlive(holder);
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
