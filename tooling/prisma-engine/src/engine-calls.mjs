// Calls of the WASM engine, with what it needs around them to behave like the native one.
import { needsDatabase } from './offline-adapter.mjs';
import { panics } from './wasm-engine.mjs';

/** The WASM class names this method differently. */
const RENAMED = { getDatabaseVersion: 'version' };

/** What the WASM build cannot do, with the reason to be shown. */
const UNSUPPORTED = {
  introspectSql:
    'TypedSQL needs the native schema engine: its WASM build overflows the stack when it describes a query.',
};

/**
 * @param {{ factory: object, start: () => Promise<object> }} options `start` makes the engine, at the first request
 * @returns {(method: string, params: object) => Promise<unknown>}
 */
export function createEngineCalls({ factory, start }) {
  const crashes = crashWatch();
  let starting;

  const run = async (method, params) => {
    // Once, even when it fails: the WASM module's glue cannot be loaded a second time.
    starting ??= start().catch((error) => {
      throw factory.problems().failure ?? error;
    });
    const engine = await starting;
    if (typeof engine[method] !== 'function')
      throw new Error(`The WASM schema engine has no method "${method}".`);
    return engine[method](params);
  };

  return async (requested, params) => {
    const method = RENAMED[requested] ?? requested;
    if (UNSUPPORTED[method]) throw new Error(UNSUPPORTED[method]);

    factory.beginRequest({ needsDatabase: needsDatabase(method, params) });
    let result;
    try {
      result = await crashes.orCrash(
        run(method, params).catch((error) =>
          fillHistoryCache(error, params, run).then(() => run(method, params)),
        ),
      );
    } catch (error) {
      throw factory.problems().failure ?? error;
    }
    // Some calls could answer "nothing to do" when no query reached the server: an unreachable database is never an
    // empty result.
    const { failure } = factory.problems();
    if (failure) throw failure;
    return result;
  };
}

/**
 * `evaluateDataLoss` and `createMigration` take the schema that the migrations build from a cache which only a diagnosis
 * fills. After `migrate dev` has applied pending migrations the cache lacks them, and the WASM engine, which has no
 * other way to a shadow database there, gives up. A second diagnosis fills it.
 */
async function fillHistoryCache(error, params, run) {
  const { migrationsList, filters } = params ?? {};
  if (!migrationsList || !error.message.includes('shadow DB must be provided through an external factory'))
    throw error;
  await run('diagnoseMigrationHistory', { migrationsList, filters, optInToShadowDatabase: true });
}

/**
 * A Rust panic inside an asynchronous call is thrown into the void: its promise never settles. This turns it into the
 * failure of the request that is running, and of all later ones, as a panicked engine must not be used again.
 */
function crashWatch() {
  let crash;
  let reportCrash;
  const crashed = new Promise((_, reject) => {
    reportCrash = reject;
  });
  crashed.catch(() => {});

  const orCrash = async (promise) => {
    if (crash) throw crash;
    try {
      return await Promise.race([promise, crashed]);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw asCrash(error);
      throw error;
    }
  };
  const asCrash = (error) => {
    crash ??= new Error(`The WASM schema engine crashed: ${panics.last ?? error.message}`, { cause: error });
    return crash;
  };
  process.on('uncaughtException', (error) => reportCrash(asCrash(error)));
  return { orCrash };
}
