import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { SERVER_ROLE, type ServerRole, WAL_POSITION } from '../connection-url/target-session.js';

/** What one session, opened as the service's client opens its own, learns about its server and itself. */
export interface ServerFacts extends ServerRole {
  readonly serverVersion: string;
  readonly versionNumber: number;
  readonly role: string;
  readonly superuser: boolean;
  readonly timeZone: string;
  /** Milliseconds; 0 is for ever. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  /** What the role may open; -1 is without limit. */
  readonly roleConnectionLimit: number;
  /** What the server gives to all but superusers. */
  readonly serverConnections: number;
  readonly openConnections: number;
  readonly encoding: string;
  /** Whether lower() knows letters other than ASCII. */
  readonly foldsLetters: boolean;
  readonly walPosition: string | null;
  /** Language of the server's messages. */
  readonly messages: string;
  readonly schemaUsage: boolean;
  readonly tables: readonly TableRights[];
  /** The server's clock minus ours, and by how much that may be wrong: half the round trip. */
  readonly clockSkewMs: number;
  readonly clockErrorMs: number;
  readonly connectMs: number;
}

export interface TableRights {
  readonly name: string;
  readonly owned: boolean;
  readonly select: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  readonly truncate: boolean;
}

const FACTS = `
  SELECT current_setting('server_version') AS "serverVersion",
         current_setting('server_version_num')::int AS "versionNumber",
         current_user AS "role", r.rolsuper AS "superuser",
         current_setting('TimeZone') AS "timeZone",
         (SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout') AS "statementTimeoutMs",
         (SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout') AS "lockTimeoutMs",
         (SELECT setting::int FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout')
           AS "idleInTransactionTimeoutMs",
         r.rolconnlimit AS "roleConnectionLimit",
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           AS "serverConnections",
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS "openConnections",
         current_setting('server_encoding') AS "encoding",
         current_setting('server_encoding') <> 'UTF8' OR lower(chr(201)) = chr(233) AS "foldsLetters", current_setting('lc_messages') AS "messages",
         has_schema_privilege($1, 'USAGE') AS "schemaUsage", ${WAL_POSITION} AS "walPosition", ${SERVER_ROLE}
    FROM pg_roles r WHERE r.rolname = current_user`;

/** A right on every column is as good as one on the table: secret columns are kept from some roles this way. */
const TABLES = `
  SELECT c.relname AS "name", pg_has_role(c.relowner, 'MEMBER') AS "owned",
         has_any_column_privilege(c.oid, 'SELECT') AS "select", has_any_column_privilege(c.oid, 'INSERT') AS "insert",
         has_any_column_privilege(c.oid, 'UPDATE') AS "update", has_table_privilege(c.oid, 'DELETE') AS "delete",
         has_table_privilege(c.oid, 'TRUNCATE') AS "truncate"
    FROM pg_class c
   WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   ORDER BY c.relname`;

export async function serverFacts(url: string, applicationName: string): Promise<ServerFacts> {
  const { pool } = connectionSettings(url, applicationName);
  const schema = 'public';
  const started = performance.now();
  const client = await openSession(pool);
  try {
    const connectMs = performance.now() - started;
    const { rows: tables } = await client.query<TableRights>(TABLES, [schema]);
    const asked = Date.now();
    const { rows: clocks } = await client.query<{ now: string }>(
      'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
    );
    const answered = Date.now();
    const { rows } = await client.query<Omit<ServerFacts, 'tables'>>(FACTS, [schema]);
    return {
      ...(rows[0] as Omit<ServerFacts, 'tables'>),
      tables,
      clockSkewMs: Math.round(Number(clocks[0]?.now) - (asked + answered) / 2),
      clockErrorMs: Math.ceil((answered - asked) / 2),
      connectMs: Math.round(connectMs),
    };
  } finally {
    await client.end();
  }
}
