import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createTestDatabase } from '../../src/testing.js';
import type { StartedServer } from './server.js';

/** Git-ignored, kept between runs. */
export const localFolder = join(import.meta.dirname, '../../../../.local');

const sources = join(import.meta.dirname, 'ferretdb');
const buildTimeoutMs = 240_000;

/**
 * FerretDB as a program, built once from the pinned sources and found again by their hash. Nothing where there is no Go,
 * no module proxy, or no time.
 */
export async function buildFerretdb(go: string | undefined): Promise<string | undefined> {
  if (go === undefined) return undefined;
  const hash = createHash('sha256');
  for (const file of readdirSync(sources).sort()) hash.update(readFileSync(join(sources, file)));
  const folder = join(localFolder, 'ferretdb');
  const program = join(folder, `ferretdb-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;

  mkdirSync(folder, { recursive: true });
  // Built aside and renamed: two runs at once, or one that is killed, leave no half program behind.
  const unfinished = `${program}.${process.pid}`;
  const options = ['-mod=readonly', '-buildvcs=false', '-tags=ferretdb_no_sqlite', '-o', unfinished];
  try {
    await promisify(execFile)(go, ['build', ...options, '.'], {
      cwd: sources,
      env: { ...process.env, GOTOOLCHAIN: 'local' },
      timeout: buildTimeoutMs,
    });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    console.warn(`FerretDB could not be built: ${said || 'it took too long'}`);
    return undefined;
  }
  renameSync(unfinished, program);
  return program;
}

/** Over a database of its own on the PostgreSQL that the tests run on. Ends with this process, killed or not. */
export async function startFerretdb(program: string): Promise<StartedServer> {
  const database = await createTestDatabase();
  const server = spawn(program, {
    env: { FERRETDB_POSTGRESQL_URL: database.url },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const url = await Promise.race([
    once(createInterface(server.stdout), 'line').then(([line]) => String(line)),
    once(server, 'exit').then(() => undefined),
  ]);
  if (url === undefined) {
    await database.drop();
    throw new Error('it ended at once');
  }
  return {
    url,
    stop: async () => {
      const ended = once(server, 'exit');
      server.stdin.end();
      await ended;
      await database.drop();
    },
  };
}
