import type { Command } from 'commander';
import { backUp } from '../backup/backup.js';
import { restore } from '../backup/restore.js';
import { type CommandContext, examples } from './command-context.js';
import { exitCodes } from './exit-codes.js';
import { count } from './terminal.js';

interface Flags {
  readonly file: string;
  readonly json?: true;
}

/** pg_dump and pg_restore do the work; these refuse what would lose rows or rights, and prove the copy. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  const { terminal, service, version } = context;
  const target = ({ file }: Flags) => ({ url: context.databaseUrl(), service, version, file });

  const backup = program
    .command('backup')
    .summary('dump the database, with what proves a copy of it')
    .description(
      'Dumps the whole database with pg_dump, and writes beside it the rows and checksums of each table and all rights, read in the same snapshot. Refuses a role that does not see all rows.',
    )
    .requiredOption('--file <path>', 'where the dump is written; its description gets .json behind it')
    .option('--json', 'print the result as JSON')
    .action(async (flags: Flags) => {
      const { proof, at, server } = await backUp(target(flags));
      const tables = Object.values(proof.tables);
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      if (flags.json) terminal.json({ service, file: flags.file, at, server, tables: tables.length, rows });
      else
        terminal.print(
          `${terminal.colors.green('Backed up:')} ${context.databaseName()}, ${count(tables.length, 'table')}, ${count(rows, 'row')}, as of ${at}`,
        );
    });
  examples(backup, [
    [`${context.command} backup --file auth.dump`, 'as the owner or a superuser; every night'],
  ]);

  const back = program
    .command('restore')
    .summary('restore a backup into an empty database')
    .description(
      'Restores what `backup` wrote into an empty database, all of it or nothing, with owners and rights. Refuses a database with tables, and a server without the roles.',
    )
    .requiredOption('--file <path>', 'the dump')
    .option('--verify', 'compare rows, checksums, owners and rights with those of the original')
    .option('--json', 'print the result as JSON')
    .action(async (flags: Flags & { verify?: true }) => {
      const verify = flags.verify === true;
      const { tables, rows, open, description } = await restore({ ...target(flags), verify });
      if (open) context.setExitCode(exitCodes.pending);
      if (flags.json) {
        terminal.json({ service, tables, rows, verified: verify, open, at: description.at });
        return;
      }
      terminal.print(
        `${terminal.colors.green(verify ? 'Restored and proven:' : 'Restored:')} ${count(tables, 'table')}, ${count(rows, 'row')}, as of ${description.at}`,
      );
      if (open)
        terminal.print(
          `Every role of the server may enter this database: a dump does not hold that right. ${context.command} roles --apply --database <name> closes it.`,
        );
    });
  examples(back, [
    [
      `${context.command} restore --file auth.dump --verify`,
      'into the empty database that the URL names, as a superuser',
    ],
  ]);
}
