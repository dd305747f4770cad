import type { Ratio, Report, Table } from './benchmark.js';
import { machine } from './measure.js';

export function linesOf(name: string, report: Report, date: Date): string[] {
  return [
    `${name}, ${date.toISOString().slice(0, 10)}`,
    `${machine()}; ${report.server}`,
    ...report.tables.flatMap((table) => ['', table.title, ...linesOfTable(table)]),
    '',
    ...report.ratios.map(lineOfRatio),
  ];
}

export function jsonOf(name: string, report: Report, date: Date): object {
  return { name, date: date.toISOString(), machine: machine(), ...report };
}

function linesOfTable({ columns, rows }: Table): string[] {
  const cells = [columns, ...rows.map((row) => row.map(textOf))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return cells.map((row) => `  ${line(row)}`);
}

/** Three figures: the rest is noise. */
function textOf(value: string | number): string {
  if (typeof value === 'string') return value;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: Math.min(digits, 2),
  });
}

function lineOfRatio({ name, value, aim }: Ratio): string {
  const figure = `${value.toFixed(2)}x`;
  if (aim === undefined) return `  ${name}: ${figure}`;
  const [met, words] =
    'atLeast' in aim
      ? [value >= aim.atLeast, `at least ${aim.atLeast}x`]
      : [value <= aim.atMost, `at most ${aim.atMost}x`];
  return `${met ? '✔' : '✖'} ${name}: ${figure} (${words})`;
}
