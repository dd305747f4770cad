// `pnpm test:flakes`: runs the tests again and again, on an idle machine or beside busy loops, and says which test failed
// how often. A test that fails once of ten depends on something that it does not control.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { readTestResults } from './test-results.js';

const USAGE = `pnpm test:flakes [options] [package …]

Runs the tests of the named packages (auth, db-core, canary …), or of all, several times, and counts what failed.

  --runs <n>   how often (default 10)
  --busy <n>   busy loops beside the tests, to take the processors away from them (default 0)
  --help`;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '10' },
    busy: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const busy = Number(values.busy);
if (values.help || !(Number.isInteger(runs) && runs > 0 && Number.isInteger(busy) && busy >= 0)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const services = ['auth', 'learning', 'payments', 'notifications', 'activity'];
const filters = positionals.map(
  (name) => `--filter=@codezest/${services.includes(name) ? `db-${name}` : name}`,
);
const loops: ChildProcess[] = Array.from({ length: busy }, () =>
  spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
);
const failures = new Map<string, number>();
let redRuns = 0;
try {
  for (let run = 1; run <= runs; run += 1) {
    for (const stale of readTestResults(root).files) rmSync(stale);
    const started = performance.now();
    // Not from turbo's cache: the same inputs are the point.
    const { status } = spawnSync(
      'turbo',
      [
        'run',
        'test',
        '--only',
        '--force',
        '--continue',
        '--concurrency=2',
        '--output-logs=errors-only',
        ...filters,
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
    );
    const results = readTestResults(root);
    if (status !== 0) redRuns += 1;
    for (const name of results.failures) failures.set(name, (failures.get(name) ?? 0) + 1);
    const seconds = Math.round((performance.now() - started) / 1_000);
    const outcome =
      status === 0 ? pc.green('green') : pc.red(`exit ${status}, ${results.failures.length} failed`);
    console.log(`run ${run} of ${runs}: ${outcome}, ${results.passed} passed, ${seconds} s`);
    if (results.passed === 0)
      throw new Error('No test ran: build first (pnpm build), and check the names of packages.');
  }
} finally {
  for (const loop of loops) loop.kill();
}

for (const [name, times] of [...failures].sort(([, one], [, other]) => other - one)) {
  console.log(pc.red(`failed ${times} of ${runs}: ${name}`));
}
console.log(`${runs - redRuns} of ${runs} runs green`);
process.exitCode = redRuns === 0 ? 0 : 1;
