import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import { Client } from 'pg';

/** Gives `work` the URL of a database with nothing in it, as an operator has it before the first migration. */
export async function withEmptyDatabase<Result>(
  service: string,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await server.connect();
  const name = newTestDatabaseName(service);
  const url = new URL(process.env.TEST_DATABASE_URL as string);
  url.pathname = `/${name}`;
  try {
    await server.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    return await work(url.href);
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.end();
  }
}
