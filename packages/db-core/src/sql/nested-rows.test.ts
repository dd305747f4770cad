import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nestedColumns, nestedRows, withDates } from './nested-rows.js';

let client: Client;
beforeAll(async () => {
  client = new Client({ connectionString: process.env.TEST_DATABASE_URL, options: '-c TimeZone=UTC' });
  await client.connect();
});
afterAll(() => client.end());

test('a nested row has the same times as one that is not', async () => {
  const columns = 't."at" AS "at", t."never" AS "never", t."text" AS "text"';
  const times = ['at', 'never'] as const;
  // As the columns are, to the millisecond; from before 1970 until after 2200, with every fraction of a second.
  const from = `(SELECT (moment + n * interval '1234 hours 1 millisecond')::timestamptz(3) AS at, NULL::timestamptz AS never, n::text AS text
    FROM (VALUES ('1921-03-01T12:00:00Z'::timestamptz(3))) AS start(moment), generate_series(0, 1999) n) AS t`;

  const nested = await client.query(
    `SELECT ${nestedRows(`SELECT ${nestedColumns(columns, times)} FROM ${from} ORDER BY at`)} AS rows`,
  );
  const { rows: flat } = await client.query(`SELECT ${columns} FROM ${from} ORDER BY at`);

  const rows = (nested.rows[0].rows as { at: Date; never: Date | null; text: string }[]).map((row) =>
    withDates(row, times),
  );
  expect(rows).toHaveLength(2000);
  expect(rows).toEqual(flat);
  expect(rows[0]?.at).toBeInstanceOf(Date);
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
