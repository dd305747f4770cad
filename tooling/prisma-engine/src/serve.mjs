// The engine as the CLI's child process: stdin to stdout until stdin closes.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { createAdapterFactory } from './adapter-factory.mjs';
import { KnownError } from './errors.mjs';
import { needsDatabase } from './offline-adapter.mjs';
import { answerRequests } from './rpc.mjs';
import { panics, startEngine } from './wasm-engine.mjs';

/** Runs until the CLI is done and returns the exit code. */
export async function serve({ datasource, datamodels }) {
  const factory = createAdapterFactory(datasource);
  // The CLI closes stdin and sends SIGTERM at once, while a request may still be running: what was asked is finished.
  process.on('SIGTERM', () => process.stdin.destroy());
  // The CLI may be gone before its answer is written.
  process.stdout.on('error', () => {});
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ]) {
    process.on(signal, () => factory.disposeAll().then(() => process.exit(code)));
  }

  let engine;
  const start = async () => {
    const files = await Promise.all(datamodels.map(async (path) => [path, await readFile(path, 'utf8')]));
    return startEngine({
      factory: bindMigrationAwareSqlAdapterFactory(factory),
      datamodels: files,
      log: (record) => process.stderr.write(`${record}\n`),
    });
  };

  const call = async (method, params) => {
    factory.beginRequest({ needsDatabase: needsDatabase(method, params) });
    engine ??= await start();
    if (typeof engine[method] !== 'function')
      throw new Error(`The WASM schema engine has no method "${method}".`);
    const result = await engine[method](params);
    // Some calls answer "nothing to do" when every query failed; an unreachable database is never an empty result.
    if (factory.failure()) throw factory.failure();
    return result;
  };

  try {
    await answerRequests(createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }), {
      call,
      describeError: (error) => describeError(factory.failure() ?? error),
      write: (line) => process.stdout.write(line),
    });
  } finally {
    await factory.disposeAll();
  }
  return 0;
}

function describeError(error) {
  if (error.name === 'RuntimeError') {
    return { is_panic: true, message: panics.last ?? error.message, backtrace: error.stack };
  }
  return {
    is_panic: false,
    message: error.message,
    ...(error instanceof KnownError ? { error_code: error.code } : {}),
  };
}
