import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Client } from 'pg';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { BackupError } from './errors.js';
import { runTool, toolEnvironment } from './postgres-tool.js';
import { type Proof, proofOf } from './proof.js';

export interface BackupTarget {
  readonly url: string;
  readonly service: string;
  readonly version: string;
  /** Where the dump is written; its description gets the same name and `.json`. */
  readonly file: string;
}

/** What stands beside a dump. It holds no rows. */
export interface BackupDescription {
  readonly service: string;
  readonly version: string;
  readonly server: string;
  readonly at: string;
  readonly proof: Proof;
}

/** Rows that a policy hides from the role that dumps, and tables that it may not read. */
const HIDDEN = `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid)) ORDER BY 1`;

/**
 * Dumps the whole database into a file of pg_dump's own format, and beside it what proves a copy: rows and checksums of each
 * table and all rights, read in the snapshot that is dumped. Both files are there or neither. Readers and writers go on.
 *
 * @throws {BackupError}
 */
export async function backUp({ url, service, version, file }: BackupTarget): Promise<BackupDescription> {
  for (const each of [file, descriptionOf(file)])
    if (existsSync(each))
      throw new BackupError(
        'BACKUP_FILE_EXISTS',
        `${each} is there already. Name another file, or move this one away.`,
      );
  const client = await openSession(connectionSettings(url, `codezest-${service}-backup@${version}`).session);
  const drafts = [`${file}.draft`, `${descriptionOf(file)}.draft`] as const;
  try {
    await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await refuseHidden(client);
    const { rows } = await client.query<{ snapshot: string; server: string; at: Date }>(
      `SELECT pg_export_snapshot() AS snapshot, current_setting('server_version') AS server, now() AS at`,
    );
    const { snapshot = '', server = '', at = new Date(0) } = rows[0] ?? {};
    // With the mode that it keeps: the dump holds all that the database holds.
    writeFileSync(drafts[0], '', { mode: 0o600 });
    await runTool(
      'pg_dump',
      ['--format=custom', '--no-password', `--snapshot=${snapshot}`, `--file=${drafts[0]}`],
      toolEnvironment(client),
    );
    const description = { service, version, server, at: at.toISOString(), proof: await proofOf(client) };
    writeFileSync(drafts[1], `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
    renameSync(drafts[0], file);
    renameSync(drafts[1], descriptionOf(file));
    return description;
  } finally {
    for (const draft of drafts) rmSync(draft, { force: true });
    await client.end();
  }
}

export function descriptionOf(file: string): string {
  return `${file}.json`;
}

async function refuseHidden(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(HIDDEN);
  if (rows.length > 0)
    throw new BackupError(
      'BACKUP_ROWS_HIDDEN',
      `This role does not see all rows of ${rows
        .map(({ name }) => name)
        .slice(0, 5)
        .join(', ')}: the dump would lack them. Back up as the owner of the tables or as a superuser.`,
    );
}
