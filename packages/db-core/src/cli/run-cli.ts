import { Command, CommanderError } from 'commander';
import { migratorUrlVariables } from '../migrations/url-variables.js';
import { addBackfillCommand } from './backfill-command.js';
import { addBackupCommands } from './backup-command.js';
import { type CliOptions, type CommandContext, createContext } from './command-context.js';
import { addDoctorCommand } from './doctor-command.js';
import { addEraseCommand } from './erase-command.js';
import { errorJson, reportError, usageErrorJson } from './error-view.js';
import { exitCodeHelp, exitCodes } from './exit-codes.js';
import { addExportCommand } from './export-command.js';
import { addMigrateCommand } from './migrate-command.js';
import { addOutboxCommand } from './outbox-command.js';
import { addBaselineCommand, addResolveCommand } from './resolve-command.js';
import { addRolesCommand } from './roles-command.js';
import { addSeedCommand } from './seed-command.js';
import { addStatusCommand } from './status-command.js';
import { addStudioCommand } from './studio-command.js';
import { type CliEnvironment, createTerminal } from './terminal.js';
import { addWaitCommand } from './wait-command.js';

/** Runs the command line of a package on this process: its arguments, its environment, its exit code. */
export function runCli(options: CliOptions): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stderr.write(
        '\nInterrupted. The database rolls back what was not finished; run it again to continue.\n',
      );
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  // A closed pipe (`status | head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const { argv, env, stdout, stderr } = process;
  void executeCli(options, { argv: argv.slice(2), env, stdout, stderr }).then((code) => {
    process.exitCode = code;
  });
}

/** The same with everything given, and the exit code returned. Never throws. */
export async function executeCli(options: CliOptions, environment: CliEnvironment): Promise<number> {
  const terminal = createTerminal(environment);
  let exitCode: number = exitCodes.done;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  try {
    const context = createContext(options, environment, terminal, setExitCode);
    await buildProgram(options, context, environment).parseAsync([...environment.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const json = environment.argv.includes('--json');
    // Commander has printed its own message (or the help that was asked for).
    if (error instanceof CommanderError) {
      if (json && error.exitCode !== 0) terminal.json(usageErrorJson(error));
      return error.exitCode;
    }
    if (json) terminal.json(errorJson(error));
    const code = reportError(error, terminal, Boolean(environment.env.CODEZEST_DEBUG));
    return exitCode === exitCodes.done ? code : exitCode;
  }
}

function buildProgram(options: CliOptions, context: CommandContext, environment: CliEnvironment): Command {
  const program = new Command(context.command)
    .description(`The ${options.service} database of CodeZest: migrations, their status, example data.`)
    .version(context.version, '-V, --version', 'print the version of the package')
    .helpCommand(false)
    .showHelpAfterError(`(${context.command} --help shows how it is used)`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text),
    });
  program.configureHelp({ showGlobalOptions: false });

  addMigrateCommand(program, context, options.roles);
  addStatusCommand(program, context);
  addResolveCommand(program, context);
  addBaselineCommand(program, context);
  addBackfillCommand(program, context);
  addWaitCommand(program, context);
  if (options.seed) addSeedCommand(program, context, options.seed);
  if (options.roles) addRolesCommand(program, context, options.roles);
  if (options.roles?.appendOnly.includes('outbox')) addOutboxCommand(program, context);
  addDoctorCommand(program, context, options);
  addBackupCommands(program, context);
  addStudioCommand(program, context);
  if (options.personalData) {
    addEraseCommand(program, context, options.personalData);
    addExportCommand(program, context, options.personalData, options.roles?.secretColumns ?? []);
  }
  options.addCommands?.(program, context);

  const variables = options.urlVariables ?? migratorUrlVariables(options.service);
  program.addHelpText(
    'after',
    `
The database is named by the environment, the first of these that is set:
  ${variables.join('\n  ')}

CODEZEST_DEBUG=1 adds stack traces to errors. NO_COLOR=1 turns colours off.`,
  );
  for (const command of [program, ...program.commands]) command.addHelpText('after', exitCodeHelp);
  return program;
}
