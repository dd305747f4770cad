import { type Command, InvalidArgumentError } from 'commander';
import type { EventBacklog, Received, ReceiveOptions } from '../events/receive-events.js';
import type { Waiter } from '../events/wakeups.js';
import type { QueryingClient } from '../sql/statement.js';
import { type CommandContext, examples } from './command-context.js';
import { exitCodes } from './exit-codes.js';
import { count } from './terminal.js';

/** What a package does with events, and a client of its own for it; loaded when a command runs, because Prisma comes along. */
export interface ConnectedEvents<Client> {
  readonly client: Client;
  receiveEvents(client: Client, options: ReceiveOptions): Promise<Received>;
  eventBacklog(client: Client): Promise<EventBacklog>;
  /** Erases what is kept of a person outside the database. */
  readonly beforeErasure?: ReceiveOptions['beforeErasure'];
}

/** A client that ends. */
export type EventClient = QueryingClient & { $disconnect(): Promise<void> };

interface ReceiveFlags {
  readonly once?: true;
  readonly limit: number;
  readonly json?: true;
}

/** `events receive`, `events status` and `events redrive`: what other services told this one. */
export function addEventCommands<Client extends EventClient>(
  program: Command,
  context: CommandContext,
  connect: (url: string) => Promise<ConnectedEvents<Client>>,
): void {
  const { terminal } = context;
  const events = program
    .command('events')
    .summary('apply what other services told this one')
    .description('Events of other services wait in received_events until they are applied, each once.')
    .helpCommand(false);
  const using = async (work: (connected: ConnectedEvents<Client>) => Promise<void>): Promise<void> => {
    const connected = await connect(context.databaseUrl());
    try {
      await work(connected);
    } finally {
      await connected.client.$disconnect();
    }
  };

  const receive = events
    .command('receive')
    .summary('apply events, and go on as they arrive')
    .description(
      'Applies events as they arrive, until it is stopped. Several may run, and be killed at any moment. Deletions of users ' +
        'need the role that owns the tables: another role leaves them to a process that has it.',
    )
    .option('--once', 'end when nothing is left to apply now')
    .option('--limit <events>', 'how many events one transaction takes', wholeNumber, 500)
    .option('--json', 'print a line of JSON per batch')
    .action((flags: ReceiveFlags) =>
      using(async ({ client, receiveEvents, beforeErasure }) => {
        const { wakeups } = await import('../events/wakeups.js');
        const { INBOX_CHANNEL } = await import('../events/insert-events.js');
        const arriving = flags.once
          ? undefined
          : wakeups(context.databaseUrl(), INBOX_CHANNEL, `codezest-events-${context.service}`);
        try {
          const options = { limit: flags.limit, ...(beforeErasure === undefined ? {} : { beforeErasure }) };
          await applyAll(() => receiveEvents(client, options), flags, context, arriving?.waiter());
        } finally {
          await arriving?.end();
        }
      }),
    );
  examples(receive, [
    [`${context.command} events receive`, 'a process beside the service'],
    [`${context.command} events receive --once`, 'for a schedule'],
  ]);

  events
    .command('status')
    .summary('how many events wait, and how many were given up')
    .description('Leaves 2 where events were given up or wait for a later release of this package.')
    .option('--json', 'print the result as JSON')
    .action(({ json }: { json?: true }) =>
      using(async ({ client, eventBacklog }) => {
        const { open, waiting, dead, oldest } = await eventBacklog(client);
        if (json) terminal.json({ open, waiting, dead, oldest });
        else
          terminal.print(
            `${open} to be applied${oldest === null ? '' : ` since ${oldest.toISOString()}`}, ${waiting} for a later release, ${dead} given up`,
          );
        if (waiting + dead > 0) context.setExitCode(exitCodes.pending);
      }),
    );

  events
    .command('redrive')
    .summary('try again what was given up')
    .description('Takes every event that was given up from its first attempt on. Mend its reason first.')
    .option('--json', 'print the result as JSON')
    .action(({ json }: { json?: true }) =>
      using(async ({ client }) => {
        const { redriveEvents } = await import('../events/receive-events.js');
        const redriven = await redriveEvents(client);
        if (json) terminal.json({ redriven });
        else terminal.print(`${count(redriven, 'event')} will be tried again.`);
      }),
    );
}

async function applyAll(
  receive: () => Promise<Received>,
  { json }: ReceiveFlags,
  { terminal }: CommandContext,
  arriving: Waiter | undefined,
): Promise<void> {
  for (let failures = 0; ; ) {
    let received: Received | undefined;
    try {
      received = await receive();
      failures = 0;
    } catch (error) {
      // A database that is away comes back; a schedule hears of it.
      if (arriving === undefined) throw error;
      failures += 1;
      terminal.printError(`The events could not be applied: ${error instanceof Error ? error.message : ''}`);
    }
    const { applied = 0, failed = 0, dead = 0 } = received ?? {};
    if (applied + failed + dead > 0) {
      if (json) terminal.json({ applied, failed, dead });
      else terminal.print(`${applied} applied, ${failed} failed, ${dead} given up`);
      continue;
    }
    if (arriving === undefined) return;
    await arriving.next(Math.min(POLL_MS * 2 ** failures, LONGEST_WAIT_MS));
  }
}

const POLL_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('Write a number of events from 1 to 10000.');
  return value;
}
