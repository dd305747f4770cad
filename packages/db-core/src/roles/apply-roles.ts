import type { Client } from 'pg';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { onDatabase } from '../connection-url/database-url.js';
import {
  type LoginRoleKind,
  loginRoleKinds,
  type RoleDefinition,
  type RoleNames,
  roleNames,
} from './definition.js';
import { ForeignRolesError } from './errors.js';
import { identifier, literal } from './quote.js';
import { rightsSql } from './rights-sql.js';
import { scramVerifier } from './scram.js';
import { databaseAccessSql, rolesSql, serverAccessSql } from './server-sql.js';

export interface RolesTarget {
  readonly definition: RoleDefinition;
  /** Name of the database; it is created where it is missing. */
  readonly database: string;
  /** Names of the roles begin with it. Default: the service. */
  readonly prefix?: string | undefined;
  /** The server is this platform's alone: nobody but their owner enters `postgres` and `template1` any more. Default: false. */
  readonly ownServer?: boolean | undefined;
}

export interface ApplyRolesOptions extends RolesTarget {
  /** A superuser, or a role that may create roles and databases. The database in it is not used. */
  readonly adminUrl: string;
  /** New passwords; a role without one keeps what it has, and cannot log in by password before it has one. */
  readonly passwords?: Partial<Record<LoginRoleKind, string>>;
  readonly notice?: (message: string) => void;
}

export interface AppliedRoles {
  readonly names: RoleNames;
  readonly databaseCreated: boolean;
}

/** A role that is a member already, a right that is not there: no news. */
const BEGIN = 'BEGIN; SET LOCAL client_min_messages = warning';
/** The database that every server has, where roles and databases are made from. */
const MAINTENANCE_DATABASE = 'postgres';
/** Two at once would fail on the same rows of the catalogs. Held in the maintenance database: such locks are per database. */
const ADVISORY_LOCK = 7_205_759_403;

/** Creates or repairs roles, database and rights, each time all of it. */
export async function applyRoles(options: ApplyRolesOptions): Promise<AppliedRoles> {
  const { definition, database, adminUrl } = options;
  const names = roleNames(options.prefix ?? definition.service);
  const verifiers = passwordSql(names, options.passwords ?? {});

  return connected(adminUrl, MAINTENANCE_DATABASE, options.notice, async (server) => {
    await server.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await refuseForeignRoles(server, names);
    await inTransaction(server, [rolesSql(names), verifiers]);
    const databaseCreated = await createDatabase(server, database, names.owner);
    await inTransaction(server, [
      databaseAccessSql(names, database),
      options.ownServer ? serverAccessSql(names) : '',
    ]);
    await connected(adminUrl, database, options.notice, (client) =>
      inTransaction(client, [rightsSql(definition, names)]),
    );
    return { names, databaseCreated };
  });
}

/** The same as a script for psql, to be read by people first. Without passwords. */
export function printRoles({ definition, database, prefix, ownServer }: RolesTarget): string {
  const names = roleNames(prefix ?? definition.service);
  return [
    `-- Roles and rights of ${database}. For psql as a superuser: psql -v ON_ERROR_STOP=1 -d ${MAINTENANCE_DATABASE} -f <this file>`,
    `${BEGIN};`,
    rolesSql(names),
    'COMMIT;',
    `SELECT ${literal(createDatabaseSql(database, names.owner))}`,
    `WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database)}) \\gexec`,
    databaseAccessSql(names, database),
    ...(ownServer ? [serverAccessSql(names)] : []),
    `\\connect ${identifier(database)}`,
    `${BEGIN};`,
    rightsSql(definition, names),
    'COMMIT;',
  ].join('\n\n');
}

/** @throws {ForeignRolesError} before anything is changed, where a role of one of our names is not ours to change. */
async function refuseForeignRoles(server: Client, names: RoleNames): Promise<void> {
  const { rows } = await server.query<{ name: string; admin: string }>(
    `SELECT r.rolname AS name, current_user AS admin FROM pg_roles r
      WHERE r.rolname = ANY ($1) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        AND (r.rolsuper OR r.rolreplication OR r.rolbypassrls
          OR current_setting('server_version_num')::int >= 160000
            AND NOT pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION'))
      ORDER BY 1`,
    [Object.values(names)],
  );
  const [first] = rows;
  if (first)
    throw new ForeignRolesError(
      rows.map(({ name }) => name),
      first.admin,
    );
}

function passwordSql(names: RoleNames, passwords: Partial<Record<LoginRoleKind, string>>): string {
  return loginRoleKinds
    .filter((kind) => passwords[kind])
    .map((kind) => {
      const verifier = scramVerifier(passwords[kind] ?? '');
      return `ALTER ROLE ${identifier(names[kind])} PASSWORD ${literal(verifier)};`;
    })
    .join('\n');
}

function createDatabaseSql(database: string, owner: string): string {
  return `CREATE DATABASE ${identifier(database)} OWNER ${identifier(owner)} TEMPLATE template0 ENCODING 'UTF8'`;
}

async function createDatabase(server: Client, database: string, owner: string): Promise<boolean> {
  const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount) return false;
  await server.query(createDatabaseSql(database, owner));
  return true;
}

async function inTransaction(client: Client, scripts: readonly string[]): Promise<void> {
  await client.query(BEGIN);
  for (const script of scripts) if (script) await client.query(script);
  await client.query('COMMIT');
}

async function connected<Result>(
  adminUrl: string,
  database: string,
  notice: ApplyRolesOptions['notice'],
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { session } = connectionSettings(onDatabase(adminUrl, database), 'codezest-roles');
  const client = await openSession(session);
  if (notice) client.on('notice', ({ message }) => notice(message ?? ''));
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
