import { Command, InvalidArgumentError } from 'commander';
import type { Benchmark } from './benchmark.js';
import { cold } from './cold.js';
import { delivery } from './delivery.js';
import { events } from './events.js';
import { feed } from './feed.js';
import { hot } from './hot.js';
import { numbers } from './numbers.js';
import { outbox } from './outbox.js';
import { jsonOf, linesOf } from './print.js';
import { progress as progressOfLearners } from './progress.js';
import { refusals } from './refusals.js';

const benchmarks: readonly Benchmark[] = [
  cold,
  delivery,
  events,
  feed,
  hot,
  numbers,
  outbox,
  progressOfLearners,
  refusals,
];

interface Flags {
  readonly json?: true;
  readonly large?: boolean;
  readonly effort: number;
}

const program = new Command('bench')
  .description(
    'Measures what the functions of the packages cost. Ratios of one run can be compared, figures hardly.',
  )
  .helpCommand(false);

for (const { name, summary, run } of benchmarks) {
  program
    .command(name)
    .summary(summary)
    .description(summary)
    .option('--json', 'print the result as JSON')
    .option('--large', 'also the sizes that take minutes to fill')
    .option('--effort <n>', 'how long each way is measured: 1 for a look', wholeNumber, 3)
    .addHelpText('after', '\nOn a throw-away PostgreSQL, or on the server that TEST_DATABASE_URL names.')
    .action(async ({ json, large = false, effort }: Flags) => {
      const report = await run({ effort, large, progress });
      const date = new Date();
      process.stderr.write(process.stderr.isTTY ? '\r\u001b[2K' : '');
      const lines = json
        ? [JSON.stringify(jsonOf(name, report, date), null, 2)]
        : linesOf(name, report, date);
      for (const line of lines) process.stdout.write(`${line}\n`);
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1.');
  return Number(text);
}

/** One line that the next one replaces; in a log each stays. */
function progress(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
}

await program.parseAsync();
