// Runs the workspace's Prisma CLI with our schema engine: nothing is downloaded, nothing is reported home.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The variables for a Prisma command; an engine that the user names wins. */
export function prismaEnvironment(env = process.env) {
  return {
    ...env,
    PRISMA_SCHEMA_ENGINE_BINARY:
      env.PRISMA_SCHEMA_ENGINE_BINARY || fileURLToPath(new URL('../bin/schema-engine.mjs', import.meta.url)),
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
}

/** Resolves with the exit code of the CLI, 128 + n if a signal ended it. */
export function runPrisma(argv, { env = process.env } = {}) {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const child = spawn(process.execPath, [cli, ...argv], { stdio: 'inherit', env: prismaEnvironment(env) });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));

  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
