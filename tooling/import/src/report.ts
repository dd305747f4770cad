import type { ServiceReport } from './engine/run-import.js';
import type { Verification } from './verify/verify.js';
import { differences } from './verify/verify-service.js';

/** Results for people. */
export function linesOfImport(reports: readonly ServiceReport[]): string[] {
  return reports.flatMap(({ service, steps, notes, rejects, unread }) => [
    `${service}`,
    ...table(
      ['step', 'read', 'added', 'changed', 'removed', 'rejected'],
      steps.map(({ step, read, added, changed, removed }) => [
        step,
        read,
        added,
        changed,
        removed,
        rejects.filter((each) => each.step === step).reduce((sum, { rows }) => sum + rows, 0),
      ]),
    ),
    ...rejects.map(({ step, reason, rows }) => `  rejected  ${step}: ${reason}, ${rows} rows`),
    ...notes.map(({ kind, what, why, rows }) => `  ${kind.padEnd(8)}  ${what}: ${why}, ${rows} rows`),
    ...(unread ?? []).map((column) => `  lost      ${column}: has no place in the new schema`),
    '',
  ]);
}

export function linesOfVerification({ services, references, isEqual }: Verification): string[] {
  return [
    ...services.flatMap(({ service, tables }) => [
      service,
      ...table(
        ['table', 'expected', 'found', 'different', 'stored', 'rejected', 'checksums'],
        tables.map((each) => [
          each.table,
          each.expected,
          each.found,
          each.different,
          each.stored,
          each.rejected,
          each.expectedChecksum === each.storedChecksum ? 'equal' : 'NOT EQUAL',
        ]),
      ),
      ...differences(tables).map(({ table: name }) => `  differs   ${name}`),
      '',
    ]),
    'ids of users in other databases',
    ...table(
      ['column', 'ids', 'without a user'],
      references.map(({ service, table: name, column, ids, dangling }) => [
        `${service} ${name}.${column}`,
        ids,
        dangling,
      ]),
    ),
    '',
    isEqual ? 'Equal.' : 'Not equal.',
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const lines = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines.map((line) => {
    const cells = line.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    return `  ${cells.join('  ')}`;
  });
}
