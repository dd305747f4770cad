import { parseUserId, type UserId } from '@codezest/db-types';
import { type Command, InvalidArgumentError } from 'commander';
import type { PersonalData } from '../erasure/personal-data.js';
import { type CommandContext, examples } from './command-context.js';
import { withSession } from './session.js';

/** `export`: a person's right to a copy of what is stored about them. */
export function addExportCommand(
  program: Command,
  context: CommandContext,
  personalData: PersonalData,
  secretColumns: readonly string[],
): void {
  const command = program
    .command('export')
    .summary('print everything about a person as JSON')
    .description(
      'Prints everything that this database contains about a person as one JSON document, as of one point in time. Hashes and ' +
        'encrypted values are left out. Reads only.',
    )
    .requiredOption('--user <id>', 'the id of the user', userId)
    .action(async ({ user }: { user: UserId }) => {
      // Prisma comes along, and no other command shall wait for it.
      const { exportOfUser } = await import('../erasure/export-user.js');
      await withSession(context, async (client) => {
        await client.$queryRawUnsafe('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        for await (const part of exportOfUser(client, personalData, secretColumns, user))
          context.terminal.write(part);
        await client.$queryRawUnsafe('COMMIT');
      });
    });
  examples(command, [
    [`${context.command} export --user <id> > ${context.service}.json`, 'a copy for the person'],
  ]);
}

function userId(text: string): UserId {
  try {
    return parseUserId(text);
  } catch {
    throw new InvalidArgumentError('Write a UUID.');
  }
}
