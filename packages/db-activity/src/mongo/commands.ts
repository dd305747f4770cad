import { CodezestDbError } from '@codezest/db-core';
import { type CliOptions, exitCodes } from '@codezest/db-core/cli';
import type { ActivityMongo } from './client.js';

type AddCommands = NonNullable<CliOptions['addCommands']>;
type CommandContext = Parameters<AddCommands>[1];

interface SyncFlags {
  readonly prune?: boolean;
  readonly json?: boolean;
}

/** `codezest-db-activity mongo plan|sync`. The driver is loaded when one of them runs, not before. */
export const addMongoCommands: AddCommands = (program, context) => {
  const mongo = program
    .command('mongo')
    .summary('collections, validators and indexes of the activity log in MongoDB')
    .description('The raw activity log and event stream in MongoDB, named by ACTIVITY_MONGODB_URL.')
    .helpCommand(false);

  mongo
    .command('plan')
    .summary('say what sync would change')
    .description('Compares MongoDB with this release. Reads only.')
    .option('--prune', 'drop indexes that an earlier release has hidden')
    .option('--json', 'print the result as JSON, commands included')
    .addHelpText('after', exitCodeHelp)
    .action((flags: SyncFlags) => withMongo(context, (opened) => showPlan(context, opened, flags)));

  mongo
    .command('sync')
    .summary('change it')
    .description('Sends what plan shows, and nothing when there is nothing to change.')
    .option('--prune', 'drop indexes that an earlier release has hidden')
    .option('--json', 'print the result as JSON, commands included')
    .addHelpText('after', exitCodeHelp)
    .action((flags: SyncFlags) => withMongo(context, (opened) => runSync(context, opened, flags)));
};

const exitCodeHelp = `
Exit codes:
  0  done; MongoDB is up to date
  1  it failed: the message says at what
  2  plan: there is something to change
  3  another sync is running
  4  specs and database contradict each other; somebody has to decide
  5  no MongoDB: no URL, or no answer`;

const exitCodeOfError: Readonly<Record<string, number>> = {
  MONGODB_URL_MISSING: exitCodes.noDatabase,
  MONGODB_URL_INVALID: exitCodes.noDatabase,
  MONGODB_DATABASE_MISSING: exitCodes.noDatabase,
  MONGODB_UNREACHABLE: exitCodes.noDatabase,
  MONGODB_SYNC_LOCKED: exitCodes.locked,
  MONGODB_NOT_APPLIED: exitCodes.contradiction,
  MONGODB_SPEC_OLDER: exitCodes.contradiction,
  MONGODB_SPEC_CHANGED: exitCodes.contradiction,
  MONGODB_INDEX_CONFLICT: exitCodes.contradiction,
};

async function withMongo(
  context: CommandContext,
  work: (mongo: ActivityMongo) => Promise<void>,
): Promise<void> {
  const { createMongo } = await import('./client.js');
  const mongo = createMongo({
    url: context.env.ACTIVITY_MONGODB_URL ?? '',
    // An index of a large collection takes longer to build than a query may.
    clientOptions: { socketTimeoutMS: 0 },
  });
  try {
    await work(mongo);
  } catch (error) {
    const code = error instanceof CodezestDbError ? exitCodeOfError[error.code] : undefined;
    context.setExitCode(code ?? exitCodes.failed);
    throw error;
  } finally {
    await mongo.close();
  }
}

async function showPlan(
  { terminal, setExitCode }: CommandContext,
  mongo: ActivityMongo,
  { prune = false, json }: SyncFlags,
): Promise<void> {
  const { planSync } = await import('./sync.js');
  const { commands, notices } = await planSync(mongo, { prune });
  if (commands.length > 0) setExitCode(exitCodes.pending);
  if (json) {
    terminal.json({ database: mongo.target, commands, notices });
    return;
  }
  for (const { collection, purpose } of commands) terminal.print(`  ${collection}: ${purpose}`);
  for (const notice of notices) terminal.print(`  ${terminal.colors.dim(notice)}`);
  terminal.print(
    commands.length === 0
      ? `${terminal.colors.green('Up to date:')} ${mongo.target}`
      : `${commands.length} to do on ${mongo.target}; nothing was changed.`,
  );
}

async function runSync(
  { terminal }: CommandContext,
  mongo: ActivityMongo,
  { prune = false, json }: SyncFlags,
): Promise<void> {
  const { sync } = await import('./sync.js');
  const commands = await sync(mongo, { prune });
  if (json) {
    terminal.json({ database: mongo.target, commands });
    return;
  }
  for (const { collection, purpose } of commands)
    terminal.print(`  ${terminal.colors.green('✔')} ${collection}: ${purpose}`);
  terminal.print(`${terminal.colors.green('Up to date:')} ${mongo.target}`);
}
