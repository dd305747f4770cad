import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServicePool } from './service-pool.js';

let pool: ServicePool;
beforeEach(() => {
  pool = new ServicePool({ connectionString: process.env.TEST_DATABASE_URL, max: 1, query_timeout: 500 });
});
afterEach(() => pool.end());

const processOfServer = async () => (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;

test.each([
  ['a value', 'SELECT 1 / 0', '22012'],
  ['a rule', `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '23514'; END $$`, '23514'],
  ['the text', 'SELEKT', '42601'],
])('a statement that is refused for %s leaves the connection as it is', async (_reason, sql, code) => {
  const before = await processOfServer();

  await expect(pool.query(sql)).rejects.toMatchObject({ code });

  expect(await processOfServer()).toBe(before);
});

test.each([
  ['hangs up', 'SELECT pg_terminate_backend(pg_backend_pid())'],
  ['does not answer in time', 'SELECT pg_sleep(1)'],
])('a connection whose server %s is replaced', async (_failure, sql) => {
  const before = await processOfServer();

  await expect(pool.query(sql)).rejects.toThrow();

  expect(await processOfServer()).not.toBe(before);
});

test('a connection that was taken out goes where its taker says', async () => {
  const before = await processOfServer();
  (await pool.connect()).release();
  expect(await processOfServer()).toBe(before);

  (await pool.connect()).release(true);
  expect(await processOfServer()).not.toBe(before);
});
