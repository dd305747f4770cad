import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverAccount } from './account.js';
import { locateBinaries } from './binaries.js';
import {
  type DevelopmentFolder,
  dataDirectoryOf,
  existingFolder,
  installFolder,
  localDirectory,
  logFileOf,
  newPassword,
  readState,
  type ServerState,
  writeState,
} from './development-folder.js';
import { launchOn, postmasterOf, runningServer } from './development-launch.js';
import { explainFailure, LocalDatabaseError } from './errors.js';
import { withFileLock } from './file-lock.js';
import { unusedServerPort } from './free-port.js';
import { type PostmasterFile, postmasterFile } from './postmaster.js';
import { type Cluster, COMMON_SETTINGS, initialiseCluster, stopServer } from './server-process.js';
import { createMissingDatabases, serviceUrls } from './service-databases.js';
import type { Service } from './services.js';

export interface DevelopmentOptions {
  /** Default: CODEZEST_LOCAL_DIR, else `.local` in the repository. */
  localDirectory?: string;
  /** This port and no other. Default: CODEZEST_LOCAL_PORT, else one chosen at the first start and kept. */
  port?: number;
}

export interface DevelopmentServer {
  readonly port: number;
  readonly pid: number;
  readonly dataDirectory: string;
  readonly logFile: string;
  /** A URL for each service's own database. */
  readonly urls: Readonly<Record<Service, string>>;
}

export interface StartedServer extends DevelopmentServer {
  /** False when it ran already. */
  readonly started: boolean;
  /** What a person should know: another port than before, another folder than expected. */
  readonly notices: readonly string[];
}

type Tools = Omit<Cluster, 'dataDirectory'>;

/**
 * The PostgreSQL that developers work with: keeps its data, outlives the command that started it, and has a database
 * for each service. Call it at any time, from several processes at once: it starts what does not run, brings back what
 * crashed, and leaves a running server alone.
 */
export async function startDevelopmentServer(options: DevelopmentOptions = {}): Promise<StartedServer> {
  const port = fixedPort(options);
  return underLock(options, async (directory) => {
    const tools = findTools();
    const folder = existingFolder(directory) ?? (await createFolder(directory, tools, await newState(port)));
    return start(folder, tools, port);
  });
}

/** Stops it after its last write; the data stays. Returns false when none ran. */
export async function stopDevelopmentServer(options: DevelopmentOptions = {}): Promise<boolean> {
  return underLock(options, async (directory) => {
    const folder = existingFolder(directory);
    return folder !== undefined && stop(folder, findTools());
  });
}

/** The running server, or nothing. Takes no lock and changes nothing. */
export function developmentServerStatus(options: DevelopmentOptions = {}): DevelopmentServer | undefined {
  const folder = existingFolder(directoryOf(options));
  const file = folder && postmasterOf(folder);
  return folder && file?.ready ? describe(folder, file) : undefined;
}

/** Deletes all data and starts anew with empty databases. Port and password stay, so that written-down URLs still work. */
export async function resetDevelopmentServer(options: DevelopmentOptions = {}): Promise<StartedServer> {
  const port = fixedPort(options);
  return underLock(options, async (directory) => {
    const tools = findTools();
    const old = existingFolder(directory);
    const state = old ? readState(old) : await newState(port);
    if (old) await stop(old, tools);
    return start(await createFolder(directory, tools, state), tools, port);
  });
}

async function start(
  folder: DevelopmentFolder,
  tools: Tools,
  port: number | undefined,
): Promise<StartedServer> {
  const running = await runningServer(folder);
  const notices = running ? [] : await launchOn(folder, tools, port);
  const file = running ?? postmasterFile(dataDirectoryOf(folder));
  if (!file) throw new LocalDatabaseError('SERVER_NOT_STARTED', `It ended again. See ${logFileOf(folder)}.`);

  await createMissingDatabases(file.port, readState(folder).password);
  if (folder.realPath !== folder.path) {
    notices.push(`The data is in ${folder.realPath}: ${tools.account?.name} may not enter ${folder.path}.`);
  }
  if (tools.binaries.copiedBecause) {
    notices.push(`PostgreSQL runs from a copy: ${tools.binaries.copiedBecause}`);
  }
  if (port !== undefined && file.port !== port) {
    notices.push(`It runs on port ${file.port} already. To move it to ${port}: stop it, then start it.`);
  }
  return { ...describe(folder, file), started: !running, notices };
}

async function stop(folder: DevelopmentFolder, tools: Tools): Promise<boolean> {
  const ran = postmasterOf(folder) !== undefined;
  if (ran) await stopServer({ ...tools, dataDirectory: dataDirectoryOf(folder) });
  return ran;
}

function createFolder(directory: string, tools: Tools, state: ServerState): Promise<DevelopmentFolder> {
  return installFolder(directory, tools.account, async (draft) => {
    const cluster = { ...tools, dataDirectory: join(draft, 'data') };
    await initialiseCluster(cluster, state.password, COMMON_SETTINGS);
    writeState(draft, state);
  });
}

async function newState(port: number | undefined): Promise<ServerState> {
  return { port: port ?? (await unusedServerPort()), password: newPassword() };
}

function findTools(): Tools {
  const account = serverAccount();
  return { account, binaries: locateBinaries([fileURLToPath(new URL('.', import.meta.url))], account) };
}

function describe(folder: DevelopmentFolder, { port, pid }: PostmasterFile): DevelopmentServer {
  const urls = serviceUrls(port, readState(folder).password);
  return { port, pid, dataDirectory: dataDirectoryOf(folder), logFile: logFileOf(folder), urls };
}

function directoryOf(options: DevelopmentOptions): string {
  return options.localDirectory ?? localDirectory();
}

async function underLock<T>(
  options: DevelopmentOptions,
  critical: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = directoryOf(options);
  try {
    mkdirSync(directory, { recursive: true });
    return await withFileLock(join(directory, 'postgres.lock'), () => critical(directory));
  } catch (error) {
    // The system's and PostgreSQL's errors have codes; one without is a defect of ours and goes up as it is.
    throw (error as { code?: unknown }).code ? explainFailure(`Working in ${directory}`, error) : error;
  }
}

function fixedPort(options: DevelopmentOptions): number | undefined {
  const text = options.port ?? process.env.CODEZEST_LOCAL_PORT;
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LocalDatabaseError(
    'LOCAL_SETTING_INVALID',
    `CODEZEST_LOCAL_PORT must be a port number, not "${text}".`,
  );
}
