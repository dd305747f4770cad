import { type Command, Option } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { backfill, backfillStatus, pauseBackfill } from '../migrations/index.js';
import { type CommandContext, examples } from './command-context.js';
import { exitCodes } from './exit-codes.js';

interface BackfillFlags {
  readonly status?: true;
  readonly pause?: string;
  readonly resume?: string;
  readonly allowOutOfOrder?: true;
  readonly json?: true;
}

export function addBackfillCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('backfill')
    .summary('move rows to their new form, beside the running site')
    .description(
      'Runs the data migrations whose tables are ready, batch by batch with pauses. Stop it at any moment and run it again: it ' +
        'continues where it was.',
    )
    .addOption(new Option('--status', 'say how far each is').conflicts(['pause', 'resume']))
    .option('--pause <name>', 'end it before its next batch, wherever it runs, and begin none')
    .addOption(new Option('--resume <name>', 'let it run again').conflicts('pause'))
    .option('--allow-out-of-order', 'run one that never ran and is older than the newest applied migration')
    .option('--json', 'print the result as JSON')
    .action((flags: BackfillFlags) => run(flags, context));
  examples(command, [
    [`${context.command} backfill`, 'a job after a deploy'],
    [`${context.command} backfill --pause <name>`, 'the site is slow: stop it'],
  ]);
}

async function run(flags: BackfillFlags, context: CommandContext): Promise<void> {
  const { status, pause, resume, json } = flags;
  const { terminal, service } = context;
  const target = context.migrationTarget();
  const database = redactUrl(target.url);
  const name = pause ?? resume;
  if (name !== undefined) {
    await pauseBackfill({ ...target, name, paused: pause !== undefined });
    if (json) return terminal.json({ service, database, name, paused: pause !== undefined });
    terminal.print(pause ? `${name} is paused.` : `${name} may run: ${context.command} backfill`);
    return;
  }
  if (status) {
    const states = await backfillStatus(target);
    if (states.some(({ state }) => state !== 'finished')) context.setExitCode(exitCodes.pending);
    if (json) return terminal.json({ service, database, backfills: states });
    for (const each of states) {
      terminal.print(`  ${each.name}  ${each.state}  ${each.rows.toLocaleString('en-US')} rows`);
    }
    return;
  }
  const { dim, green } = terminal.errorColors;
  const done = await backfill({
    ...target,
    allowOutOfOrder: flags.allowOutOfOrder === true,
    log: ({ type, message }) =>
      terminal.printError(type === 'applied' ? green(`  ✔ ${message}`) : dim(`  … ${message}`)),
  });
  if (json) return terminal.json({ service, database, finished: done });
  terminal.print(done.length === 0 ? 'No backfill is pending.' : `Done: ${done.join(', ')}`);
}
