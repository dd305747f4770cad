import { Client, DatabaseError } from 'pg';
import type { DatabaseWithRoles, Definition, RoleKind, RoleNames } from './test-roles.js';

/** A statement that a role must be refused for want of a right, and the right that it lacks. */
export interface Attack {
  readonly as: Exclude<RoleKind, 'owner'>;
  readonly sql: string;
  /** Gives the right away. The statement must then get past PostgreSQL's question for it. */
  readonly disarm: string;
}

/** What nobody who broke into a service may do, whatever the service is; `table` is any of its ordinary tables. */
export function usualAttacks(
  { owner, migrator, app, ro, inbox_writer, outbox_relay }: RoleNames,
  table: string,
  database: string,
): Attack[] {
  const becomeOwner = `GRANT "${owner}" TO "${app}"`;
  return [
    { as: 'app', sql: 'CREATE TABLE public.loot ()', disarm: `GRANT CREATE ON SCHEMA public TO "${app}"` },
    {
      as: 'app',
      sql: 'CREATE TEMP TABLE loot ()',
      disarm: `GRANT TEMPORARY ON DATABASE "${database}" TO "${app}"`,
    },
    { as: 'app', sql: 'CREATE SCHEMA loot', disarm: `GRANT CREATE ON DATABASE "${database}" TO "${app}"` },
    { as: 'app', sql: `DROP TABLE ${table}`, disarm: becomeOwner },
    { as: 'app', sql: `ALTER TABLE ${table} DISABLE TRIGGER USER`, disarm: becomeOwner },
    { as: 'app', sql: `ALTER TABLE ${table} ADD COLUMN loot text`, disarm: becomeOwner },
    {
      as: 'app',
      sql: `TRUNCATE ${table} CASCADE`,
      disarm: `GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "${app}"`,
    },
    { as: 'app', sql: `SET ROLE "${owner}"`, disarm: becomeOwner },
    { as: 'app', sql: becomeOwner, disarm: `${becomeOwner} WITH ADMIN OPTION` },
    {
      as: 'app',
      sql: 'SET session_replication_role = replica',
      disarm: `GRANT SET ON PARAMETER session_replication_role TO "${app}"`,
    },
    {
      as: 'app',
      sql: `UPDATE _prisma_migrations SET checksum = ''`,
      disarm: `GRANT UPDATE ON _prisma_migrations TO "${app}"`,
    },
    { as: 'app', sql: 'CREATE ROLE loot SUPERUSER', disarm: `ALTER ROLE "${app}" SUPERUSER` },
    {
      as: 'app',
      sql: `COPY (SELECT 1) TO PROGRAM 'cat'`,
      disarm: `GRANT pg_execute_server_program TO "${app}"`,
    },
    {
      as: 'app',
      sql: `SELECT pg_read_file('PG_VERSION')`,
      disarm: `GRANT EXECUTE ON FUNCTION pg_read_file(text) TO "${app}"`,
    },
    { as: 'app', sql: 'SELECT rolpassword FROM pg_authid', disarm: `GRANT SELECT ON pg_authid TO "${app}"` },
    { as: 'app', sql: `ALTER ROLE "${ro}" PASSWORD 'loot'`, disarm: `ALTER ROLE "${app}" SUPERUSER` },
    {
      as: 'ro',
      sql: `SET transaction_read_only = off; DELETE FROM ${table}`,
      disarm: `GRANT DELETE ON ${table} TO "${ro}"`,
    },
    {
      as: 'ro',
      sql: 'SET transaction_read_only = off; CREATE TEMP TABLE loot ()',
      disarm: `GRANT TEMPORARY ON DATABASE "${database}" TO "${ro}"`,
    },
    {
      as: 'ro',
      sql: 'SET transaction_read_only = off; SELECT lo_create(0)',
      disarm: `GRANT EXECUTE ON FUNCTION lo_create(oid) TO "${ro}"`,
    },
    {
      as: 'ro',
      sql: "SET transaction_read_only = off; SELECT lo_from_bytea(0, 'loot')",
      disarm: `GRANT EXECUTE ON FUNCTION lo_from_bytea(oid, bytea) TO "${ro}"`,
    },
    {
      as: 'ro',
      sql: 'SELECT pg_advisory_lock(72707369)',
      disarm: `GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO "${ro}"`,
    },
    {
      as: 'inbox_writer',
      sql: 'SELECT pg_try_advisory_xact_lock_shared(72707369)',
      disarm: `GRANT EXECUTE ON FUNCTION pg_try_advisory_xact_lock_shared(bigint) TO "${inbox_writer}"`,
    },
    {
      as: 'inbox_writer',
      sql: `SELECT count(*) FROM ${table}`,
      disarm: `GRANT SELECT ON ${table} TO "${inbox_writer}"`,
    },
    {
      as: 'inbox_writer',
      sql: `DELETE FROM ${table}`,
      disarm: `GRANT DELETE ON ${table} TO "${inbox_writer}"`,
    },
    {
      as: 'outbox_relay',
      sql: `SELECT count(*) FROM public.${table}`,
      disarm: `GRANT USAGE ON SCHEMA public TO "${outbox_relay}"; GRANT SELECT ON ${table} TO "${outbox_relay}"`,
    },
    {
      as: 'migrator',
      sql: `SET ROLE NONE; DROP TABLE public.${table}`,
      disarm: `ALTER TABLE ${table} OWNER TO "${migrator}"; GRANT USAGE ON SCHEMA public TO "${migrator}"`,
    },
  ];
}

/** Where other services are told things: nobody reads them who does not deliver, and nobody else says that they arrived. */
function attacksOnOutbox(app: string, relay: string): Attack[] {
  const claim = 'rules.claim_outbox(text, integer, interval)';
  const finish = 'rules.finish_outbox(uuid, uuid[])';
  const fail = 'rules.fail_outbox(uuid, uuid[], text, interval, boolean)';
  return [
    {
      as: 'app',
      sql: `SELECT rules.claim_outbox('activity', 1, '1 minute')`,
      disarm: `GRANT EXECUTE ON FUNCTION ${claim} TO "${app}"`,
    },
    {
      as: 'app',
      sql: `SELECT rules.finish_outbox(gen_random_uuid(), '{}')`,
      disarm: `GRANT EXECUTE ON FUNCTION ${finish} TO "${app}"`,
    },
    {
      as: 'app',
      sql: `SELECT rules.fail_outbox(gen_random_uuid(), '{}', 'loot', '1 minute', true)`,
      disarm: `GRANT EXECUTE ON FUNCTION ${fail} TO "${app}"`,
    },
    ...['outbox', 'outbox_deliveries'].map(
      (table): Attack => ({
        as: 'outbox_relay',
        sql: `SELECT * FROM public.${table}`,
        disarm: `GRANT USAGE ON SCHEMA public TO "${relay}"; GRANT SELECT ON ${table} TO "${relay}"`,
      }),
    ),
    {
      as: 'outbox_relay',
      sql: `SELECT rules.delete_delivered_events('0 days', 1)`,
      disarm: `GRANT EXECUTE ON FUNCTION rules.delete_delivered_events(interval, integer) TO "${relay}"`,
    },
  ];
}

/** Who is compared with the accounts: nobody lists the ids who does not bring events. */
function attacksOnCopies(app: string): Attack[] {
  const nobody = `'00000000-0000-0000-0000-000000000000'`;
  return [
    {
      as: 'app',
      sql: `SELECT rules.copies_between(${nobody}, ${nobody})`,
      disarm: `GRANT EXECUTE ON FUNCTION rules.copies_between(uuid, uuid) TO "${app}"`,
    },
    {
      as: 'app',
      sql: `SELECT rules.copies_among('{}')`,
      disarm: `GRANT EXECUTE ON FUNCTION rules.copies_among(uuid[]) TO "${app}"`,
    },
  ];
}

/** What follows from what the service says about its tables. */
export function attacksOn(definition: Definition, { app, ro, outbox_relay }: RoleNames): Attack[] {
  const byApp = (right: string, table: string, sql: string): Attack => ({
    as: 'app',
    sql,
    disarm: `GRANT ${right} ON ${table} TO "${app}"`,
  });
  return [
    ...definition.appendOnly.flatMap((table) => [
      byApp('UPDATE', table, `UPDATE ${table} SET id = id`),
      byApp('DELETE', table, `DELETE FROM ${table}`),
      byApp('TRUNCATE', table, `TRUNCATE ${table}`),
    ]),
    ...(definition.inbox.length > 0 ? attacksOnCopies(app) : []),
    ...(definition.appendOnly.includes('outbox') ? attacksOnOutbox(app, outbox_relay) : []),
    ...definition.neverDeleted.map((table) => byApp('DELETE', table, `DELETE FROM ${table}`)),
    ...definition.referenceData.flatMap((table) => [
      byApp('INSERT', table, `INSERT INTO ${table} DEFAULT VALUES`),
      byApp('DELETE', table, `DELETE FROM ${table}`),
    ]),
    ...definition.secretColumns.map((secret): Attack => {
      const [table, column] = secret.split('.');
      return {
        as: 'ro',
        sql: `SELECT ${column} FROM ${table}`,
        disarm: `GRANT SELECT (${column}) ON ${table} TO "${ro}"`,
      };
    }),
  ];
}

/** What the database made of the attack, entered as the role enters. Whatever it did is undone. */
export async function attack({ as, sql }: Attack, database: DatabaseWithRoles): Promise<string> {
  const client = new Client({ connectionString: database.urlOf(as) });
  await client.connect();
  try {
    return await outcomeOf(client, sql);
  } finally {
    await client.end();
  }
}

/** The same with the right given away. */
export async function disarmedAttack(
  admin: Client,
  { as, sql, disarm }: Attack,
  names: RoleNames,
): Promise<string> {
  return outcomeOf(admin, sql, `${disarm}; SET LOCAL SESSION AUTHORIZATION "${names[as]}"`);
}

/** True when the database refused because the role lacks the right, not because of a rule or the rows. */
export function lacksRight(outcome: string): boolean {
  return /^42501: (permission denied|must be|must have|only roles with)/.test(outcome);
}

async function outcomeOf(client: Client, sql: string, first?: string): Promise<string> {
  await client.query('BEGIN');
  try {
    if (first) await client.query(first);
    await client.query(sql);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    await client.query('ROLLBACK');
  }
}
