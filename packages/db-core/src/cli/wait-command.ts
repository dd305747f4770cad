import type { Command } from 'commander';
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
    .action(async (flags: { timeout: number; migrated?: true }) => {
      const { terminal } = context;
      const started = performance.now();
      await waitForDatabase({
        ...context.migrationTarget({ wait: flags.timeout }),
        migrated: flags.migrated === true,
        log: ({ message }) => terminal.printError(terminal.errorColors.dim(`  … ${message}`)),
      });
      const state = flags.migrated ? 'up to date' : 'there';
      const took = terminal.colors.dim(`(${duration(performance.now() - started)})`);
      terminal.print(`${terminal.colors.green('Ready:')} ${context.databaseName()} is ${state} ${took}`);
    });
  examples(command, [
    [`${context.command} wait --timeout 120`, 'before whatever needs the database'],
    [`${context.command} wait --migrated`, 'in a service that starts while a job migrates'],
  ]);
}
