import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  developmentServerStatus,
  localDatabaseUrls,
  SERVICES,
  type Service,
  urlVariable,
} from '@codezest/local-databases';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Prepared {
  readonly urls: Readonly<Record<Service, string>>;
  /** Whether this process started the local server, so that it also stops it. */
  readonly startedServer: boolean;
  readonly notices: readonly string[];
}

export interface PreparedService {
  readonly service: Service;
  /** Names of the migrations that were applied just now. */
  readonly applied: string[];
  /** Rows that the seed added just now. */
  readonly rows: number;
  readonly durationMs: number;
}

export async function startDatabases(): Promise<Prepared> {
  const ranBefore = developmentServerStatus() !== undefined;
  const { urls, notices } = await localDatabaseUrls();
  return { urls, notices, startedServer: !ranBefore && developmentServerStatus() !== undefined };
}

/** Migrates and seeds each database through the command that the service's package ships, as an operator would. */
export async function* prepareServices(
  urls: Prepared['urls'],
  size: string,
): AsyncGenerator<PreparedService> {
  for (const service of SERVICES) {
    const started = performance.now();
    const migrated = await command<{ applied: string[] }>(service, urls, 'migrate');
    const seeded = await command<{ rows: number }>(service, urls, 'seed', '--size', size);
    yield { service, applied: migrated.applied, rows: seeded.rows, durationMs: performance.now() - started };
  }
}

/** A package's own command failed. The message is what it said to a person. */
export class PreparationError extends Error {}

/** Exit code of a package's bin: files and history contradict each other. */
const CONTRADICTION = 4;

async function command<Result>(service: Service, urls: Prepared['urls'], ...argv: string[]): Promise<Result> {
  const bin = join(root, `packages/db-${service}/bin/codezest-db-${service}.js`);
  const env = { ...process.env, [urlVariable(service)]: urls[service] };
  try {
    const { stdout } = await run(process.execPath, [bin, ...argv, '--json'], { env, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as Result;
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    const reset =
      code === CONTRADICTION
        ? 'Unreleased migrations may change; `pnpm exec codezest-databases reset` starts the local databases anew.\n'
        : '';
    throw new PreparationError(`codezest-db-${service} ${argv[0]} failed:\n${stderr ?? error}\n${reset}`);
  }
}
