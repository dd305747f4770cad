import type { Command } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { migrate, type PlannedMigration, planMigrations } from '../migrations/migrate.js';
import type { MigrateOptions, MigrationEvent } from '../migrations/options.js';
import { firstWords } from '../migrations/statements.js';
import type { RoleDefinition } from '../roles/definition.js';
import { type CommandContext, examples, seconds } from './command-context.js';
import { count, duration, indent, type Terminal } from './terminal.js';

const waysToRun: Record<PlannedMigration['mode'], string> = {
  transaction: 'in one transaction',
  concurrent: 'outside a transaction',
  batches: 'in batches',
};

interface MigrateFlags {
  readonly dryRun?: true;
  readonly sql?: true;
  readonly lockTimeout?: number;
  readonly wait?: number;
  readonly allowUnknown?: true;
  readonly allowOutOfOrder?: true;
  readonly json?: true;
}

export function addMigrateCommand(program: Command, context: CommandContext, roles?: RoleDefinition): void {
  const command = program
    .command('migrate')
    .summary('bring the database to the newest migration')
    .description(
      'Applies every pending migration, each completely or not at all. Safe to start several times at once, ' +
        'to kill at any moment and to run again.',
    )
    .option('--dry-run', 'say what would run; the session is read-only')
    .option('--sql', 'with --dry-run: print the SQL itself')
    .option('--lock-timeout <seconds>', 'how long another migration is waited for', seconds, 60)
    .option('--wait <seconds>', 'how long a database that is starting is waited for', seconds, 30)
    .option('--allow-unknown', 'accept migrations in the database that this package does not hold')
    .option('--allow-out-of-order', 'apply migrations older than the newest applied one')
    .option('--json', 'print the result as JSON')
    .action((flags: MigrateFlags) => (flags.dryRun ? plan(flags, context) : run(flags, context, roles)));
  examples(command, [
    [`${context.command} migrate`, 'in a deploy, before the new code starts'],
    [`${context.command} migrate --dry-run --sql`, 'review what a deploy would do'],
    [`${context.command} migrate --wait 120`, 'beside a database that is still starting'],
  ]);
}

async function run(flags: MigrateFlags, context: CommandContext, roles?: RoleDefinition): Promise<void> {
  const { terminal } = context;
  const options = optionsOf(flags, context);
  if (!flags.json) printHeading(context);
  const result = await migrate({ ...options, log: (event) => tell(event, terminal, flags.json === true) });

  if (flags.json) {
    terminal.json({ service: context.service, database: redactUrl(options.url), ...result });
    return;
  }
  const { green, dim } = terminal.colors;
  const took = dim(`(${duration(result.durationMs)})`);
  terminal.print(
    result.applied.length === 0
      ? `${green('Up to date:')} ${count(result.alreadyApplied, 'migration')}, nothing to apply ${took}`
      : `${green('Migrated:')} ${result.applied.length} applied, ${result.alreadyApplied} were there ${took}`,
  );
  if (roles && result.applied.length > 0) {
    const next = `${context.command} roles --apply gives the service its rights in what is new, where it made the roles.`;
    terminal.printError(terminal.errorColors.dim(next));
  }
}

async function plan(flags: MigrateFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const options = optionsOf(flags, context);
  const planned = await planMigrations({ ...options, log: (event) => tell(event, terminal, true) });
  if (flags.json) {
    const migrations = planned.map(({ name, mode, sql, statements }) => ({
      name,
      mode,
      statements: statements.map(({ line, text }) => ({ line, text: firstWords({ text }) })),
      ...(flags.sql ? { sql } : {}),
    }));
    terminal.json({ service: context.service, database: redactUrl(options.url), dryRun: true, migrations });
    return;
  }
  const { bold, dim, green } = terminal.colors;
  if (!flags.sql) printHeading(context);
  for (const { name, mode, sql, statements } of planned) {
    const how = waysToRun[mode];
    if (flags.sql) {
      terminal.print(`-- ${name}: ${count(statements.length, 'statement')}, ${how}\n${sql}`);
      continue;
    }
    terminal.print(`  ${bold(name)}  ${dim(`${count(statements.length, 'statement')}, ${how}`)}`);
    const width = String(statements.at(-1)?.line ?? 1).length;
    for (const statement of statements) {
      terminal.print(indent(`${dim(String(statement.line).padStart(width))}  ${firstWords(statement)}`, 4));
    }
    terminal.print();
  }
  if (flags.sql) return;
  const backfills = planned.filter(({ mode }) => mode === 'batches').length;
  const named = count(planned.length - backfills, 'migration');
  terminal.print(
    planned.length === 0
      ? `${green('Up to date:')} nothing would run.`
      : `${named}${backfills ? ` and ${count(backfills, 'backfill')}` : ''} would run. Nothing was changed.`,
  );
}

function optionsOf(flags: MigrateFlags, context: CommandContext): MigrateOptions {
  return {
    ...context.migrationTarget(flags),
    ...(flags.lockTimeout === undefined ? {} : { lockTimeoutMs: flags.lockTimeout * 1_000 }),
    allowUnknown: flags.allowUnknown === true,
    allowOutOfOrder: flags.allowOutOfOrder === true,
  };
}

function printHeading({ terminal, service, version, databaseName }: CommandContext): void {
  const { bold, dim } = terminal.colors;
  terminal.print(`${bold(service)} ${dim(version)} ${dim('→')} ${databaseName()}`);
}

/** Progress. What was applied is a result; the rest goes to stderr, where it does not disturb one. */
function tell(event: MigrationEvent, terminal: Terminal, quiet: boolean): void {
  const { dim, yellow } = terminal.errorColors;
  switch (event.type) {
    case 'applying':
      terminal.passing(`  … ${event.migration ?? ''}`);
      break;
    case 'progress':
      terminal.printError(dim(`  … ${event.message}`));
      break;
    case 'applied':
      if (!quiet) {
        const { green, dim: faint } = terminal.colors;
        terminal.print(`  ${green('✔')} ${event.migration ?? ''}  ${faint(duration(event.durationMs ?? 0))}`);
      }
      break;
    case 'notice':
      terminal.printError(dim(`    ${event.message}`));
      break;
    default:
      terminal.printError(yellow(`  ! ${event.message}`));
  }
}
