// The driver adapters of the WASM engine, and a memory of what failed below SQL.
import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import { openPool } from './connection.mjs';
import { createEngineAdapter } from './engine-adapter.mjs';
import { KnownError } from './errors.mjs';
import { adapterWithoutDatabase, answerVersionOffline } from './offline-adapter.mjs';
import { shadowDatabase } from './shadow-database.mjs';

/**
 * An adapter factory for the engine.
 *
 * `problems()` tells what went wrong since `beginRequest()`: `failure` is the first error outside SQL (no connection,
 * connection lost, shadow database refused), `scriptError` the server's answer to the last script that failed. The
 * engine passes both on without code and position, and some of its calls could carry on with an empty result: the
 * caller must look here before it believes an answer.
 *
 * @param {{ url?: string, shadowDatabaseUrl?: string }} datasource
 */
export function createAdapterFactory(datasource) {
  const disposals = new Set();
  let problems = {};
  let offline = false;

  const note = (error) => {
    if (error instanceof DriverAdapterError) return error;
    problems.failure ??= error;
    return new DriverAdapterError({
      kind: 'postgres',
      code: 'N/A',
      severity: 'FATAL',
      message: error.message,
    });
  };
  const noteScriptError = (error, script) => {
    problems.scriptError = { error, script };
  };
  const disposable = (dispose) => {
    let disposed;
    const once = () => {
      disposed ??= dispose().finally(() => disposals.delete(once));
      return disposed;
    };
    disposals.add(once);
    return once;
  };
  const noDatabase = async () => {
    throw note(
      new KnownError(
        'P1013',
        'This command needs a database, and the Prisma config names none: set `datasource.url`.',
      ),
    );
  };
  const connectMain = async () => {
    const { url } = datasource;
    if (!url) return adapterWithoutDatabase(noDatabase);
    const pool = openPool(url);
    return createEngineAdapter({ pool, url, note, noteScriptError, dispose: disposable(() => pool.end()) });
  };

  return {
    provider: 'postgres',
    adapterName: 'codezest-schema-engine',

    problems: () => problems,
    beginRequest: ({ needsDatabase }) => {
      problems = {};
      offline = !needsDatabase;
    },
    /** Ends every connection and drops the shadow databases that are still there. */
    disposeAll: () => Promise.allSettled([...disposals].reverse().map((dispose) => dispose())),

    connect: async () => answerVersionOffline(await connectMain(), () => offline),
    connectToShadowDb: async () => {
      try {
        if (!datasource.url) await noDatabase();
        const shadow = shadowDatabase(datasource);
        const pool = openPool(shadow.url);
        // Registered before the database exists: Ctrl-C in between must not leave it behind.
        const dispose = disposable(() => Promise.all([pool.end(), shadow.drop()]));
        await shadow.create();
        return await createEngineAdapter({ pool, url: shadow.url, note, noteScriptError, dispose });
      } catch (error) {
        throw note(error);
      }
    },
  };
}
