import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  developmentServerStatus,
  localDatabaseUrls,
  type Service,
  stopDevelopmentServer,
  urlVariable,
} from '@codezest/local-databases';
import { CommandFailedError } from './run-command.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export type DatabaseUrls = Readonly<Record<Service, string>>;

export interface Databases {
  readonly urls: DatabaseUrls;
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

/** Runs `work` on the local databases. A server that was started for it is stopped after it, however it ends. */
export async function withDatabases(
  interrupted: AbortSignal,
  work: (databases: Databases) => Promise<void>,
): Promise<void> {
  const ranBefore = developmentServerStatus() !== undefined;
  const { urls, notices } = await localDatabaseUrls();
  const startedServer = !ranBefore && developmentServerStatus() !== undefined;
  try {
    interrupted.throwIfAborted();
    await work({ urls, notices, startedServer });
  } finally {
    if (startedServer) await stopDevelopmentServer();
  }
}

/** Migrates and seeds a database through the command that the service's package ships, as an operator would. */
export async function prepare(
  service: Service,
  urls: DatabaseUrls,
  size: string,
  interrupted: AbortSignal,
): Promise<PreparedService> {
  const run = <Result>(...argv: string[]): Promise<Result> => command(service, urls, argv, interrupted);
  const started = performance.now();
  const { applied } = await run<{ applied: string[] }>('migrate');
  const { rows } = await run<{ rows: number }>('seed', '--size', size);
  return { service, applied, rows, durationMs: performance.now() - started };
}

/** Exit code of a package's bin: files and history contradict each other. */
const CONTRADICTION = 4;

/** What it says of its progress, and of what went wrong, goes to the terminal as it is. */
function command<Result>(
  service: Service,
  urls: DatabaseUrls,
  argv: readonly string[],
  interrupted: AbortSignal,
): Promise<Result> {
  const bin = join(root, `packages/db-${service}/bin/codezest-db-${service}.js`);
  const child = spawn(process.execPath, [bin, ...argv, '--json'], {
    env: { ...process.env, [urlVariable(service)]: urls[service] },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: interrupted,
  });
  return new Promise((resolve, reject) => {
    let answer = '';
    child.stdout.on('data', (chunk) => (answer += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) {
        resolve(JSON.parse(answer) as Result);
        return;
      }
      const failed = `codezest-db-${service} ${argv[0]} failed with exit code ${code}; what it said stands above.`;
      const reset =
        '\nUnreleased migrations may change: `npm run databases reset` starts the local databases anew.';
      reject(new CommandFailedError(code === CONTRADICTION ? failed + reset : failed));
    });
  });
}
