import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEmptyDatabase } from './empty-database.js';
import { inFixture } from './in-fixture.js';
import { run } from './tarballs.js';

export interface Bundle {
  readonly bundler: string;
  /** How the service is written, which decides the build of ours that goes in. */
  readonly from: 'cjs' | 'mjs';
  readonly to: 'cjs' | 'esm';
}

/**
 * Bundles the service and runs it where there is no node_modules and no package.json: against an empty database, which it
 * migrates. Returns what it printed.
 */
export async function runBundled({ bundler, from, to }: Bundle): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'codezest-bundle-'));
  const program = join(directory, `service.${to === 'esm' ? 'mjs' : 'cjs'}`);
  try {
    await inFixture('bundled', 'node', ['bundle.mjs', bundler, `service.${from}`, to, program]);
    return await withEmptyDatabase('auth', async (url) => {
      const { PATH } = process.env;
      const { stdout } = await run(process.execPath, [program], {
        cwd: directory,
        env: { PATH, AUTH_DATABASE_URL: url },
      });
      return JSON.parse(stdout);
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
