import { inspect } from 'node:util';
import { Client } from 'pg';
import type { Canaries } from './canaries.js';
import type { Collection } from './collection.js';
import { errorsIn } from './dump.js';
import { asTheyShouldBe, createGive, type Mood, moods } from './give.js';
import { type Input, inputsOf } from './inputs.js';
import { functionsOf, type Observer, observed } from './observed.js';
import { breakConnections, drainBusy, nobodyAt, withOptions } from './provocations/connections.js';
import type { AnyClient, Subject } from './subjects.js';
import { type Models, misuseInputs, writeInputs } from './ways-in/models.js';
import type { WaysIn } from './ways-in/way-in.js';

/** How the roles of a service enter, each with the password that it was given. */
export interface Entrances {
  readonly admin: string;
  readonly app: string;
  readonly readOnly: string;
}

export interface Exercised {
  /** Functions that no way in has called. */
  readonly uncalled: string[];
  readonly inputs: readonly Input[];
  /** Secret columns that nothing was written to by the functions. */
  readonly empty: string[];
  /** Secret columns that took a text in clear. */
  readonly takenInClear: string[];
}

/**
 * Sends canaries through every function and every model of a package, as they should be and then so that everything goes
 * wrong that can: values, rights, locks, time, connection, password. What is printed, logged or thrown is collected.
 */
export async function exercise(
  { service, module: original, factories, waysIn }: Subject,
  { admin, app: appUrl, readOnly }: Entrances,
  canaries: Canaries,
  collection: Collection,
): Promise<Exercised> {
  const observer: Observer = { called: new Set(), strict: true, onError: () => undefined };
  const module = observed(original, observer);
  const functions = functionsOf(original);
  const predicates = functions.filter((name) => /^is[A-Z]/.test(name));
  const onError = (error: unknown): void => {
    collection.addError(service, error);
    collection.add(`${service}: facts of an error`, factsOf(module, predicates, error));
  };
  observer.onError = onError;
  const opened: AnyClient[] = [];
  const listening = (url: string) =>
    listeningClient(module, url, (event) => collection.addEvent(service, event));
  const clientOf = (url: string): AnyClient => {
    const client = listening(url);
    opened.push(client);
    return client;
  };
  const give = (mood: Mood = asTheyShouldBe) => createGive(service, canaries, mood);
  const app = clientOf(appUrl);
  const make = factories(app);
  const steps = await waysIn(module, make);

  for (const step of Object.values(steps)) await step(give(), app);
  const inputs = await inputsOf(service);
  const empty = await emptyColumns(admin, inputs);

  observer.strict = false;
  for (const mood of moods) await tryAll(steps, () => give(mood), app, onError);
  for (const url of [readOnly, nobodyAt(appUrl)]) await tryAll(steps, give, clientOf(url), onError);
  await whileLocked(admin, () =>
    tryAll(steps, give, clientOf(withOptions(appUrl, '-c lock_timeout=15')), onError),
  );
  const print = (printed: unknown): void => collection.add(`${service}: printed`, inspect(printed));
  await breakConnections(module, { appUrl, adminUrl: admin }, clientOf, give(), onError, print);
  await drainBusy(module, listening(appUrl), give(), onError, print);

  // Before anything is written past the functions, into the columns for errors too.
  for (const { place, text } of await errorsIn(admin, service)) collection.add(place, text);
  const written = await writeInputs(inputs, make, give(), onError);
  await writeInputs(inputs, make, give({ name: 'NUL', text: (text) => `${text}\0` }), onError);
  await misuseInputs(inputs, app as unknown as Models, give(), onError);

  for (const client of opened) await module.disconnect(client);
  return {
    inputs,
    empty,
    takenInClear: written.filter(({ secret }) => secret).map(nameOf),
    uncalled: functions.filter((name) => !observer.called.has(name)),
  };
}

/** As services ask about an error before they log it. */
function factsOf(module: Subject['module'], predicates: readonly string[], error: unknown): string {
  const ask = module as unknown as Record<string, (error: unknown) => unknown>;
  return JSON.stringify([
    module.databaseErrorFacts(error),
    module.failureClass(error),
    module.httpAnswerOf(error),
    ...predicates.map((name) => ask[name]?.(error)),
  ]);
}

async function emptyColumns(adminUrl: string, inputs: readonly Input[]): Promise<string[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const empty: string[] = [];
    for (const input of inputs.filter(({ secret }) => secret)) {
      const { table, column } = input;
      const { rows } = await client.query(`SELECT FROM ${table} WHERE ${column} IS NOT NULL LIMIT 1`);
      if (rows.length === 0) empty.push(nameOf(input));
    }
    return empty;
  } finally {
    await client.end();
  }
}

function nameOf({ table, column }: Input): string {
  return `${table}.${column}`;
}

/** Each step by itself: what one fails with is no reason to leave out the next. */
async function tryAll(
  steps: WaysIn<AnyClient>,
  give: () => ReturnType<typeof createGive>,
  client: AnyClient,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const step of Object.values(steps)) await step(give(), client).catch(onError);
}

/** A client that logs all that Prisma has to log, to listeners and to the console. */
function listeningClient(
  module: Subject['module'],
  url: string,
  onEvent: (event: unknown) => void,
): AnyClient {
  const levels = ['query', 'info', 'warn', 'error'] as const;
  const client = module.createClient({
    url,
    log: levels.flatMap((level) => [
      { level, emit: 'event' as const },
      { level, emit: 'stdout' as const },
    ]),
  });
  for (const level of levels) client.$on(level, onEvent);
  return client as unknown as AnyClient;
}

/** Holds all tables, so that whoever asks for one waits. */
async function whileLocked(adminUrl: string, work: () => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ tables: string }>(
      `SELECT string_agg(oid::regclass::text, ', ') AS tables FROM pg_class
       WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
    );
    await admin.query(`BEGIN; LOCK TABLE ${rows[0]?.tables} IN ACCESS EXCLUSIVE MODE`);
    await work();
    await admin.query('ROLLBACK');
  } finally {
    await admin.end();
  }
}
