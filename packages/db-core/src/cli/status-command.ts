import type { Command } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { type MigrationStatus, migrationStatus, needsPerson } from '../migrations/status.js';
import { type CommandContext, examples, seconds } from './command-context.js';
import { exitCodes } from './exit-codes.js';
import { statusLines } from './status-view.js';

export function addStatusCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .summary('say where the database stands')
    .description("Compares the database's history with this package's migrations. Reads only, takes no lock.")
    .option('--wait <seconds>', 'how long a database that is starting is waited for', seconds, 5)
    .option('--allow-unknown', 'an older release on a newer schema is up to date too')
    .option('--json', 'print the result as JSON')
    .action(async (flags: { wait: number; allowUnknown?: true; json?: true }) => {
      const target = context.migrationTarget(flags);
      const status = await migrationStatus({
        ...target,
        allowUnknown: flags.allowUnknown === true,
        log: ({ message }) => context.terminal.passing(`  … ${message}`),
      });
      context.setExitCode(exitCodeOfStatus(status));
      if (flags.json) {
        const { service, version, terminal } = context;
        terminal.json({ service, version, ...status, database: redactUrl(target.url) });
        return;
      }
      for (const line of statusLines(status, context, new Date())) context.terminal.print(line);
    });
  examples(command, [
    [`${context.command} status`, 'look'],
    [`${context.command} status --json`, 'for a deploy gate: exit code 0 means up to date'],
  ]);
}

/** Whoever has to act first decides: a contradiction needs a person, a pending migration only a deploy. */
export function exitCodeOfStatus(status: MigrationStatus): number {
  if (status.upToDate) return exitCodes.done;
  const { changed, missing, failed, outOfOrder } = status;
  const contradicts = [changed, missing, failed.filter(needsPerson), outOfOrder].some(
    (list) => list.length > 0,
  );
  return contradicts ? exitCodes.contradiction : exitCodes.pending;
}
