import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestResults {
  readonly files: string[];
  readonly passed: number;
  /** Names of what failed and of what was skipped, with their package. */
  readonly failures: string[];
  readonly notRun: string[];
}

/** As much of vitest's JSON report as the summary needs. */
interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

/** The results that each package's vitest run has left in its `test-results/vitest.json`. */
export function readTestResults(root: string): TestResults {
  const packages = ['packages', 'tooling'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  );
  const results = { files: [] as string[], passed: 0, failures: [] as string[], notRun: [] as string[] };

  for (const directory of packages) {
    const file = join(root, directory, 'test-results/vitest.json');
    if (!existsSync(file)) continue;
    results.files.push(file);
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    for (const { name, status, message, assertionResults } of testResults) {
      // A file that breaks before its first test has no tests to count.
      if (status === 'failed' && assertionResults.length === 0) results.failures.push(`${name}: ${message}`);
      for (const test of assertionResults) {
        if (test.status === 'passed') results.passed += 1;
        else if (test.status === 'failed') results.failures.push(`${directory}: ${test.fullName}`);
        else results.notRun.push(`${directory}: ${test.fullName}`);
      }
    }
  }
  return results;
}
