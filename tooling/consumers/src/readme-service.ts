import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './tarballs.js';

const OURS = 'packages/db-auth/test/login-over-http.test.ts';

/** The service in the README of the installed db-auth, and the test that the package itself drives it with. */
export async function writeReadmeService(consumers: string): Promise<void> {
  const readme = await readFile(join(consumers, 'node_modules/@codezest/db-auth/README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const [service, ...others] = examples.filter((code) => code.includes("from 'express'"));
  if (service === undefined || others.length > 0) throw new Error('The README of db-auth shows one service.');
  const tests = join(consumers, 'express-vitest/test');
  await mkdir(join(tests, 'examples'), { recursive: true });
  await writeFile(join(tests, 'examples/service.ts'), service);
  await copyFile(join(repository, OURS), join(tests, 'login-over-http.test.ts'));
}
