// Prints how each kind of service fared in the last run of the tests: `pnpm --filter @codezest/consumers results`.
import { readFileSync } from 'node:fs';

interface Test {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
  readonly duration?: number | null;
}

const report = new URL('../test-results/vitest.json', import.meta.url);
const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
  testResults: { assertionResults: Test[] }[];
};

const kinds = new Map<string, Test[]>();
for (const test of testResults.flatMap(({ assertionResults }) => assertionResults)) {
  const kind = test.ancestorTitles[0] ?? test.title;
  kinds.set(kind, [...(kinds.get(kind) ?? []), test]);
}

console.log('| consumer | passed | of | seconds |\n|---|---|---|---|');
for (const [kind, tests] of kinds) {
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const seconds = tests.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1_000;
  console.log(`| ${kind} | ${passed} | ${tests.length} | ${seconds.toFixed(1)} |`);
}
