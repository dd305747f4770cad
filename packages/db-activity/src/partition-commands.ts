import { isTimeout } from '@codezest/db-core';
import { type CliOptions, exitCodes, InvalidArgumentError } from '@codezest/db-core/cli';
import type { PrismaClient } from './client.js';
import { dropPartitionsBefore, ensurePartitions } from './partitions.js';

type AddCommands = NonNullable<CliOptions['addCommands']>;
type CommandContext = Parameters<AddCommands>[1];

/** `codezest-db-activity partitions ensure|drop`, for whatever runs once a month. The client is loaded when needed. */
export const addPartitionCommands: AddCommands = (program, context) => {
  const partitions = program
    .command('partitions')
    .summary('months of the activity tables: make the next, drop the old')
    .description('The feed and the analytics events are kept by month. Needs the role that owns the tables.')
    .helpCommand(false);

  partitions
    .command('ensure')
    .summary('make the months that come')
    .description(
      'Makes the partitions that are missing, and moves there what waited for them. Run it monthly.',
    )
    .option('--from <month>', 'the first month (default: this one)', monthOf)
    .option('--ahead <months>', 'how many months to reach ahead of today', monthsOf, 3)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exitCodeHelp)
    .action(({ from, ahead, json }: { from?: Date; ahead: number; json?: true }) =>
      withClient(context, async (client) => {
        const now = new Date();
        const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead));
        const made = await ensurePartitions(client, from ?? now, last);
        if (json) context.terminal.json({ made, lastMonth: nameOf(last) });
        else context.terminal.print(`${made} made. There are partitions until ${nameOf(last)}.`);
      }),
    );

  partitions
    .command('drop')
    .summary('end the retention of old months')
    .description(
      'Drops every month before the one that is named, with all its rows. Nothing brings them back.',
    )
    .requiredOption('--before <month>', 'the first month that stays, such as 2025-01', monthOf)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exitCodeHelp)
    .action(({ before, json }: { before: Date; json?: true }) =>
      withClient(context, async (client) => {
        const dropped = await dropPartitionsBefore(client, before);
        if (json) context.terminal.json({ dropped });
        else for (const line of [...dropped, `${dropped.length} dropped.`]) context.terminal.print(line);
      }),
    );
};

const exitCodeHelp = `
Exit codes:
  0  done
  1  it failed: the message says at what
  3  somebody else held the tables for three seconds; run it again
  5  no database: no URL, or no answer`;

async function withClient(
  context: CommandContext,
  work: (client: PrismaClient) => Promise<void>,
): Promise<void> {
  const { createClient } = await import('./client.js');
  const client = createClient({ url: context.databaseUrl() });
  try {
    await work(client);
  } catch (error) {
    if (isTimeout(error)) context.setExitCode(exitCodes.locked);
    throw error;
  } finally {
    await client.$disconnect();
  }
}

/** The first moment of a month such as 2026-11, in UTC. */
function monthOf(text: string): Date {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('Write a month as 2026-11.');
  return new Date(`${text}-01T00:00:00Z`);
}

function monthsOf(text: string): number {
  const months = Number(text);
  if (!/^\d{1,3}$/.test(text) || months > 120)
    throw new InvalidArgumentError('Write a number of months, at most 120.');
  return months;
}

const nameOf = (month: Date) => month.toISOString().slice(0, 7);
