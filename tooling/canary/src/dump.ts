import { Client } from 'pg';
import type { Evidence } from './search.js';

/** Every row of every table of a database as text, bytes as hex: what `pg_dump --data-only` would write. */
export async function dumpDatabase(url: string, name: string): Promise<Evidence[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET bytea_output = 'hex'; SET statement_timeout = 0");
    const { rows: tables } = await client.query<{ table: string }>(
      `SELECT c.oid::regclass::text AS table FROM pg_class c
       WHERE c.relkind IN ('r', 'm') AND c.relnamespace::regnamespace::text !~ '^(pg_catalog|pg_toast|information_schema)$'
       ORDER BY 1`,
    );
    const dump: Evidence[] = [];
    for (const { table } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      dump.push({ place: `${name}: ${table}`, text: rows.map(({ row }) => row).join('\n') });
    }
    return dump;
  } finally {
    await client.end();
  }
}

/** Columns that we write errors into: they are read like a log, so nothing private may stand there either. */
const errorColumns = ['_prisma_migrations.logs', 'stripe_events.last_error'];

export async function errorsIn(url: string, name: string): Promise<Evidence[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found: Evidence[] = [];
    for (const [table = '', column = ''] of errorColumns.map((each) => each.split('.'))) {
      const { rows: tables } = await client.query('SELECT FROM pg_class WHERE relname = $1', [table]);
      if (tables.length === 0) continue;
      const { rows } = await client.query<{ text: string | null }>(`SELECT ${column} AS text FROM ${table}`);
      const text = rows.map((row) => row.text ?? '').join('\n');
      found.push({ place: `${name}: ${table}.${column}`, text });
    }
    return found;
  } finally {
    await client.end();
  }
}

/** What a server keeps beside its databases: passwords and settings of roles, and which statements run. */
export async function dumpServer(url: string): Promise<Evidence[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const dump: Evidence[] = [];
    for (const catalog of ['pg_authid', 'pg_db_role_setting', 'pg_stat_activity', 'pg_shdescription']) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${catalog} t`);
      dump.push({ place: catalog, text: rows.map(({ row }) => row).join('\n') });
    }
    return dump;
  } finally {
    await client.end();
  }
}
