import type { ClientBase } from 'pg';
import { expect, test } from 'vitest';
import { databaseName, withConnection, withDatabase } from './connection.mjs';

const server = process.env.TEST_DATABASE_URL ?? '';

test('another database of the same server keeps user, password and parameters', () => {
  const url = withDatabase('postgres://me:a%40b@db.example:6000/one?sslmode=require', 'two words');

  expect(url).toBe('postgres://me:a%40b@db.example:6000/two%20words?sslmode=require');
  expect(databaseName(url)).toBe('two words');
});

test('a connection that the server cuts is an error of the task that holds it, not of the process', async () => {
  const cut = withConnection(server, async (client: ClientBase) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const lost = new Promise((resolve) => client.once('end', resolve));
    await withConnection(server, (other: ClientBase) =>
      other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]),
    );
    await lost;
    return client.query('SELECT 1');
  });

  await expect(cut).rejects.toThrow('not queryable');
});
