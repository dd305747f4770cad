// Calls of the WASM engine, with what it needs around them to behave like the native one.
import { watchForCrashes } from './crash-watch.mjs';
import { needsDatabase } from './offline-adapter.mjs';

/** The WASM class names this method differently. */
const RENAMED = { getDatabaseVersion: 'version' };

/** What the WASM build cannot do, with the reason to be shown. */
const UNSUPPORTED = {
  introspectSql:
    'TypedSQL needs the native schema engine: its WASM build overflows the stack when it describes a query.',
};

/**
 * @param {{ factory: object, start: () => Promise<object> }} options `start` makes the engine, at the first request
 * @returns {(method: string, params?: object) => Promise<unknown>}
 */
export function createEngineCalls({ factory, start }) {
  const orCrash = watchForCrashes();
  let starting;

  const run = async (method, params) => {
    // Once, even when it fails: the WASM module's glue cannot be loaded a second time.
    starting ??= start().catch((error) => {
      throw factory.problems().failure ?? error;
    });
    const engine = await starting;
    if (typeof engine[method] !== 'function') {
      throw new Error(`The WASM schema engine has no method "${method}".`);
    }
    return engine[method](params);
  };
  const runWithHistory = (method, params) =>
    run(method, params).catch(async (error) => {
      if (!lacksHistory(error)) throw error;
      await run('diagnoseMigrationHistory', { ...params, optInToShadowDatabase: true });
      return run(method, params);
    });

  return async (requested, params) => {
    const method = RENAMED[requested] ?? requested;
    if (UNSUPPORTED[method]) throw new Error(UNSUPPORTED[method]);

    factory.beginRequest({ needsDatabase: needsDatabase(method, params) });
    let result;
    try {
      result = await orCrash(() => runWithHistory(method, params));
    } catch (error) {
      throw factory.problems().failure ?? error;
    }
    // An unreachable database is never an empty result, whatever the engine made of its failed queries.
    const { failure } = factory.problems();
    if (failure) throw failure;
    return result;
  };
}

/**
 * `evaluateDataLoss` and `createMigration` take the schema that the migrations build from a cache which only a diagnosis
 * fills. After `migrate dev` has applied pending migrations the cache lacks them, and the WASM engine, which has no
 * other way to a shadow database there, gives up. Another diagnosis fills it.
 */
function lacksHistory(error) {
  return error.message?.includes('shadow DB must be provided through an external factory');
}
