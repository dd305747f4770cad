import { readFileSync } from 'node:fs';
import { parseEventId, parseUserId } from '@codezest/db-types';
import { type Command, InvalidArgumentError } from 'commander';
import type { PersonalData } from '../erasure/personal-data.js';
import { type CommandContext, examples } from './command-context.js';
import { withSession } from './session.js';
import { count } from './terminal.js';

interface EraseFlags {
  readonly user?: string;
  readonly request?: string;
  readonly tombstones?: string;
  readonly json?: true;
}

/** `erase` and `tombstones`: a person's right to be forgotten, also after a restore. */
export function addEraseCommand(program: Command, context: CommandContext, personalData: PersonalData): void {
  const command = program
    .command('erase')
    .summary('erase a person')
    .description(
      'Erases everything that this database contains about a person, and refuses new rows about that person from then on. ' +
        'In batches, beside the running site: an interrupted erasure continues when it is run again. Needs the role that ' +
        'owns the tables.',
    )
    .option('--user <id>', 'the id of the user', uuid)
    .option('--request <id>', 'the id of the erasure request that this answers', uuid)
    .option('--tombstones <file>', 'erase again whoever stands in this file: after a restore')
    .option('--json', 'print the report as JSON')
    .action((flags: EraseFlags) => run(command, flags, context, personalData));
  examples(command, [
    [`${context.command} erase --user <id> --request <id>`, 'answer a request'],
    [`${context.command} erase --tombstones erased.txt`, 'after a restore of an older backup'],
  ]);
  const tombstones = program
    .command('tombstones')
    .summary('list who has been erased, as hashes')
    .description(
      'Prints a line per erased person: the hash of the user and the id of the request. A restored backup contains people who ' +
        'were erased after it was made: keep this list elsewhere, and give it to `erase --tombstones` after a restore.',
    )
    .action(async () => {
      const { listTombstones } = await import('../erasure/tombstones.js');
      for (const line of await withSession(context, listTombstones)) context.terminal.print(line);
    });
  examples(tombstones, [[`${context.command} tombstones > erased.txt`, 'with every backup']]);
}

async function run(
  command: Command,
  { user, request, tombstones, json }: EraseFlags,
  context: CommandContext,
  personalData: PersonalData,
): Promise<void> {
  if ((tombstones === undefined) === (user === undefined || request === undefined))
    command.error('error: give --user and --request, or --tombstones');
  const { terminal } = context;
  // Prisma comes along, and no other command shall wait for it.
  const { eraseUser } = await import('../erasure/erase-user.js');
  const { parseTombstones, usersOfTombstones } = await import('../erasure/tombstones.js');
  const reports = await withSession(context, async (client) => {
    const people =
      tombstones === undefined
        ? [{ userId: parseUserId(user ?? ''), requestId: parseEventId(request ?? '') }]
        : await usersOfTombstones(client, personalData, parseTombstones(readFileSync(tombstones, 'utf8')));
    const done = [];
    for (const person of people) {
      done.push(
        await eraseUser(client, personalData, person, {
          onProgress: ({ table, rows }) => terminal.passing(`  … ${table}: ${count(rows, 'row')}`),
        }),
      );
    }
    return done;
  });
  if (json) return terminal.json(tombstones === undefined ? reports[0] : reports);
  for (const { tables } of reports) {
    for (const [table, rows] of Object.entries(tables)) terminal.print(`  ${table}  ${rows}`);
  }
  terminal.print(`${terminal.colors.green('Erased:')} ${count(reports.length, 'person', 'people')}`);
}

function uuid(text: string): string {
  try {
    return parseUserId(text);
  } catch {
    throw new InvalidArgumentError('Write a UUID.');
  }
}
