import { closeSync, openSync, writeSync } from 'node:fs';
import { CodezestDbError } from '@codezest/db-core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ImportOptions, type RejectedRow, runImport } from './engine/run-import.js';
import type { ServiceImport } from './engine/step.js';
import { keysFrom, SOURCE_VARIABLE, targetVariables, urlFrom } from './environment.js';
import { linesOfImport, linesOfVerification } from './report.js';
import { serviceImports } from './services/index.js';
import { verify } from './verify/verify.js';

interface Flags {
  readonly json?: true;
  readonly service: readonly ServiceImport[];
  readonly rejects?: string;
  readonly final?: true;
}

const program = new Command('codezest-db-import')
  .description(
    'Moves the data of a database of the earlier schema into the five databases. The source is only read, and may be in use.',
  )
  .helpCommand(false)
  .showHelpAfterError('(codezest-db-import --help shows how it is used)')
  .addHelpText(
    'after',
    `
The databases are named by the environment:
  ${SOURCE_VARIABLE}
  ${serviceImports.map((into) => targetVariables(into).join(' or ')).join('\n  ')}
The keys of the services encrypt what they have to read again: AUTH_ENCRYPTION_KEYS, AUTH_LOOKUP_KEYS,
NOTIFICATIONS_ENCRYPTION_KEYS, NOTIFICATIONS_LOOKUP_KEYS.

Exit codes:
  0  done
  1  it failed: the message says at what
  2  done, and rows were rejected or differ`,
  );

command('plan', 'tell what a run would do, and change nothing')
  .description(
    'Does everything that a run does in one transaction for each database, and rolls it back. Tells what would be lost, changed ' +
      'and rejected.',
  )
  .option('--rejects <file>', 'write a line of JSON for each row that would be rejected')
  .action((flags: Flags) => importing(flags, { dryRun: true }));

command('run', 'bring the five databases up to the source')
  .description(
    'The first run brings everything, the next ones what has changed since. One that was interrupted goes on where it was.',
  )
  .option('--rejects <file>', 'write a line of JSON for each row that is rejected')
  .option('--final', 'the last run: the source takes no writes any more, and later runs are refused')
  .action((flags: Flags) => importing(flags, { final: flags.final === true }));

command('verify', 'compare the databases with the source, row by row')
  .description(
    'Compares counts, checksums and each row with the source, and ids across the databases. Writes nothing, and holds while the ' +
      'source takes no writes.',
  )
  .action(async (flags: Flags) => {
    const result = await verify(databases(flags));
    print(flags.json ? [JSON.stringify(result, null, 2)] : linesOfVerification(result));
    if (!result.isEqual) process.exitCode = 2;
  });

function command(name: string, summary: string): Command {
  return program
    .command(name)
    .summary(summary)
    .option('--json', 'print the result as JSON')
    .addOption(
      new Option('--service <names>', 'some of the services, separated by commas')
        .argParser(servicesOf)
        .default(serviceImports, 'all'),
    );
}

async function importing(flags: Flags, how: Pick<ImportOptions, 'dryRun' | 'final'>): Promise<void> {
  const file = flags.rejects === undefined ? undefined : openSync(flags.rejects, 'w', 0o600);
  const onReject = (row: RejectedRow) => file !== undefined && writeSync(file, `${JSON.stringify(row)}\n`);
  try {
    const reports = await runImport({ ...databases(flags), ...how, onReject, onProgress: progress });
    clearProgress();
    print(flags.json ? [JSON.stringify(reports, null, 2)] : linesOfImport(reports));
    if (reports.some(({ rejects }) => rejects.length > 0)) process.exitCode = 2;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function databases({ service }: Flags) {
  return {
    sourceUrl: urlFrom(process.env, SOURCE_VARIABLE),
    targets: service.map((into) => ({ into, url: urlFrom(process.env, ...targetVariables(into)) })),
    keys: keysFrom(process.env),
  };
}

function servicesOf(text: string): ServiceImport[] {
  return text.split(',').map((name) => {
    const found = serviceImports.find(({ service }) => service === name.trim());
    if (found === undefined)
      throw new InvalidArgumentError(`One of ${serviceImports.map(({ service }) => service).join(', ')}.`);
    return found;
  });
}

/** One line that the next one replaces; nothing in a log. */
function progress(service: string, { step, read }: { step: string; read: number }): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${service} ${step}: ${read} rows`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  clearProgress();
  // What is no error of ours may quote a row.
  const message =
    error instanceof CodezestDbError ? `${error.code}: ${error.message}` : 'It failed unexpectedly.';
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
