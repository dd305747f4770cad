import { lstatSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withFileLock } from '../src/file-lock.js';
import { currentProcess, identityText } from '../src/process-identity.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codezest-lock-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('lets one in at a time, and all of them in the end', async () => {
  const file = join(folder, 'many.lock');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 2));
    inside -= 1;
  };

  await Promise.all(Array.from({ length: 20 }, () => withFileLock(file, work)));

  expect(most).toBe(1);
  expect(lstatSync(file, { throwIfNoEntry: false })).toBeUndefined();
});

it('is open again after work that failed', async () => {
  const file = join(folder, 'failed.lock');
  await expect(withFileLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

  expect(await withFileLock(file, async () => 'in')).toBe('in');
});

it('is taken from a holder that died, also when its number is in use again', async () => {
  const { pid, start } = currentProcess();
  for (const dead of ['4194305-1', identityText({ pid, start: `${Number(start) - 1}` })]) {
    const file = join(folder, `${dead}.lock`);
    symlinkSync(dead, file);

    expect(await withFileLock(file, async () => 'in', 2_000)).toBe('in');
  }
});

it('says which file to look at when its holder lives on', async () => {
  const file = join(folder, 'held.lock');
  symlinkSync(identityText(currentProcess()), file);

  await expect(withFileLock(file, async () => 'in', 100)).rejects.toMatchObject({
    code: 'LOCK_TIMEOUT',
    message: expect.stringContaining(file),
  });
});
