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
  ])('not %j', async (text) => {
    expect(await holds(text)).toBe(false);
  });
});
