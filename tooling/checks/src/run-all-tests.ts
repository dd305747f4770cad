// What `npm test` runs: lint, builds and types, then every package's tests against one throw-away PostgreSQL (or the
// server that TEST_DATABASE_URL names), and at the end one summary that says what was not run here and why.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startThrowawayServer } from '@codezest/local-databases';
import pc from 'picocolors';
import { readTestResults, type TestResults } from './test-results.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const started = performance.now();

for (const stale of readTestResults(root).files) rmSync(stale);
const server = process.env.TEST_DATABASE_URL ? undefined : await startThrowawayServer();
const environment = { ...process.env, TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? server?.url };

let failed: string[] = [];
try {
  failed = [
    stage('lint', ['biome', 'check', '.']),
    stage('build and types', [
      'turbo',
      'run',
      'build',
      'typecheck',
      '--continue',
      '--output-logs=errors-only',
    ]),
    stage('tests', ['turbo', 'run', 'test', '--continue', '--concurrency=2', '--output-logs=new-only']),
  ].filter((name) => name !== undefined);
} finally {
  await server?.stop();
}

report(readTestResults(root));
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs a command to its end; gives the stage's name when it failed. Later stages still run: one report, all that is wrong. */
function stage(name: string, [command, ...rest]: [string, ...string[]]): string | undefined {
  console.log(pc.bold(`\n── ${name} ──`));
  const { status } = spawnSync(command, rest, {
    stdio: 'inherit',
    cwd: root,
    env: environment,
    shell: process.platform === 'win32',
  });
  return status === 0 ? undefined : name;
}

function report({ passed, failures, notRun }: TestResults): void {
  console.log(pc.bold('\n── summary ──'));
  for (const failure of failures) console.log(pc.red(`failed: ${failure}`));
  for (const test of notRun) console.log(pc.yellow(`not run here: ${test}`));
  for (const name of failed) console.log(pc.red(`stage failed: ${name}`));
  console.log(`${Math.round((performance.now() - started) / 1000)} s`);
  // This line alone: continuous integration reads it.
  console.log(`${passed} passed, ${failures.length} failed, ${notRun.length} skipped`);
}
