import type { Command } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import { keyringFromEnvironment } from '../secrets/keyring.js';
import {
  type Reencryption,
  ReencryptionError,
  type ReencryptionProgress,
  reencryptStored,
} from '../secrets/reencrypt.js';
import type { KeyringName, Keyrings, StoredSecrets } from '../secrets/stored-secrets.js';
import { type CommandContext, examples, seconds } from './command-context.js';
import { errorJson } from './error-view.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { withSession } from './session.js';
import { count, duration } from './terminal.js';

interface ReencryptFlags {
  readonly dryRun?: true;
  readonly lockTimeout: number;
  readonly json?: true;
}

export function addReencryptCommand(program: Command, context: CommandContext, stored: StoredSecrets): void {
  const { encryption, lookup } = stored.variables;
  const command = program
    .command('reencrypt')
    .summary('write anew what old keys have encrypted')
    .description(
      `Brings what is stored to the first key in ${encryption} and ${lookup}, beside the running site: only rows on other ` +
        'keys are touched. Stop it at any moment and run it again. Says which keys may be removed then, and which are ' +
        'needed still by what cannot be rewritten.',
    )
    .option('--dry-run', 'say how many rows are on which key, and change nothing')
    .option('--lock-timeout <seconds>', 'how long rows that others hold are tried again', seconds, 60)
    .option('--json', 'print the result as JSON')
    .action((flags: ReencryptFlags) => run(flags, context, stored));
  examples(command, [
    [`${context.command} reencrypt --dry-run`, 'look; leaves 2 while rows are on old keys'],
    [`${context.command} reencrypt`, 'when every process has the new key first in its variable'],
  ]);
}

async function run(flags: ReencryptFlags, context: CommandContext, stored: StoredSecrets): Promise<void> {
  const { terminal, service, version, env } = context;
  const { bold, dim } = terminal.colors;
  const { url } = context.migrationTarget();
  const keys = {
    encryption: keyringFromEnvironment(stored.variables.encryption, env),
    lookup: keyringFromEnvironment(stored.variables.lookup, env),
  };
  if (!flags.json) terminal.print(`${bold(service)} ${dim(version)} ${dim('→')} ${context.databaseName()}`);

  // With it comes Prisma, for the sake of the clients that it takes as well: no other command shall wait for that.
  const started = performance.now();
  const dryRun = flags.dryRun === true;
  const { result, problem } = await withSession(context, (client) =>
    outcomeOf(
      reencryptStored(client, stored, keys, {
        dryRun,
        waitMs: flags.lockTimeout * 1_000,
        onProgress: progressLines(context),
      }),
    ),
  );

  if (result.left > 0) context.setExitCode(exitCodes.pending);
  if (problem) context.setExitCode(exitCodeOf(problem.code));
  if (flags.json) {
    const database = redactUrl(url);
    terminal.json({ service, database, dryRun, ...result, ...(problem ? errorJson(problem) : {}) });
    return;
  }
  const took = dim(`(${duration(performance.now() - started)})`);
  for (const line of lines(result, keys, context)) terminal.print(line);
  terminal.print(
    dryRun
      ? `${count(result.left, 'row')} would be written anew. Nothing was changed. ${took}`
      : `${terminal.colors.green('Written anew:')} ${count(result.rewritten, 'row')} ${took}`,
  );
  for (const keyring of ['encryption', 'lookup'] as const) {
    terminal.print(verdict(keyring, result, keys[keyring].current, stored));
  }
  if (problem) throw problem;
}

async function outcomeOf(
  reencryption: Promise<Reencryption>,
): Promise<{ result: Reencryption; problem?: ReencryptionError }> {
  try {
    return { result: await reencryption };
  } catch (error) {
    if (!(error instanceof ReencryptionError)) throw error;
    return { result: error.result, problem: error };
  }
}

const TELL_EVERY_MS = 5_000;

/** A line that the next one replaces, and every few seconds one that stays, in a log too. */
function progressLines({ terminal }: CommandContext): (progress: ReencryptionProgress) => void {
  let told = performance.now();
  return ({ rewritten, total }) => {
    const line = `  … ${rewritten.toLocaleString('en-US')} of ${count(total, 'row')}`;
    if (performance.now() - told < TELL_EVERY_MS) return terminal.passing(line);
    told = performance.now();
    terminal.printError(terminal.errorColors.dim(line));
  };
}

function lines({ uses, unreadable }: Reencryption, keys: Keyrings, { terminal }: CommandContext): string[] {
  const { dim, yellow, red } = terminal.colors;
  const columns = Math.max(0, ...uses.map(({ column }) => column.length));
  const ids = Math.max(0, ...uses.map(({ keyId }) => keyId.length));
  return [
    ...uses.map(({ keyring, column, keyId, rows }) => {
      const id = keyId.padEnd(ids);
      const painted = keyId === keys[keyring].current ? id : yellow(id);
      return `  ${column.padEnd(columns)}  ${painted}  ${dim(count(rows, 'row'))}`;
    }),
    ...unreadable.map(({ column, rowIds }) => red(`  ${column} cannot be read: ${rowIds.join(', ')}`)),
  ];
}

function verdict(
  keyring: KeyringName,
  { uses, removable }: Reencryption,
  current: string,
  { variables, hashed }: StoredSecrets,
): string {
  const old = uses.filter((use) => use.keyring === keyring && use.keyId !== current);
  const mayGo = removable[keyring].length > 0 ? `you may remove ${removable[keyring].join(', ')}` : undefined;
  if (old.length === 0)
    return `${variables[keyring]}: ${['0 rows left on old keys', mayGo].filter(Boolean).join('; ')}.`;

  const values = old.reduce((sum, { rows }) => sum + rows, 0);
  const ids = [...new Set(old.map(({ keyId }) => keyId))].join(', ');
  const oneWay = old.some(({ column }) => hashed.some((each) => `${each.table}.${each.column}` === column));
  return [
    `${variables[keyring]}: ${[`${count(values, 'value')} on old keys (${ids})`, mayGo].filter(Boolean).join('; ')}.`,
    ...(oneWay
      ? ['Codes cannot be rewritten: their key stays until they are used, replaced or deleted.']
      : []),
  ].join(' ');
}
