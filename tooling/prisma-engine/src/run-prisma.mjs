// Runs the workspace's Prisma CLI with our schema engine: nothing is downloaded, nothing is reported home.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The variables for a Prisma command; an engine that the user names wins. Generators are found by PATH, which holds the
 * package's own only when a package manager started us.
 */
export function prismaEnvironment({ env, directory }) {
  return {
    ...env,
    PRISMA_SCHEMA_ENGINE_BINARY:
      env.PRISMA_SCHEMA_ENGINE_BINARY || fileURLToPath(new URL('../bin/schema-engine.mjs', import.meta.url)),
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    PATH: [...binDirectories(directory), env.PATH].join(delimiter),
  };
}

function binDirectories(directory) {
  const parent = dirname(directory);
  return [join(directory, 'node_modules/.bin'), ...(parent === directory ? [] : binDirectories(parent))];
}

/** Resolves with the exit code of the CLI, 128 + n if signal n ended it. */
export function runPrisma(argv, { env = process.env, directory = process.cwd() } = {}) {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
  // In a terminal `generate` would ask to install agent skills and to answer a survey.
  const hints = argv[0] === 'generate' && !argv.includes('--no-hints') ? ['--no-hints'] : [];
  const child = spawn(process.execPath, [cli, ...argv, ...hints], {
    stdio: 'inherit',
    cwd: directory,
    env: prismaEnvironment({ env, directory }),
  });
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal));

  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
