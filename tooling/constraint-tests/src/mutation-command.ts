// `pnpm test:mutation`: takes every constraint, trigger, partial index, transition and right of the five databases away
// in turn, demands a test that notices, and adds up the score. The same tests are part of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutationTotals, reporters } from './mutation-totals.js';
import { REPORT_FOLDER } from './report.js';

const root = fileURLToPath(new URL('../../../packages', import.meta.url));
const packages = readdirSync(root)
  .map((name) => join(root, name))
  .filter((folder) => existsSync(join(folder, 'test/constraints.test.ts')));

if (process.argv.slice(2).length > 0) {
  console.log('pnpm test:mutation: runs in all five packages and takes no options. Exit code 1 below 100 %.');
  process.exit(process.argv[2] === '--help' ? 0 : 64);
}

for (const folder of packages) {
  rmSync(join(folder, REPORT_FOLDER), { recursive: true, force: true });
  const files = Object.keys(reporters).filter((file) => existsSync(join(folder, file)));
  console.log(`${folder.slice(root.length + 1)}: ${files.join(' ')}`);
  // A test that fails has reported its survivors before.
  const { status } = spawnSync('vitest', ['run', '--reporter=dot', ...files], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exitCode = 1;
}

const { reports, faults } = mutationTotals(packages);
const mutants = reports.reduce((sum, report) => sum + report.mutants, 0);
const survivors = reports.reduce((sum, report) => sum + report.survivors.length, 0);
console.table(
  reports.map((report) => ({
    package: report.package,
    kind: report.kind,
    mutants: report.mutants,
    killed: report.mutants - report.survivors.length,
  })),
);
for (const fault of faults) console.error(fault);
console.log(
  `${mutants - survivors} of ${mutants} killed, ${((100 * (mutants - survivors)) / mutants).toFixed(1)} %`,
);
if (faults.length > 0) process.exitCode = 1;
