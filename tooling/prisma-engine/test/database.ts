import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import pg from 'pg';

/** A name on the test server; the database itself is what a test makes of it. */
export function nameDatabase(label: string) {
  const server = new URL(process.env.TEST_DATABASE_URL ?? '');
  // Trust authentication ignores it; it is here to be looked for in what is printed.
  server.password ||= 'sesame-open';
  const name = newTestDatabaseName(`engine_${label}`);
  const url = (database: string): string => Object.assign(new URL(server), { pathname: `/${database}` }).href;

  return {
    url: url(name),
    password: server.password,
    query: <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => query<Row>(url(name), sql),
    create: (): Promise<unknown> => query(url('postgres'), `CREATE DATABASE ${name}`),
    drop: (): Promise<unknown> => query(url('postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    /** The shadow databases that were made for it and are still there. */
    shadows: (): Promise<unknown[]> =>
      query(
        url('postgres'),
        `SELECT FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE 'Shadow of ${name} %'`,
      ),
    exists: async (): Promise<boolean> =>
      (await query(url('postgres'), `SELECT FROM pg_database WHERE datname = '${name}'`)).length === 1,
  };
}

export type NamedDatabase = ReturnType<typeof nameDatabase>;

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
