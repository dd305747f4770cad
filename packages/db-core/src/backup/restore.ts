import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { type BackupDescription, type BackupTarget, descriptionOf } from './backup.js';
import { BackupError } from './errors.js';
import { runTool, toolEnvironment } from './postgres-tool.js';
import { differences, proofOf } from './proof.js';

export interface Restored {
  readonly description: BackupDescription;
  readonly tables: number;
  readonly rows: number;
  /** Whether every role of the server may enter the database: rights of the database itself are not in a dump. */
  readonly open: boolean;
}

/**
 * Restores a backup of `backUp` into an empty database, all of it or nothing, and with `verify` proves the copy: the rows and
 * checksums of each table, and all owners and rights.
 *
 * @throws {BackupError}
 */
export async function restore({
  url,
  service,
  version,
  file,
  verify,
}: BackupTarget & { readonly verify: boolean }): Promise<Restored> {
  const description = read(file, service);
  const { proof } = description;
  const client = await openSession(connectionSettings(url, `codezest-${service}-restore@${version}`).session);
  try {
    await client.query('SET statement_timeout = 0; SET idle_session_timeout = 0');
    await refuseUsed(client);
    const missing = await missingRoles(client, proof.roles);
    if (missing.length > 0)
      throw new BackupError(
        'RESTORE_ROLES_MISSING',
        `Nothing was restored: this server has no role ${missing.join(', ')}, and their rights would be lost. Run codezest-db-${service} roles --apply for this database first, or CREATE ROLE for roles of others.`,
      );
    await runTool(
      'pg_restore',
      ['--exit-on-error', '--single-transaction', '--no-password', `--dbname=${client.database}`, file],
      toolEnvironment(client),
    );
    await client.query('ANALYZE');
    if (verify) {
      const different = differences(proof, await proofOf(client));
      if (different.length > 0)
        throw new BackupError(
          'RESTORE_DIFFERENT',
          `The copy is not what was backed up: ${different.slice(0, 5).join('; ')}${different.length > 5 ? ` and ${different.length - 5} more` : ''}. Do not use it: drop the database and restore into a new one.`,
        );
    }
    const { rows } = await client.query<{ open: boolean }>(
      `SELECT EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) a
         WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT') AS open FROM pg_database WHERE datname = current_database()`,
    );
    const tables = Object.values(proof.tables);
    return {
      description,
      tables: tables.length,
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
      open: rows[0]?.open ?? true,
    };
  } finally {
    await client.end();
  }
}

function read(file: string, service: string): BackupDescription {
  const invalid = (reason: string, cause?: unknown) =>
    new BackupError('BACKUP_FILE_INVALID', `Nothing was restored: ${reason}`, { cause });
  let description: BackupDescription;
  try {
    description = JSON.parse(readFileSync(descriptionOf(file), 'utf8')) as BackupDescription;
  } catch (cause) {
    throw invalid(
      `${descriptionOf(file)} cannot be read. It was written beside the dump; keep the two together.`,
      cause,
    );
  }
  if (description.service !== service)
    throw invalid(`this is a backup of ${description.service}. Use codezest-db-${description.service}.`);
  return description;
}

async function refuseUsed(client: Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' LIMIT 1`,
  );
  if (rows.length > 0)
    throw new BackupError(
      'RESTORE_TARGET_NOT_EMPTY',
      'Nothing was restored: the database is not empty, and rows would be mixed or lost. Create a new database and name that.',
    );
}

async function missingRoles(client: Client, roles: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ role: string }>(
    'SELECT role FROM unnest($1::text[]) AS role WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)',
    [roles],
  );
  return rows.map(({ role }) => role);
}
