import { readFileSync, writeFileSync } from 'node:fs';
import { defaults } from './assumptions.js';
import { readMeasured } from './measured-file.js';
import { type Shapes, shapesOf } from './shapes.js';
import { simulate } from './simulate.js';
import { assumptionLines, forecastTable, shapeTable } from './tables.js';

const file = new URL('../../../docs/scaling.md', import.meta.url);
const [begin, end] = ['<!-- pnpm capacity --write -->', '<!-- end of pnpm capacity -->'];

/** The sizes of the page, and of `pnpm capacity` without `--users`. */
export const pageUsers = [10_000_000, 100_000_000, 1_000_000_000];

export const readPage = (): string => readFileSync(file, 'utf8');

/** Whether the page had to be changed. */
export function writePage(): boolean {
  const page = readPage();
  const fresh = freshPage(page);
  if (fresh !== page) writeFileSync(file, fresh);
  return fresh !== page;
}

/** The page with the tables that the command prints today, with its defaults. */
export function freshPage(page: string): string {
  const [before, rest] = page.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`docs/scaling.md has no place for the tables: ${begin} … ${end}`);
  return `${before}${begin}\n\n${generated(shapesOf(readMeasured()))}\n\n${end}${after}`;
}

function generated(shapes: Shapes): string {
  const forecasts = pageUsers.map((users) =>
    simulate(shapes, { ...defaults, users, eventsPerDay: shapes.eventsPerActiveDay }),
  );
  const assumed = forecasts[0] ? assumptionLines(forecasts[0].assumptions).slice(1) : [];
  return [
    ...forecasts.flatMap((forecast) => [
      `### ${forecast.assumptions.users.toLocaleString('en-US')} users`,
      `${assumptionLines(forecast.assumptions)[0]}.`,
      forecastTable(forecast),
    ]),
    `Assumed in all three: ${assumed.join('; ')}.`,
    '### Measured',
    `A user of the seed is active on ${shapes.activeDaysPerUser.toFixed(1)} days, with ${shapes.eventsPerActiveDay.toFixed(2)} activities on each.`,
    shapeTable(shapes),
    `Not simulated, because the seed writes none of it: ${shapes.notSeeded.join(', ')}.`,
  ].join('\n\n');
}
