import { type Command, Option } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { CodezestDbError } from '../errors/base-error.js';
import { migrationStatus } from '../migrations/status.js';
import { runSeed, type Seed, type SeedEvent } from '../seed/run-seed.js';
import { peopleCount, type SeedSize, seedSizes } from '../seed/size.js';
import { type CommandContext, examples } from './command-context.js';
import { exitCodes } from './exit-codes.js';
import { refuseProduction } from './production-guard.js';
import { count, duration, type Terminal } from './terminal.js';

interface SeedFlags {
  readonly size: SeedSize;
  readonly allowRemote?: true;
  readonly json?: true;
}

export function addSeedCommand(program: Command, context: CommandContext, seed: Seed): void {
  const sizes = seedSizes.map((size) => `${size} ${peopleCount[size].toLocaleString('en-US')}`).join(', ');
  const command = program
    .command('seed')
    .summary('fill the database with example data')
    .description(
      `Writes a made-up platform: the same people, courses and dates in every service and in every run (people: ${sizes}). ` +
        'Rows that are there already stay as they are, a larger size adds to a smaller one. Never for production.',
    )
    .addOption(new Option('--size <size>', 'how much').choices(seedSizes).default('small'))
    .option('--allow-remote', 'write to a database on another machine')
    .option('--json', 'print the result as JSON')
    .action((flags: SeedFlags) => run(flags, context, seed));
  examples(command, [
    [`${context.command} seed`, 'enough to look around'],
    [`${context.command} seed --size large`, 'enough to measure queries'],
  ]);
}

async function run(flags: SeedFlags, context: CommandContext, seed: Seed): Promise<void> {
  const { terminal, service, command } = context;
  const url = context.databaseUrl();
  refuseProduction(url, context.env, flags.allowRemote === true);
  const status = await migrationStatus(context.migrationTarget({ wait: 5 }));
  if (!status.upToDate) {
    context.setExitCode(exitCodes.pending);
    throw new CodezestDbError(
      'SEED_REFUSED',
      `The database is not at this package's newest migration. Run ${command} migrate first; ${command} status says more.`,
    );
  }

  const { bold, dim, green } = terminal.colors;
  if (!flags.json) {
    terminal.print(`${bold(service)} ${dim('→')} ${context.databaseName()}  ${dim(`size ${flags.size}`)}`);
  }
  const result = await runSeed({
    url,
    seed,
    size: flags.size,
    service,
    progress: (event) => tell(event, terminal, flags.json === true),
  });
  if (flags.json) terminal.json({ service, database: redactUrl(url), ...result });
  else {
    const rows = result.rows === 0 ? 'nothing new, all of it was there' : `${count(result.rows, 'new row')}`;
    terminal.print(`${green('Seeded:')} ${rows} ${dim(`(${duration(result.durationMs)})`)}`);
  }
}

function tell(event: SeedEvent, terminal: Terminal, quiet: boolean): void {
  const perSecond = event.durationMs > 0 ? Math.round(event.rows / (event.durationMs / 1_000)) : 0;
  const { dim, green } = terminal.colors;
  if (event.type !== 'finished') {
    const rate = event.rows
      ? `${event.rows.toLocaleString('en-US')} rows, ${perSecond.toLocaleString('en-US')}/s`
      : '';
    terminal.passing(`  … ${event.step}  ${event.message ?? rate}`);
    return;
  }
  if (quiet) return;
  const rows = event.rows.toLocaleString('en-US').padStart(11);
  const rate = event.rows >= 1_000 ? `, ${perSecond.toLocaleString('en-US')} rows/s` : '';
  terminal.print(
    `  ${green('✔')} ${event.step.padEnd(28)}${rows}  ${dim(`${duration(event.durationMs)}${rate}`)}`,
  );
}
