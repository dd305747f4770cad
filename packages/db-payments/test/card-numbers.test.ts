import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** Columns whose own form leaves no room for a card number. */
const FORMED = ['invoices.invoice_number', 'payment_methods.last4'];

test('every column that takes free text refuses card numbers', async () => {
  const { rows } = await client.query<{ column: string; guarded: boolean }>(`
    SELECT c.relname || '.' || a.attname AS column,
           EXISTS (SELECT FROM pg_constraint k
                   WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey @> ARRAY[a.attnum]
                     AND pg_get_constraintdef(k.oid) LIKE '%holds_card_number%') AS guarded
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid::regtype::text NOT IN
          ('uuid', 'boolean', 'smallint', 'integer', 'bigint', 'timestamp with time zone')
      -- Enums, hashes, and codes as short as a currency's.
      AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = a.atttypid AND t.typtype = 'e')
      AND a.attname <> 'request_hash'
      AND format_type(a.atttypid, a.atttypmod) <> 'character(3)'
      AND c.relname <> '_prisma_migrations'`);

  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(({ column, guarded }) => !guarded && !FORMED.includes(column))).toEqual([]);
});

describe('what counts as a card number', () => {
  const holds = async (text: string): Promise<boolean> => {
    const { rows } = await client.query<{ holds: boolean }>('SELECT rules.holds_card_number($1) AS holds', [
      text,
    ]);
    return rows[0]?.holds ?? false;
  };

  test.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    'card:4242424242424242.',
    'x4242424242424242x',
    '3782 822463 10005',
    '501800000009',
    '6304000000000000000',
    '{"number": "5555 5555 5555 4444"}',
    '019b8a5e-0000-7000-8000-000000000001 4242424242424242',
    '4242.4242.4242.4242',
    '4242  4242  4242  4242',
    '4242 - 4242 - 4242 - 4242',
    '4242\u00a04242\u00a04242\u00a04242',
    '4242\u20074242\u20074242\u20074242',
    '4242\u202f4242\u202f4242\u202f4242',
    ...[...'\u2010\u2011\u2012\u2013\u2014\u2015\u2212'].map(
      (dash) => `4242${dash}4242${dash}4242${dash}4242`,
    ),
    '3782\u00a0822463\u00a010005',
    '3782.822463.10005',
    '3782/822463/10005',
    '4242_4242_4242_4242',
    '4242,4242,4242,4242',
    '["4242", "4242", "4242", "4242"]',
    '{"card": ["3782", "822463", "10005"]}',
    'x 2026-01-05 4242 4242 4242 4242',
  ])('%s', async (text) => {
    expect(await holds(text)).toBe(true);
  });

  test.each([
    '',
    '4242',
    '**** **** **** 4242',
    'PRO, 2026-01-05 to 2026-02-05',
    '2026-01-05T09:30:00.000Z',
    '00000000-0000-7000-8000-424242424242',
    'pi_3MtwBwLkdIwHu7ix28a3tqPa',
    '{"created": 1767225600, "amount": 190000}',
    '+49 30 1234567',
    '$1,234,567,890.12',
    '1.234.567.890.123,45 EUR',
    '1\u202f234\u202f567,89 EUR',
    '2026-01-05 – 2026-02-05',
    '2026-01-05–2026-02-05',
    '2026-01-05 09:30:00.123456+00',
    '05.01.2026 - 05.02.2026',
    '192.168.100.200',
    '{"years": [2024, 2025, 2026, 2027]}',
    '{"amounts": [4900, 5900, 6900, 7900]}',
    '{"years": ["2012", "2013", "2014", "2015"]}',
    'in_1MtHbELkdIwHu7ixl4OzzPMv, sub_1MowQVLkdIwHu7ixeRlqHVzs',
  ])('not %j', async (text) => {
    expect(await holds(text)).toBe(false);
  });
});
