import { panics } from './wasm-engine.mjs';

/**
 * A Rust panic inside an asynchronous call is thrown into the void, and its promise never settles. The function returned
 * waits for a call and turns such a crash into its failure, and into that of all later ones, since a panicked engine
 * must not be used again. A crash while nothing is waited for ends the process.
 *
 * @returns {<Result>(call: () => Promise<Result>) => Promise<Result>}
 */
export function watchForCrashes() {
  let crash;
  let failCall;

  const asCrash = (error) => {
    crash ??= new Error(`The WASM schema engine crashed: ${panics.last ?? error.message}`, { cause: error });
    return crash;
  };
  process.on('uncaughtException', (error) => {
    if (failCall) {
      failCall(asCrash(error));
    } else {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    }
  });

  return async (call) => {
    if (crash) throw crash;
    const crashed = new Promise((_, reject) => {
      failCall = reject;
    });
    try {
      return await Promise.race([call(), crashed]);
    } catch (error) {
      throw error instanceof WebAssembly.RuntimeError || error instanceof RangeError ? asCrash(error) : error;
    } finally {
      failCall = undefined;
    }
  };
}
