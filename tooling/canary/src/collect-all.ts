import { services } from '@codezest/schema-docs';
import { type Canaries, createCanaries } from './canaries.js';
import { type Collection, createCollection } from './collection.js';
import { dumpDatabase, dumpServer } from './dump.js';
import { createEntrances } from './entrances.js';
import { type Exercised, exercise } from './exercise.js';
import { asTheyShouldBe, createGive } from './give.js';
import { functionsOf } from './observed.js';
import { misuseCommandLines } from './provocations/command-lines.js';
import { failMigrations } from './provocations/migrations.js';
import { exerciseMongo } from './provocations/mongo.js';
import type { Evidence } from './search.js';
import { startTalkativeServer, type TalkativeServer } from './server.js';
import { type Subject, subjects } from './subjects.js';

export interface Everything {
  readonly canaries: Canaries;
  readonly collection: Collection;
  readonly dump: readonly Evidence[];
  readonly exercised: ReadonlyMap<string, Exercised>;
  /** How many functions were called. */
  readonly functions: number;
  /** Of the command lines. */
  readonly exitCodes: readonly (number | null)[];
  /** Still runs, for its log to be read. */
  readonly server: TalkativeServer;
}

/** Sends canaries through everything there is, on a server of its own, and keeps all that comes out. */
export async function collectAll(): Promise<Everything> {
  const canaries = createCanaries();
  const collection = createCollection();
  const dump: Evidence[] = [];
  const exercised = new Map<string, Exercised>();
  const exitCodes: (number | null)[] = [];
  const giveFor = (place: string) => createGive(place, canaries, asTheyShouldBe);

  const server = await startTalkativeServer();
  const { TEST_DATABASE_URL } = process.env;
  process.env.TEST_DATABASE_URL = server.url;
  const release = collection.captureConsole();

  const studied = async (subject: Subject): Promise<void> => {
    const { service } = subject;
    const database = await subject.createTestDatabase();
    const entrances = await createEntrances(service, database, canaries, collection);
    exercised.set(service, await exercise(subject, entrances, canaries, collection));
    dump.push(...(await dumpDatabase(database.url, service)));
    if (service !== 'auth') return;
    exitCodes.push(...(await misuseCommandLines(services, entrances.app, giveFor('auth'), collection)));
  };
  try {
    // At once: most of the time is waiting for locks and time-outs.
    await Promise.all(subjects.map(studied));
    const history = await failMigrations(server.url, giveFor('migrations'), collection);
    for (const { place, text } of history) collection.add(place, text);
    dump.push(...(await exerciseMongo(giveFor('MongoDB'), collection)));
    dump.push(...(await dumpServer(server.url)));
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    release();
    // The other test files of this process run on the server that they were given.
    if (TEST_DATABASE_URL === undefined) delete process.env.TEST_DATABASE_URL;
    else process.env.TEST_DATABASE_URL = TEST_DATABASE_URL;
  }
  const functions = subjects.reduce((count, { module }) => count + functionsOf(module).length, 0);
  return { canaries, collection, dump, exercised, functions, exitCodes, server };
}
