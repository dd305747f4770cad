import { mkdirSync, writeFileSync } from 'node:fs';

/** What a package's tests found out about one kind of guard; `pnpm test:mutation` adds them up. */
export interface MutationReport {
  readonly kind: string;
  readonly mutants: number;
  readonly survivors: string[];
}

export const REPORT_FOLDER = 'test-results/mutation';

/** Leaves the score beside the package's other test results. */
export function reportMutation(kind: string, mutants: number, survivors: string[]): void {
  mkdirSync(REPORT_FOLDER, { recursive: true });
  const report: MutationReport = { kind, mutants, survivors };
  writeFileSync(`${REPORT_FOLDER}/${kind}.json`, `${JSON.stringify(report, null, 2)}\n`);
}
