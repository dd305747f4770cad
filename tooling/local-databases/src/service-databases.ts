import { Client } from 'pg';
import { LOOPBACK } from './free-port.js';
import { SUPERUSER } from './server-process.js';
import { databaseName, forEachService, SERVICES, type Service } from './services.js';

export function serviceUrls(port: number, password: string): Record<Service, string> {
  return forEachService((service) => localUrl(port, password, databaseName(service)));
}

export async function createMissingDatabases(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: localUrl(port, password, 'postgres') });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database');
    const present = new Set(rows.map((row) => row.name));
    for (const database of SERVICES.map(databaseName)) {
      if (!present.has(database)) await client.query(`CREATE DATABASE ${database}`);
    }
  } finally {
    await client.end();
  }
}

/** Whether the server talks to us. One that is full does, in its way: it runs. */
export async function letsIn(port: number, password: string): Promise<boolean> {
  const client = new Client({ connectionString: localUrl(port, password, 'postgres') });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return (error as { code?: string }).code === '53300';
  } finally {
    await client.end();
  }
}

function localUrl(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@${LOOPBACK}:${port}/${database}`;
}
