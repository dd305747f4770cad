import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MutationReport, REPORT_FOLDER } from './report.js';

/** Which test file of a package leaves which reports. A package without the file has nothing of that kind. */
export const reporters: Readonly<Record<string, readonly string[]>> = {
  'test/constraints.test.ts': ['constraints', 'triggers'],
  'test/roles.test.ts': ['attacks', 'rights'],
  'test/state-machines.test.ts': ['transitions'],
  'test/plans.test.ts': [],
  'test/query-plans.test.ts': [],
};

export interface MutationTotals {
  readonly reports: (MutationReport & { readonly package: string })[];
  /** One sentence per mutant that nothing noticed, and per report that a package owes. */
  readonly faults: string[];
}

/** Adds up what the packages' tests have reported. `packages` are folders; each is called by its last name. */
export function mutationTotals(packages: readonly string[]): MutationTotals {
  const reports = packages.flatMap((folder) =>
    reportsIn(folder).map((report) => ({ package: nameOf(folder), ...report })),
  );
  const survivors = reports.flatMap(({ package: name, kind, survivors }) =>
    survivors.map((survivor) => `${name}, ${kind}: ${survivor}`),
  );
  const owed = packages.flatMap((folder) => {
    const kinds = reportsIn(folder).map(({ kind }) => kind);
    return Object.entries(reporters)
      .filter(([file]) => existsSync(join(folder, file)))
      .flatMap(([, owed]) => owed)
      .filter((kind) => !kinds.includes(kind))
      .map((kind) => `${nameOf(folder)}, ${kind}: no report`);
  });
  return { reports, faults: [...survivors, ...owed] };
}

function reportsIn(folder: string): MutationReport[] {
  const reports = join(folder, REPORT_FOLDER);
  if (!existsSync(reports)) return [];
  return readdirSync(reports)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(reports, file), 'utf8')) as MutationReport);
}

function nameOf(folder: string): string {
  return folder.split(/[\\/]/).at(-1) ?? folder;
}
