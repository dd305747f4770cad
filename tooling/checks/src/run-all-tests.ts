// What `npm test` runs: lint, builds, types and every package's tests against one throw-away PostgreSQL (or the server
// that TEST_DATABASE_URL names), and at the end one summary that says what was not run here and why. With --long races
// have fifty rounds and models ten thousand steps; --profile also prints where the time went. What all of
// that has printed, and the server's log at debug level, must hold none of the secrets that the tests have made.
import { spawn } from 'node:child_process';
import { createReadStream, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startThrowawayServer } from '@codezest/local-databases';
import pc from 'picocolors';
import { forgetMadeSecrets, linesWithSecrets, readMadeSecrets } from './leaked-secrets.js';
import { type Duration, taskDurations, testDurations } from './test-durations.js';
import { readTestResults, type TestResults } from './test-results.js';

const { long, profile } = parseArgs({
  options: { long: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
}).values;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const started = performance.now();

for (const stale of readTestResults(root).files) rmSync(stale);
forgetMadeSecrets(root);
const server = process.env.TEST_DATABASE_URL
  ? undefined
  : await startThrowawayServer({
      // PostgreSQL is a dependency of that package, and may be seen from nowhere else.
      lookFrom: [fileURLToPath(new URL('.', import.meta.resolve('@codezest/local-databases')))],
      settings: { log_min_messages: 'debug1' },
    });
const databaseUrl = process.env.TEST_DATABASE_URL ?? server?.url ?? '';
// Through a pipe tools take it that nobody sees colours.
const colors = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
const environment = {
  ...process.env,
  ...colors,
  ...(long ? { LONG_TESTS: '1' } : {}),
  TEST_DATABASE_URL: databaseUrl,
};
const printed: string[] = [];

let failed: string[] = [];
let leaks: string[] = [];
try {
  // One graph for build, types and tests: what is ready runs, and neither core waits for the slowest of a stage.
  const turbo = ['turbo', 'run', 'build', 'typecheck', 'test'] as const;
  failed = [
    await stage('lint', ['biome', 'check', '.']),
    await stage('build, types and tests', [
      ...turbo,
      '--continue',
      '--concurrency=3',
      '--output-logs=new-only',
      ...(profile ? ['--summarize'] : []),
    ]),
  ].filter((name) => name !== undefined);
  leaks = await findLeaks();
} finally {
  await server?.stop();
}

const results = readTestResults(root);
if (profile) printDurations(results);
report(results);
process.exitCode = failed.length === 0 && leaks.length === 0 ? 0 : 1;

/** Runs a command to its end; gives the stage's name when it failed. Later stages still run: one report, all that is wrong. */
function stage(name: string, [command, ...rest]: [string, ...string[]]): Promise<string | undefined> {
  console.log(pc.bold(`\n── ${name} ──`));
  const child = spawn(command, rest, {
    stdio: ['inherit', 'pipe', 'pipe'],
    cwd: root,
    env: environment,
    shell: process.platform === 'win32',
  });
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.setEncoding('utf8').on('data', (text: string) => {
      printed.push(text);
      to.write(text);
    });
  }
  return new Promise((resolve) => {
    child.on('error', () => resolve(name));
    child.on('close', (code) => resolve(code === 0 ? undefined : name));
  });
}

/** Where a secret was printed or logged: places alone, since a line that holds one is not to be printed again. */
async function findLeaks(): Promise<string[]> {
  const made = readMadeSecrets(root);
  const { password } = new URL(databaseUrl);
  // What somebody calls his own server's password may be any word.
  if (server) made.add(password);
  const places: [place: string, lines: Iterable<string> | AsyncIterable<string>, secrets: Set<string>][] = [
    ['what the run has printed', printed.join('').split('\n'), made],
  ];
  if (server) {
    // Tests of constraints write known texts in clear on purpose, as SQL that stands in the log; never a random token.
    const random = new Set([...made].filter((secret) => /^[\w-]{43}$/.test(secret) || secret === password));
    places.push(["the server's log", createInterface({ input: createReadStream(server.logFile) }), random]);
  }
  const found: string[] = [];
  for (const [place, lines, secrets] of places) {
    const { length } = await linesWithSecrets(lines, secrets);
    if (length > 0)
      found.push(`${place}: ${length} lines hold a secret, of ${secrets.size} that were looked for`);
  }
  return found;
}

function printDurations({ files }: TestResults): void {
  const { files: testFiles, tests } = testDurations(root, files);
  const lists: [title: string, durations: Duration[]][] = [
    ['tasks', taskDurations(root)],
    ['test files', testFiles],
    ['tests', tests],
  ];
  for (const [title, durations] of lists) {
    console.log(pc.bold(`\n── slowest ${title} ──`));
    for (const { name, seconds } of durations.slice(0, 25)) {
      console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
    }
  }
}

function report({ passed, failures, notRun }: TestResults): void {
  console.log(pc.bold('\n── summary ──'));
  for (const failure of failures) console.log(pc.red(`failed: ${failure}`));
  for (const test of notRun) console.log(pc.yellow(`not run here: ${test}`));
  for (const name of failed) console.log(pc.red(`stage failed: ${name}`));
  for (const leak of leaks) console.log(pc.red(`leak: ${leak}`));
  console.log(`${Math.round((performance.now() - started) / 1000)} s`);
  // This line alone: continuous integration reads it.
  console.log(`${passed} passed, ${failures.length} failed, ${notRun.length} skipped`);
}
