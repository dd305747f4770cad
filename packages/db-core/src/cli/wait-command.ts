import type { Command } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { waitForDatabase } from '../migrations/wait.js';
import { type CommandContext, examples, seconds } from './command-context.js';
import { duration } from './terminal.js';

export function addWaitCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('wait')
    .summary('wait until the database is there')
    .description('Returns as soon as the database answers. Reads only, takes no lock.')
    .option('--timeout <seconds>', 'how long', seconds, 60)
    .option('--migrated', 'until it has the newest migration too; another process migrates')
    .option('--json', 'print the result as JSON')
    .action(async (flags: { timeout: number; migrated?: true; json?: true }) => {
      const { terminal, service } = context;
      const target = context.migrationTarget({ wait: flags.timeout });
      const started = performance.now();
      await waitForDatabase({
        ...target,
        migrated: flags.migrated === true,
        log: ({ message }) => terminal.printError(terminal.errorColors.dim(`  … ${message}`)),
      });
      const durationMs = Math.round(performance.now() - started);
      if (flags.json) {
        terminal.json({
          service,
          database: redactUrl(target.url),
          ready: true,
          ...(flags.migrated ? { upToDate: true } : {}),
          durationMs,
        });
        return;
      }
      const state = flags.migrated ? 'up to date' : 'there';
      const took = terminal.colors.dim(`(${duration(durationMs)})`);
      terminal.print(`${terminal.colors.green('Ready:')} ${context.databaseName()} is ${state} ${took}`);
    });
  examples(command, [
    [`${context.command} wait --timeout 120`, 'before whatever needs the database'],
    [`${context.command} wait --migrated`, 'in a service that starts while a job migrates'],
  ]);
}
