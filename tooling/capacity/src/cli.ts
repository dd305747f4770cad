// `pnpm capacity`: how large the databases become, and what is too much for one server first.
import { CodezestDbError } from '@codezest/db-core';
import { Command, InvalidArgumentError } from 'commander';
import { type Assumptions, defaults } from './assumptions.js';
import { readMeasured } from './measured-file.js';
import { pageUsers, writePage } from './page.js';
import { shapesOf } from './shapes.js';
import { type Forecast, simulate } from './simulate.js';
import { assumptionLines, forecastTable } from './tables.js';

interface Flags extends Omit<Assumptions, 'users'> {
  readonly users?: number;
  readonly json?: true;
  readonly write?: true;
}

const GIB = 1024 ** 3;
const shapes = shapesOf(readMeasured());

await new Command('pnpm capacity')
  .description(
    'Says from the shapes of the seed how large the five databases become, what they write at the peak, and what is too much for one ' +
      'server first. What it assumes are options, which it prints.',
  )
  .option('--users <number>', 'registered people (default: 10, 100 and 1,000 million)', numberFrom)
  .option('--months <number>', 'how long rows are kept', numberFrom, defaults.months)
  .option('--active-share <share>', 'of all users, those active on a day', numberFrom, defaults.activeShare)
  .option(
    '--events-per-day <number>',
    'activities of a user on an active day (default: as in the seed)',
    numberFrom,
    shapes.eventsPerActiveDay,
  )
  .option('--peak <factor>', 'rate at the peak over the mean of the day', numberFrom, defaults.peak)
  .option('--replicas <number>', 'standbys of each server', numberFrom, defaults.replicas)
  .option('--ram <GiB>', 'memory of a server', gibFrom, defaults.ram)
  .option('--disk <GiB>', 'disk of a server', gibFrom, defaults.disk)
  .option(
    '--table-limit <GiB>',
    'the largest table, or month of one, to be had',
    gibFrom,
    defaults.tableLimit,
  )
  .option('--server-writes <rows>', 'rows a server writes in a second', numberFrom, defaults.serverWrites)
  .option('--json', 'print the result as JSON')
  .option('--write', 'write the tables of docs/scaling.md instead')
  .showHelpAfterError('(pnpm capacity --help shows how it is used)')
  .action((flags: Flags) => run(flags))
  .parseAsync();

function run({ json, write, users, ...assumed }: Flags): void {
  if (write) {
    console.log(`docs/scaling.md is ${writePage() ? 'written' : 'up to date'}.`);
    return;
  }
  try {
    const forecasts = (users === undefined ? pageUsers : [users]).map((each) =>
      simulate(shapes, { ...assumed, users: each }),
    );
    if (json) console.log(JSON.stringify({ forecasts, shapes }, null, 2));
    else for (const forecast of forecasts) print(forecast);
  } catch (error) {
    if (!(error instanceof CodezestDbError)) throw error;
    console.error(`✖ ${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}

function print(forecast: Forecast): void {
  console.log(`\n${assumptionLines(forecast.assumptions).join('\n')}\n\n${forecastTable(forecast)}`);
}

function numberFrom(text: string): number {
  const number = Number(text.replaceAll('_', ''));
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('Write a number.');
  return number;
}

function gibFrom(text: string): number {
  return numberFrom(text) * GIB;
}
