import { existsSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DevelopmentFolder,
  dataDirectoryOf,
  logFileOf,
  readState,
  writeState,
} from './development-folder.js';
import { LocalDatabaseError } from './errors.js';
import { isPortFree, unusedServerPort } from './free-port.js';
import { clearRemains, isServerOf, type PostmasterFile, postmasterFile } from './postmaster.js';
import { type Cluster, launchServer } from './server-process.js';
import { letsIn } from './service-databases.js';

/** A server that crashed replays its log before it answers. */
const START_TIMEOUT_MS = 120_000;
const LOG_LIMIT = 5 * 1024 ** 2;

/**
 * Starts the server of a folder that has none running, on `fixed` or on the port it had before. Returns what a person
 * should know about it.
 */
export async function launchOn(
  folder: DevelopmentFolder,
  tools: Omit<Cluster, 'dataDirectory'>,
  fixed: number | undefined,
): Promise<string[]> {
  const notices: string[] = [];
  const cluster = { ...tools, dataDirectory: dataDirectoryOf(folder) };
  const logFile = logFileOf(folder);
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT) truncateSync(logFile);
  await clearRemains(cluster);

  for (let attempt = 1; ; attempt += 1) {
    const chosen = await choosePort(folder, fixed, notices);
    try {
      await launchServer(cluster, chosen, logFile, START_TIMEOUT_MS);
      return notices;
    } catch (error) {
      // Somebody may bind the port between our look and PostgreSQL's.
      const lostRace = error instanceof LocalDatabaseError && error.code === 'PORT_TAKEN';
      if (!lostRace || fixed !== undefined || attempt === 3) throw error;
    }
  }
}

async function choosePort(
  folder: DevelopmentFolder,
  fixed: number | undefined,
  notices: string[],
): Promise<number> {
  const state = readState(folder);
  const wanted = fixed ?? state.port;
  const free = await isPortFree(wanted);
  if (!free && fixed !== undefined) {
    throw new LocalDatabaseError(
      'PORT_TAKEN',
      `Port ${fixed}, which CODEZEST_LOCAL_PORT asks for, is taken by another program. Stop that, name another port, ` +
        'or unset the variable to have one chosen.',
    );
  }
  const port = free ? wanted : await unusedServerPort();
  if (!free)
    notices.push(`Port ${wanted} is taken by another program; the server now has ${port}. Its URLs changed.`);
  if (port !== state.port) writeState(folder.realPath, { ...state, port });
  return port;
}

/**
 * The server that runs and answers, waiting for one that is just starting. One that was killed a moment ago looks alive
 * until the system has ended it: it does not answer, and then it is gone.
 */
export async function runningServer(folder: DevelopmentFolder): Promise<PostmasterFile | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const file = postmasterOf(folder);
    if (file === undefined) return undefined;
    if (file.ready && (await letsIn(file.port, readState(folder).password))) return file;
    await sleep(20);
  }
  throw new LocalDatabaseError(
    'SERVER_NOT_STARTED',
    `Process ${postmasterOf(folder)?.pid} does not answer. Its log is ${logFileOf(folder)}. End it, then start again.`,
  );
}

export function postmasterOf(folder: DevelopmentFolder): PostmasterFile | undefined {
  const file = postmasterFile(dataDirectoryOf(folder));
  return file && isServerOf(dataDirectoryOf(folder), file.pid) ? file : undefined;
}
