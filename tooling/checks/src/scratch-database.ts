import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import { Client } from 'pg';

export interface ScratchDatabase {
  url: string;
  query(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** An empty database on the tests' server: what is to be proven here is how it gets filled. */
export async function scratchDatabase(service: string): Promise<ScratchDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) throw new Error('TEST_DATABASE_URL is not set; vitest’s global setup sets it');
  const name = newTestDatabaseName(service);
  const url = new URL(server);
  url.pathname = `/${name}`;

  await query(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  return {
    url: url.href,
    query: (sql) => query(url.href, sql),
    drop: async () => {
      await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
