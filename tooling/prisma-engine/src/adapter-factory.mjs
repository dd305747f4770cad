// The driver adapters of the WASM engine, and a memory of what failed below SQL.
import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import { openPool } from './connection.mjs';
import { createEngineAdapter } from './engine-adapter.mjs';
import { KnownError } from './errors.mjs';
import { adapterWithoutDatabase, answerVersionOffline } from './offline-adapter.mjs';
import { openShadowDatabase } from './shadow-database.mjs';

/**
 * An adapter factory for the engine.
 *
 * `failure()` is the first thing that went wrong outside SQL (no connection, connection lost, shadow database refused)
 * since `beginRequest()`. The engine passes such errors on without their code, and some of its calls could carry on with
 * an empty result: the caller must look here before it believes an answer.
 *
 * @param {{ url?: string, shadowDatabaseUrl?: string }} datasource
 */
export function createAdapterFactory(datasource) {
  const disposals = new Set();
  let failure;
  let offline = false;

  const note = (error) => {
    if (error instanceof DriverAdapterError) return error;
    failure ??= error;
    return new DriverAdapterError({
      kind: 'postgres',
      code: 'N/A',
      severity: 'FATAL',
      message: error.message,
    });
  };
  const disposable = (dispose) => {
    const once = async () => {
      if (disposals.delete(once)) await dispose();
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
    return createEngineAdapter({ pool, url, note, dispose: disposable(() => pool.end()) });
  };

  return {
    provider: 'postgres',
    adapterName: 'codezest-schema-engine',

    failure: () => failure,
    beginRequest: ({ needsDatabase }) => {
      failure = undefined;
      offline = !needsDatabase;
    },
    /** Ends every connection and drops the shadow databases that are still there. */
    disposeAll: () => Promise.allSettled([...disposals].reverse().map((dispose) => dispose())),

    connect: async () => {
      return answerVersionOffline(await connectMain(), () => offline);
    },
    connectToShadowDb: async () => {
      try {
        if (!datasource.url) await noDatabase();
        const shadow = await openShadowDatabase(datasource);
        const pool = openPool(shadow.url);
        const dispose = disposable(async () => {
          await pool.end();
          await shadow.dispose();
        });
        return await createEngineAdapter({ pool, url: shadow.url, note, dispose });
      } catch (error) {
        throw note(error);
      }
    },
  };
}
