import type { Command } from 'commander';
import { type CommandContext, examples } from './command-context.js';

/**
 * Says how to open Prisma Studio on this database. A hint and no command that runs it: Studio is part of the Prisma CLI,
 * which weighs more than everything else together and is no dependency of a service.
 */
export function addStudioCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('studio')
    .summary('say how to look at the rows in a browser')
    .description('Prints the command that opens Prisma Studio on this database. Starts and installs nothing.')
    .action(() => {
      const variable = context.urlVariables.find((name) => context.env[name]) ?? context.urlVariables[0];
      // The variable's name and not its value: what is printed stays in scroll-back and logs.
      context.terminal.print(`npx prisma@7.10 studio --url "$${variable}"`);
      context.terminal.printError('Studio shows every column, secrets too, and writes. Not for production.');
    });
  examples(command, [[`eval "$(${context.command} studio)"`, 'open it']]);
}
