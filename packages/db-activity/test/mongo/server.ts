import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { buildFerretdb, startFerretdb } from './ferretdb-server.js';
import { downloadedMongod, startMongod } from './mongod-server.js';

/** A server that speaks MongoDB's protocol, for the tests that ask a real one. */
export interface MongoServer {
  /** `MongoDB 8.0.4 (TEST_MONGODB_URL)`, for the names of tests. */
  readonly name: string;
  readonly kind: 'MongoDB' | 'FerretDB';
  url(database: string): string;
  stop(): Promise<void>;
}

export interface StartedServer {
  /** Without a database. */
  readonly url: string;
  stop(): Promise<void>;
}

type Source = readonly [origin: string, start: () => Promise<StartedServer | undefined>];

/** One that somebody names must answer: another in its place would prove something else. */
const named = 'TEST_MONGODB_URL';

const sources: readonly Source[] = [
  [named, namedServer],
  ['mongod on PATH', () => startIfThere(onPath('mongod'), startMongod)],
  ['downloaded mongod', async () => startIfThere(await downloadedMongod(), startMongod)],
  ['FerretDB over PostgreSQL', async () => startIfThere(await buildFerretdb(onPath('go')), startFerretdb)],
];

/** The first server of these that is to be had: nothing here fails because a machine has none. */
export async function startMongoServer(): Promise<MongoServer | undefined> {
  for (const [origin, start] of sources) {
    const server = origin === named ? await start() : await startOrWarn(origin, start);
    if (server === undefined) continue;
    return {
      ...server,
      ...(await identityOf(server, origin)),
      url: (name) => withDatabase(server.url, name),
    };
  }
  return undefined;
}

async function startOrWarn(origin: string, start: Source[1]): Promise<StartedServer | undefined> {
  try {
    return await start();
  } catch (error) {
    console.warn(`${origin} does not start: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function namedServer(): Promise<StartedServer | undefined> {
  const url = process.env.TEST_MONGODB_URL;
  return url ? { url, stop: async () => undefined } : undefined;
}

async function startIfThere(
  program: string | undefined,
  start: (program: string) => Promise<StartedServer>,
): Promise<StartedServer | undefined> {
  return program === undefined ? undefined : await start(program);
}

async function identityOf(
  { url }: StartedServer,
  origin: string,
): Promise<Pick<MongoServer, 'name' | 'kind'>> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 });
  try {
    const info = await client.db('admin').command({ buildInfo: 1 });
    const kind = 'ferretdbVersion' in info ? 'FerretDB' : 'MongoDB';
    // FerretDB calls itself the MongoDB that it is like.
    return { kind, name: kind === 'MongoDB' ? `MongoDB ${info.version} (${origin})` : 'FerretDB 1.24' };
  } finally {
    await client.close();
  }
}

function withDatabase(url: string, name: string): string {
  const [, address, , parameters = ''] = /^(\w+(?:\+srv)?:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
  return `${address}/${name}${parameters}`;
}

function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
