import type { Command } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { baselineMigrations, resolveMigration } from '../migrations/resolve.js';
import { type CommandContext, examples } from './command-context.js';
import { count } from './terminal.js';

export function addResolveCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('resolve')
    .summary('record a decision about a migration that ended halfway')
    .description(
      'Changes the history only, never the schema: look first whether the changes of the migration are in the database.',
    )
    .option('--applied <migration>', 'all of it is in the database: never run it')
    .option('--rolled-back <migration>', 'none of it is: the next migrate runs it')
    .option('--json', 'print the result as JSON')
    .action(async ({ applied, rolledBack, json }: { applied?: string; rolledBack?: string; json?: true }) => {
      const name = applied ?? rolledBack;
      if (name === undefined || (applied !== undefined && rolledBack !== undefined)) {
        return command.error('error: name one migration, by --applied or by --rolled-back');
      }
      const as = applied === undefined ? 'rolled-back' : 'applied';
      const target = context.migrationTarget();
      await resolveMigration({ ...target, name, as });
      if (json) {
        const { service, terminal } = context;
        return terminal.json({ service, database: redactUrl(target.url), migration: name, recorded: as });
      }
      context.terminal.print(`${context.terminal.colors.green('Recorded:')} ${name} is ${as}.`);
    });
  examples(command, [
    [`${context.command} status`, 'shows which one needs a decision'],
    [`${context.command} resolve --rolled-back 20261123000000_initial`, 'none of its changes are there'],
  ]);
}

export function addBaselineCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('baseline')
    .summary('adopt a database whose tables exist already')
    .description(
      'Records every migration up to and including the named one as applied, and the backfills before it as finished, without ' +
        'running any.',
    )
    .argument('<migration>', 'the newest migration whose changes the database has')
    .option('--json', 'print the result as JSON')
    .action(async (through: string, { json }: { json?: true }) => {
      const target = context.migrationTarget();
      const recorded = await baselineMigrations({ ...target, through });
      if (json) {
        const { service, terminal } = context;
        return terminal.json({ service, database: redactUrl(target.url), recorded });
      }
      const { print, colors } = context.terminal;
      for (const name of recorded) print(`  ${colors.green('✔')} ${name}`);
      print(
        `${colors.green('Recorded:')} ${count(recorded.length, 'migration')}; no statement of theirs ran.`,
      );
    });
  examples(command, [
    [`${context.command} baseline 20261123000000_initial`, 'then migrate applies only what is newer'],
  ]);
}
