import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'tsup';
import { afterEach, expect, it } from 'vitest';

let folder: string | undefined;

afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** What a browser receives from a page that imports from this package. */
async function bundleOf(statement: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'db-types-'));
  const page = join(folder, 'page.ts');
  await writeFile(page, `${statement} from ${JSON.stringify(resolve('src/index.ts'))};\n`);
  await build({
    config: false,
    silent: true,
    entry: [page],
    format: 'esm',
    platform: 'browser',
    outDir: join(folder, 'dist'),
    outExtension: () => ({ js: '.js' }),
  });
  return readFile(join(folder, 'dist', 'page.js'), 'utf8');
}

it('a page that uses one enum carries one enum', async () => {
  const page = await bundleOf('export { UserRole, isUserRole }');

  expect(page).toContain('INSTRUCTOR');
  expect(page).not.toContain('TRIALING');
  expect(page).not.toContain('InvalidIdError');
  expect(page).not.toContain('anonymize');
});

it('a page that uses one id carries one parser', async () => {
  const page = await bundleOf('export { parseUserId }');

  expect(page).toContain('idParser("User")');
  expect(page).not.toContain('Invoice');
});

it('a page that uses one event carries one event', async () => {
  const page = await bundleOf('export { userDeleted }');

  expect(page).toContain('user.deleted');
  expect(page).not.toMatch(/user\.registered|entitlement|EVENT_INVALID/);
});

it('a page that reads addresses carries no time zones', async () => {
  const page = await bundleOf('export { parseEmailAddress }');

  expect(page).toContain('EMAIL_ADDRESS_INVALID');
  expect(page).not.toMatch(/Europe\/|calendar|PHONE_NUMBER/);
});

it('the whole package needs nothing of Node', async () => {
  const page = await bundleOf('export *');

  expect(page).toContain('idParser("Invoice")');
  expect(page).not.toMatch(/\b(?:import|require|process|Buffer)\b/);
});
