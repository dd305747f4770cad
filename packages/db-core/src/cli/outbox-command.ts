import type { Command } from 'commander';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { publicationSql } from '../events/publication.js';
import { type CommandContext, examples } from './command-context.js';

interface OutboxFlags {
  readonly publication?: true;
  readonly redrive?: string;
  readonly json?: true;
}

interface ConsumerState {
  readonly consumer: string;
  readonly open: number;
  readonly dead: number;
  /** When the oldest open event was told. */
  readonly oldest: Date | null;
}

/** `outbox`: what waits for the other services, and what Debezium needs to read it. */
export function addOutboxCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('outbox')
    .summary('show what the other services have not been told yet')
    .description(
      'Counts the events that are open and dead for each service, and says since when the oldest waits. --redrive tries dead ' +
        'ones again. --publication prints the SQL that lets Debezium read the outbox in place of whoever delivers it.',
    )
    .option('--redrive <service>', 'try the dead events for a service again')
    .option('--publication', 'print the SQL for psql: the publication, and a role that reads it')
    .option('--json', 'print the result as JSON')
    .action((flags: OutboxFlags) => run(flags, context));
  examples(command, [
    [`${context.command} outbox`, 'is anything late, is anything dead'],
    [`${context.command} outbox --redrive activity`, 'after its database is back'],
    [`${context.command} outbox --publication > outbox.sql`, 'before Debezium makes its slot'],
  ]);
}

async function run(flags: OutboxFlags, { service, terminal, ...context }: CommandContext): Promise<void> {
  const { session } = connectionSettings(context.databaseUrl(), `codezest-${service}-outbox`);
  const client = await openSession(session);
  try {
    if (flags.publication) {
      const { rows } = await client.query<{ database: string; version: number }>(
        `SELECT current_database() AS database, current_setting('server_version_num')::int AS version`,
      );
      const sql = publicationSql(service, rows[0]?.database ?? '', rows[0]?.version ?? 0);
      return flags.json ? terminal.json({ service, sql }) : terminal.print(sql);
    }
    const redriven = flags.redrive
      ? (await client.query<{ n: number }>('SELECT rules.redrive_outbox($1)::int AS n', [flags.redrive]))
          .rows[0]?.n
      : undefined;
    const { rows: consumers } = await client.query<ConsumerState>(
      'SELECT consumer, open::int, dead::int, oldest FROM rules.outbox_state()',
    );
    if (flags.json)
      return terminal.json({ service, ...(redriven === undefined ? {} : { redriven }), consumers });
    if (redriven !== undefined) terminal.print(`${redriven} are tried again.`);
    for (const { consumer, open, dead, oldest } of consumers)
      terminal.print(
        `  ${consumer.padEnd(14)} open ${open}, dead ${dead}${oldest ? `, the oldest since ${oldest.toISOString()}` : ''}`,
      );
  } finally {
    await client.end();
  }
}
