import type { CliOptions } from '@codezest/db-core/cli';

type AddCommands = NonNullable<CliOptions['addCommands']>;

/** `codezest-db-auth retention`, for whatever runs once a day. The client is loaded when needed. */
export const addRetentionCommand: AddCommands = (program, context) => {
  program
    .command('retention')
    .summary('delete what has expired, erase accounts deleted long ago')
    .description(
      'Deletes expired sessions, tokens, logins on their way, devices and counts, login history of more than 90 days and ' +
        'events that every service has had for a week; erases accounts that were deleted more than 30 days ago, with all that is theirs. Needs the role that owns the ' +
        'tables. In batches, beside the running site: stop it at any moment and run it again.',
    )
    .option('--dry-run', 'say how many rows would go, and change nothing')
    .option('--json', 'print the result as JSON')
    .action(async ({ dryRun = false, json }: { dryRun?: boolean; json?: true }) => {
      const { createClient } = await import('./client.js');
      const { deleteExpired, eraseDeletedAccounts } = await import('./retention.js');
      const client = createClient({ url: context.databaseUrl() });
      try {
        const tables = {
          ...(await deleteExpired(client, { dryRun })),
          users: await eraseDeletedAccounts(client, { dryRun }),
        };
        const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
        if (json) context.terminal.json({ dryRun, rows, tables });
        else {
          for (const [table, count] of Object.entries(tables))
            if (count > 0) context.terminal.print(`  ${table}  ${count}`);
          context.terminal.print(
            dryRun ? `${rows} rows would go. Nothing was changed.` : `${rows} rows went.`,
          );
        }
      } finally {
        await client.$disconnect();
      }
    });
};
