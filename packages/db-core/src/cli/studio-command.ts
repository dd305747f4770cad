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
    .option('--json', 'print the command as JSON')
    .action(({ json }: { json?: true }) => {
      const variable = context.urlVariables.find((name) => context.env[name]) ?? context.urlVariables[0];
      // The variable's name and not its value: what is printed stays in scroll-back and logs.
      const studio = `npx prisma@7.10 studio --url "$${variable}"`;
      if (json) context.terminal.json({ service: context.service, variable, command: studio });
      else context.terminal.print(studio);
      context.terminal.printError('Studio shows every column, secrets too, and writes. Not for production.');
    });
  examples(command, [[`eval "$(${context.command} studio)"`, 'open it']]);
}
