import { CodezestDbError } from '@codezest/db-core';
import { Command, InvalidArgumentError } from 'commander';
import { EARLIER_PACKAGE, type Service, services } from './earlier/schema.js';
import { type CodemodReport, runCodemod } from './run-codemod.js';

interface Flags {
  readonly service: readonly Service[];
  readonly earlier: string;
  readonly dryRun?: true;
  readonly allowDirty?: true;
  readonly json?: true;
}

const program = new Command('codezest-db-codemod')
  .description(
    `Rewrites a service that uses ${EARLIER_PACKAGE} for the packages of the five databases, and tells what is left for a person.`,
  )
  .argument('[folder]', 'the folder of the service', '.')
  .requiredOption(
    '--service <names>',
    `the databases that it uses, its own first, separated by commas: ${services.join(', ')}`,
    servicesOf,
  )
  .option('--dry-run', 'tell what would change, and write nothing')
  .option('--allow-dirty', 'rewrite beside changes that are not committed, or outside of git')
  .option('--earlier <package>', 'another name that the earlier package is imported by', EARLIER_PACKAGE)
  .option('--json', 'print the result as JSON')
  .helpCommand(false)
  .showHelpAfterError('(codezest-db-codemod --help shows how it is used)')
  .addHelpText(
    'after',
    `
Install the new packages first, for it follows their types:
  npm install @codezest/db-auth @codezest/db-types
It rewrites imports, ids, enums, columns, $connect, types of transactions and conditions on deletedAt. A second run changes
nothing. docs/upgrading.md tells what takes the place of what.

Exit codes:
  0  done, and nothing is left
  1  it failed, and no file was changed: the message says why
  2  done, and something is left for a person`,
  )
  .action(async (folder: string, flags: Flags) => {
    const report = await runCodemod({ ...flags, folder, services: flags.service });
    process.stdout.write(
      flags.json ? `${JSON.stringify(report, null, 2)}\n` : linesOf(report, flags.dryRun === true),
    );
    if (report.left.length > 0) process.exitCode = 2;
  });

function servicesOf(text: string): Service[] {
  return text.split(',').map((name) => {
    const found = services.find((service) => service === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`One or more of ${services.join(', ')}.`);
    return found;
  });
}

function linesOf({ changed, left }: CodemodReport, isDry: boolean): string {
  const files = (count: number) => `${count} ${count === 1 ? 'file' : 'files'}`;
  return [
    `${files(changed.length)} ${isDry ? 'would be changed' : 'changed'}`,
    ...changed.map((file) => `  ${file}`),
    `${left.length} left for a person`,
    ...left.map(({ file, line, reason }) => `  ${file}:${line}  ${reason}`),
    '',
  ].join('\n');
}

try {
  await program.parseAsync();
} catch (error) {
  const message =
    error instanceof CodezestDbError
      ? `${error.code}: ${error.message}`
      : `It failed unexpectedly, and changed nothing: ${error instanceof Error ? error.message : 'unknown error'}`;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
