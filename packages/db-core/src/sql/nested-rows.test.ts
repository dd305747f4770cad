import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nestedRows, withDates } from './nested-rows.js';

let client: Client;
beforeAll(async () => {
  client = new Client({ connectionString: process.env.TEST_DATABASE_URL, options: '-c TimeZone=UTC' });
  await client.connect();
});
afterAll(() => client.end());

test('a nested row has the same times as one that is not', async () => {
  const columns = `'2026-03-01T12:00:00.120Z'::timestamptz(3) AS "at", NULL::timestamptz AS "never", 'x' AS "text"`;

  const { rows } = await client.query(`SELECT ${nestedRows(`SELECT ${columns}`)} AS nested, ${columns}`);

  const { nested, ...same } = rows[0];
  const row = withDates(nested[0] as { at: Date; never: Date | null; text: string }, ['at', 'never']);
  expect(row).toEqual(same);
  expect(row.at).toBeInstanceOf(Date);
});

test('nested rows keep the order of their query, and none is an empty list', async () => {
  const { rows } = await client.query(`SELECT
    ${nestedRows('SELECT n FROM generate_series(1, 50) n ORDER BY n % 7, n DESC')} AS some,
    ${nestedRows('SELECT 1 AS n WHERE false')} AS none`);

  const order = Array.from({ length: 50 }, (_, index) => index + 1).sort(
    (a, b) => (a % 7) - (b % 7) || b - a,
  );
  expect(rows[0].some).toEqual(order.map((n) => ({ n })));
  expect(rows[0].none).toEqual([]);
});
