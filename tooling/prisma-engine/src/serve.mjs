// The engine as the CLI's child process: stdin to stdout until stdin closes.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { createAdapterFactory } from './adapter-factory.mjs';
import { createEngineCalls } from './engine-calls.mjs';
import { describeError } from './errors.mjs';
import { answerRequests } from './rpc.mjs';
import { startEngine } from './wasm-engine.mjs';

/** How long an interrupted engine may take to drop its shadow database. */
const LAST_WORDS_MS = 5_000;

/** Runs until the CLI is done and returns the exit code. */
export async function serve({ datasource, datamodels }) {
  const factory = createAdapterFactory(datasource);
  // The CLI closes stdin and sends SIGTERM at once, maybe while a request is still running: what was asked is finished.
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  process.on('SIGTERM', () => {
    lines.close();
    process.stdin.destroy();
  });
  // Ctrl-C reaches the whole process group; a shadow database must not be left behind by it.
  let exitCode = 0;
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGHUP: 129 })) {
    process.on(signal, async () => {
      exitCode = code;
      await Promise.race([factory.disposeAll(), setTimeout(LAST_WORDS_MS)]);
      process.exit(code);
    });
  }
  // The CLI may be gone before its answer is written.
  process.stdout.on('error', () => {});

  const call = createEngineCalls({
    factory,
    start: async () =>
      startEngine({
        factory: bindMigrationAwareSqlAdapterFactory(factory),
        datamodels: await Promise.all(datamodels.map(async (path) => [path, await readFile(path, 'utf8')])),
        log: (record) => process.stderr.write(`${record}\n`),
      }),
  });

  try {
    await answerRequests(lines, {
      call,
      describeError: (method, error) => describeError(method, error, factory.problems()),
      write: (line) => process.stdout.write(line),
    });
  } finally {
    await factory.disposeAll();
  }
  return exitCode;
}
