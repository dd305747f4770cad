import { type Command, InvalidArgumentError } from 'commander';
import { connectionSettings } from '../client/connection-settings.js';
import { redactUrl } from '../connection-url/redact.js';
import {
  clockFinding,
  connectionsFinding,
  type Finding,
  messagesFinding,
  migrationsFinding,
  rightsFinding,
  serverFinding,
  timeoutsFinding,
  timeZoneFinding,
} from '../doctor/findings.js';
import { outboxFacts, outboxFinding } from '../doctor/outbox.js';
import { replicaState } from '../doctor/replica-state.js';
import { serverFacts } from '../doctor/server-facts.js';
import {
  accessFinding,
  databaseShape,
  objectsFinding,
  zoneDataFinding,
} from '../doctor/structure-findings.js';
import { upkeepFacts } from '../doctor/upkeep-facts.js';
import {
  indexesFinding,
  monthsFinding,
  replicaFinding,
  sequencesFinding,
  slotsFinding,
  transactionsFinding,
} from '../doctor/upkeep-findings.js';
import { databaseAnswer, errorCode, errorMessage, MigrationError } from '../migrations/errors.js';
import { type MigrationStatus, migrationStatus } from '../migrations/status.js';
import { type CliOptions, type CommandContext, examples } from './command-context.js';
import { exitCodes } from './exit-codes.js';
import { exitCodeOfStatus } from './status-command.js';
import { indent } from './terminal.js';

type Knowledge = Pick<CliOptions, 'roles' | 'structure'>;

interface DoctorFlags {
  readonly processes: number;
  readonly json?: true;
}

export function addDoctorCommand(program: Command, context: CommandContext, knowledge: Knowledge): void {
  const command = program
    .command('doctor')
    .summary('say what is wrong with the database and how to mend it')
    .description(
      "Looks at the database as the service's client does: server, migrations and what they made, rights and who may enter, clock, time zones, " +
        'timeouts, connections, months, indexes, sequences, replication, the outbox. Changes nothing. Warnings leave exit code 0.',
    )
    .option('--processes <number>', 'how many processes of the service share the database', wholeNumber, 1)
    .option('--json', 'print the findings as JSON')
    .action((flags: DoctorFlags) => run(flags, context, knowledge));
  examples(command, [
    [`${context.command} doctor`, 'after setting up an environment'],
    [`${context.command} doctor --processes 8 --json`, 'in a pipeline, with as many processes as will run'],
  ]);
}

async function run(
  flags: DoctorFlags,
  context: CommandContext,
  { roles, structure }: Knowledge,
): Promise<void> {
  const { terminal, service, version, command } = context;
  const url = context.applicationUrl();
  const settings = connectionSettings(url, `codezest-${service}-doctor@${version}`);
  const facts = await serverFacts(url, `codezest-${service}-doctor@${version}`).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const shape = await databaseShape(url, `codezest-${service}-doctor@${version}`);
  const upkeep = await upkeepFacts(url, `codezest-${service}-doctor@${version}`);
  const outbox = await outboxFacts(url, `codezest-${service}-doctor@${version}`);
  const status = await migrations(context);
  const replicaVariable = `${service.toUpperCase()}_REPLICA_DATABASE_URL`;
  const replicaUrl = context.env[replicaVariable];
  const replica = replicaUrl
    ? await replicaState(replicaUrl, `codezest-${service}-doctor@${version}`, facts.walPosition)
    : undefined;
  // What is not migrated yet, or further than this package knows, has other objects.
  const comparable = !(status instanceof MigrationError) && status.upToDate && status.missing.length === 0;
  const looked: (Finding | undefined)[] = [
    serverFinding(facts, settings.servers.target),
    status instanceof MigrationError
      ? { check: 'migrations', result: 'problem', finding: status.message, remedy: status.nextStep }
      : migrationsFinding(status, command),
    ...(structure !== undefined && comparable ? [objectsFinding(shape, structure, command)] : []),
    accessFinding(shape, command),
    rightsFinding(facts, 'public', command, roles),
    clockFinding(facts),
    messagesFinding(facts),
    timeZoneFinding(facts),
    zoneDataFinding(shape, new Date()),
    timeoutsFinding(facts),
    connectionsFinding(facts, settings, flags.processes),
    monthsFinding(upkeep, new Date(), command),
    indexesFinding(upkeep),
    sequencesFinding(upkeep),
    transactionsFinding(upkeep),
    slotsFinding(upkeep),
    outboxFinding(outbox, command),
    replicaFinding(replica, replicaVariable),
  ];
  const findings = looked.filter((finding) => finding !== undefined);
  context.setExitCode(exitCode(findings, status));

  if (flags.json) {
    const healthy = findings.every(({ result }) => result !== 'problem');
    terminal.json({
      service,
      version,
      database: redactUrl(url),
      healthy,
      connectMs: facts.connectMs,
      findings,
    });
    return;
  }
  print(findings, redactUrl(url).replace(/^\w+:\/\//, ''), context);
}

/** The migrator's URL where there is one: it goes to the server itself, and its role may read the history. */
async function migrations(context: CommandContext): Promise<MigrationStatus | MigrationError> {
  try {
    return await migrationStatus(context.migrationTarget({ wait: 5 }));
  } catch (error) {
    if (error instanceof MigrationError) return error;
    return new MigrationError('MIGRATION_UNKNOWN', `The history cannot be read: ${databaseAnswer(error)}.`, {
      nextStep: `Set ${context.service.toUpperCase()}_MIGRATE_DATABASE_URL to the migrator's URL for this check.`,
      cause: error,
    });
  }
}

/** What is only a migration away is told apart from what a person has to mend. */
function exitCode(findings: Finding[], status: MigrationStatus | MigrationError): number {
  const problems = findings.filter(({ result }) => result === 'problem');
  if (problems.length === 0) return exitCodes.done;
  const onlyMigrations = problems.every(({ check }) => check === 'migrations');
  return onlyMigrations && !(status instanceof MigrationError) ? exitCodeOfStatus(status) : exitCodes.failed;
}

function print(
  findings: Finding[],
  database: string,
  { terminal, service, version, command }: CommandContext,
): void {
  const { bold, dim, green, yellow, red } = terminal.colors;
  const signs = { ok: green('✔'), warning: yellow('!'), problem: red('✖') };
  terminal.print(`${bold(service)} ${dim(version)} ${dim('→')} ${database}\n`);
  for (const { check, result, finding, remedy } of findings) {
    terminal.print(`  ${signs[result]} ${check.padEnd(12)}  ${finding}`);
    if (remedy !== undefined) terminal.print(indent(`${bold('mend:')} ${remedy}`, 18));
  }
  const problems = findings.filter(({ result }) => result === 'problem').length;
  const verdict =
    problems === 0 ? green('Nothing is broken.') : red(`${problems} of ${findings.length} need mending.`);
  terminal.print(`\n${verdict} ${dim(`${command} studio says how to look at the rows.`)}`);
}

function unreachable(url: string, cause: unknown): MigrationError {
  const code = errorCode(cause);
  const answer = errorMessage(cause) ? databaseAnswer(cause) : (code ?? 'no answer');
  const nextStep =
    code === '3D000'
      ? 'Create the database, then migrate.'
      : code?.startsWith('28')
        ? "Correct user and password, or the server's pg_hba.conf."
        : 'Start the database, or correct host, port and sslmode in the URL.';
  return new MigrationError('DATABASE_UNREACHABLE', `No connection to ${redactUrl(url)}: ${answer}.`, {
    cause,
    sqlState: code,
    nextStep,
  });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Write a whole number above 0.');
  return Number(text);
}
