import { isTimeout } from '@codezest/db-core';
import { type CliOptions, exitCodes, InvalidArgumentError } from '@codezest/db-core/cli';
import type { PrismaClient } from './client.js';
import { dropPartitionsBefore, emptyDefaultPartition, ensurePartitions } from './partitions.js';

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
    .command('run')
    .summary('all that a schedule needs: ensure, then drop with --keep')
    .description(
      'Makes the months that come and those that rows wait for, and ends the retention of months before the ones to keep. Run it daily or monthly.',
    )
    .option('--ahead <months>', 'how many months to reach ahead of today', monthsOf, 3)
    .option('--keep <months>', 'how many whole months to keep before this one (default: all)', keptMonthsOf)
    .option('--wait <seconds>', waitHelp, secondsOf, 60)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exitCodeHelp)
    .action((options: Flags & { ahead: number; keep?: number }) =>
      withClient(context, async (client) => {
        const now = new Date();
        const last = monthsFrom(now, options.ahead);
        const limits = limitsOf(options);
        // What is over goes first: no partition is made for it.
        const dropped =
          options.keep === undefined
            ? []
            : await dropPartitionsBefore(client, monthsFrom(now, -options.keep), limits);
        const asked = await ensurePartitions(client, now, last, limits);
        const made = asked + (await emptyDefaultPartition(client, limits));
        if (options.json) context.terminal.json({ made, lastMonth: nameOf(last), dropped });
        else {
          for (const line of dropped) context.terminal.print(line);
          context.terminal.print(
            `${made} made, ${dropped.length} dropped. There are partitions until ${nameOf(last)}.`,
          );
        }
      }),
    );

  partitions
    .command('ensure')
    .summary('make the months that come')
    .description(
      'Makes the partitions that are missing, and moves there what waited for them, in steps. Run it monthly.',
    )
    .option('--from <month>', 'the first month (default: this one)', monthOf)
    .option('--ahead <months>', 'how many months to reach ahead of today', monthsOf, 3)
    .option('--wait <seconds>', waitHelp, secondsOf, 60)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exitCodeHelp)
    .action((options: Flags & { from?: Date; ahead: number }) =>
      withClient(context, async (client) => {
        const now = new Date();
        const last = monthsFrom(now, options.ahead);
        const made = await ensurePartitions(client, options.from ?? now, last, limitsOf(options));
        if (options.json) context.terminal.json({ made, lastMonth: nameOf(last) });
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
    .option('--wait <seconds>', waitHelp, secondsOf, 60)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exitCodeHelp)
    .action((options: Flags & { before: Date }) =>
      withClient(context, async (client) => {
        const dropped = await dropPartitionsBefore(client, options.before, limitsOf(options));
        if (options.json) context.terminal.json({ dropped });
        else for (const line of [...dropped, `${dropped.length} dropped.`]) context.terminal.print(line);
      }),
    );
};

interface Flags {
  readonly wait: number;
  readonly json?: true;
}

const waitHelp = 'how long to try again while somebody else holds the tables';

const limitsOf = ({ wait }: Flags) => ({ giveUpAfterMs: wait * 1_000 });

/** The first moment of the month that lies so many months from that of a date, in UTC. */
const monthsFrom = (date: Date, months: number) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months));

const exitCodeHelp = `
Exit codes:
  0  done
  1  it failed: the message says at what
  3  somebody else held the tables all the time; run it again
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

function keptMonthsOf(text: string): number {
  const months = monthsOf(text);
  if (months === 0) throw new InvalidArgumentError('Write how many months to keep, from 1 to 120.');
  return months;
}

function secondsOf(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Write a number of seconds.');
  return Number(text);
}

const nameOf = (month: Date) => month.toISOString().slice(0, 7);
