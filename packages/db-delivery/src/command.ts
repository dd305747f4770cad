import { type CliEnvironment, createTerminal, type Terminal } from '@codezest/db-core/cli/terminal';
import { CodezestDbError } from '@codezest/db-core/errors';
import { reasonOf } from '@codezest/db-core/events';
import type { Service } from '@codezest/db-types';
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { service, whole } from './arguments.js';
import { createDelivery, type Delivery, type DeliveryOptions } from './delivery.js';
import { addReconcileCommand } from './reconcile-command.js';
import { databasesFrom, urlVariables } from './settings.js';
import { metricsOf } from './state.js';

const exitCodes = { done: 0, failed: 1, pending: 2, noDatabase: 5 } as const;

const exitCodeHelp = `
Exit codes:
  0  done
  1  it failed: the message says at what, or how the command is used
  2  status: events were given up; reconcile: something differs and was not told again
  5  no database: no URL, or no answer`;

/** The command line with everything given, and the exit code returned. Never throws. */
export async function executeDelivery(environment: CliEnvironment, stopping: AbortSignal): Promise<number> {
  const terminal = createTerminal(environment);
  const json = environment.argv.includes('--json');
  let exitCode: number = exitCodes.done;
  try {
    await programOf(environment, terminal, stopping, (code) => {
      exitCode = code;
    }).parseAsync([...environment.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (json && error.exitCode !== 0)
        terminal.json({ error: { code: 'USAGE', message: error.message.replace(/^error: /, '') } });
      return error.exitCode;
    }
    const known = error instanceof CodezestDbError;
    const code = known ? error.code : 'FAILED';
    const message = known ? error.message : `A database did not do what was asked: ${reasonOf(error)}.`;
    if (json) terminal.json({ error: { code, message } });
    terminal.printError(`${terminal.errorColors.red('✖')} ${message}`);
    return known && /^(?:DATABASE_|DELIVERY_ROUTE)/.test(code) ? exitCodes.noDatabase : exitCodes.failed;
  }
}

interface RunFlags {
  readonly batch: number;
  readonly lease: number;
  readonly attempts: number;
  readonly once?: true;
  readonly json?: true;
}

function programOf(
  { env, stdout, stderr }: CliEnvironment,
  terminal: Terminal,
  stopping: AbortSignal,
  setExitCode: (code: number) => void,
): Command {
  const program = new Command('codezest-db-delivery')
    .description('Delivers events from the services that tell them to the services that listen.')
    .version(version, '-V, --version', 'print the version of the package')
    .helpCommand(false)
    .showHelpAfterError('(codezest-db-delivery --help shows how it is used)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    });
  const using = async (
    options: Omit<DeliveryOptions, 'outboxes' | 'inboxes'>,
    work: (delivery: Delivery) => Promise<void>,
  ): Promise<void> => {
    const delivery = createDelivery({ ...databasesFrom(env), ...options });
    try {
      await work(delivery);
    } finally {
      await delivery.end();
    }
  };

  program
    .command('run')
    .summary('deliver, and go on as events are told')
    .description(
      'Delivers until it is stopped: SIGTERM lets it finish what it has begun. Several may run, and be killed at any ' +
        'moment; a database that is away is asked again until it is back.',
    )
    .option('--once', 'deliver what there is now, and end')
    .option('--batch <events>', 'how many events one transaction takes', whole(5_000), 500)
    .option(
      '--lease <seconds>',
      'until another process may take over what this one has claimed',
      whole(3_600),
      30,
    )
    .option(
      '--attempts <number>',
      'how often an inbox may refuse an event until it is given up',
      whole(1_000),
      10,
    )
    .option('--json', 'print a line of JSON per batch')
    .action(({ batch, lease, attempts, once, json }: RunFlags) =>
      using(
        {
          batch,
          leaseSeconds: lease,
          attempts,
          onBatch: ({ from, to }, { delivered, failed, dead }) => {
            if (json) terminal.write(`${JSON.stringify({ from, to, delivered, failed, dead })}\n`);
            else if (failed + dead > 0)
              terminal.printError(
                `${from} → ${to}: ${delivered} delivered, ${failed} failed, ${dead} given up`,
              );
          },
          onFailure: ({ from, to }, reason, waitMs) =>
            terminal.printError(`${from} → ${to}: ${reason}. Again in ${waitMs} ms.`),
        },
        async (delivery) => {
          if (once) {
            const delivered = await delivery.drain();
            if (!json) terminal.print(`${delivered} delivered.`);
            return;
          }
          const names = delivery.routes.map(({ from, to }) => `${from} → ${to}`);
          if (!json) terminal.print(`Delivering ${names.join(', ')}.`);
          await delivery.run(stopping);
          if (!json) terminal.print('Stopped. Nothing is left half done.');
        },
      ),
    );

  program
    .command('status')
    .summary('what waits in each outbox, and what was given up')
    .description('Leaves 2 where events were given up.')
    .option('--json', 'print the result as JSON')
    .option('--metrics', 'print it in the text format of Prometheus')
    .action(({ json, metrics }: { json?: true; metrics?: true }) =>
      using({}, async (delivery) => {
        const states = await delivery.status();
        if (json) terminal.json(states);
        else if (metrics) terminal.print(metricsOf(states));
        else
          for (const { from, to, open, dead, oldest } of states)
            terminal.print(
              `${from} → ${to}  ${open} open${oldest === null ? '' : ` since ${oldest.toISOString()}`}, ${dead} given up`,
            );
        if (states.some(({ dead }) => dead > 0)) setExitCode(exitCodes.pending);
      }),
    );

  program
    .command('redrive')
    .summary('try again what was given up')
    .description('Takes up dead events from their first attempt on. Mend the reason first.')
    .option('--from <service>', 'only what this service told', service)
    .option('--to <service>', 'only what goes to this service', service)
    .option('--json', 'print the result as JSON')
    .action(({ from, to, json }: { from?: Service; to?: Service; json?: true }) =>
      using({}, async (delivery) => {
        const redriven = await delivery.redrive({
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        });
        if (json) terminal.json({ redriven });
        else terminal.print(`${redriven} will be delivered again.`);
      }),
    );

  addReconcileCommand(program, terminal, using, setExitCode);

  program.addHelpText(
    'after',
    `
The databases are named by the environment. What is not set is left out, and its events wait:
  ${urlVariables.join('\n  ')}
Use the roles <service>_outbox_relay and <service>_inbox_writer: they can do this and nothing else.`,
  );
  for (const command of [program, ...program.commands]) command.addHelpText('after', exitCodeHelp);
  return program;
}
