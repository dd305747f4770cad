import { people, runSeed, SEED_NOW, SEED_START, type SeedSize } from '@codezest/db-core/seed';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../src/seed/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.owner.url });
  await client.connect();
  await run('small');
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

function run(size: SeedSize) {
  return runSeed({ url: database.owner.url, seed, size });
}

async function select<Row extends object>(sql: string): Promise<Row[]> {
  return (await client.query<Row>(sql)).rows;
}

/** A digest of everything that is stored. */
async function contents(): Promise<string> {
  const tables = [
    'subscriptions',
    'payment_methods',
    'invoices',
    'invoice_lines',
    'transactions',
    'refunds',
    'coupons',
    'coupon_redemptions',
    'stripe_events',
    'invoice_counters',
  ];
  const parts = tables.map(
    (table) =>
      `SELECT '${table}' AS t, md5(string_agg(to_jsonb(r)::text, ',' ORDER BY to_jsonb(r)::text)) FROM ${table} r`,
  );
  return JSON.stringify(await select(`${parts.join(' UNION ALL ')} ORDER BY t`));
}

const NOT_ABOVE_ITS_PREDECESSOR = `
  SELECT id FROM (
    SELECT id, version, lag(version) OVER (PARTITION BY user_id ORDER BY started_at) AS earlier FROM subscriptions
  ) AS subscription WHERE version <= earlier`;

describe('the seed', () => {
  test('again changes nothing', async () => {
    const before = await contents();

    const { rows } = await run('small');

    expect(rows).toBe(0);
    expect(await contents()).toBe(before);
  });

  test('is the same in every database', async () => {
    const other = await createTestDatabase();
    await runSeed({ url: other.owner.url, seed, size: 'small' });
    const otherClient = new Client({ connectionString: other.owner.url });
    await otherClient.connect();

    const numbers = `SELECT invoice_number, id FROM invoices ORDER BY id`;
    const { rows } = await otherClient.query(numbers);
    await otherClient.end();
    await other.drop();

    expect(rows.length).toBeGreaterThan(30);
    expect(rows).toEqual(await select(numbers));
  });

  test('numbers invoices without gaps, in the order of their dates', async () => {
    const rows = await select<{ invoice_number: string }>(
      `SELECT invoice_number FROM invoices WHERE issued_at IS NOT NULL ORDER BY issued_at, id`,
    );

    expect(rows.length).toBeGreaterThan(30);
    expect(rows.map((row) => row.invoice_number)).toEqual(
      rows.map((_, index) => `CZ-2026-${String(index + 1).padStart(6, '0')}`),
    );
  });

  test('has nothing outside of its time', async () => {
    const rows = await select<{ first: Date; last: Date }>(`
      SELECT min(at) AS first, max(at) AS last FROM (
        SELECT started_at AS at FROM subscriptions UNION ALL SELECT created_at FROM invoices
        UNION ALL SELECT issued_at FROM invoices UNION ALL SELECT paid_at FROM invoices
        UNION ALL SELECT created_at FROM transactions UNION ALL SELECT paid_at FROM transactions
        UNION ALL SELECT refunded_at FROM transactions UNION ALL SELECT occurred_at FROM stripe_events
      ) AS times`);

    expect(rows[0]?.first.getTime()).toBeGreaterThanOrEqual(SEED_START.getTime());
    expect(rows[0]?.last.getTime()).toBeLessThanOrEqual(SEED_NOW.getTime());
  });

  test('gives everybody one live subscription, on the plan that the cast says', async () => {
    const rows = await select<{ user_id: string; plan: string }>(
      `SELECT user_id, plan FROM subscriptions WHERE status IN ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED')`,
    );

    const planOf = new Map(rows.map(({ user_id, plan }) => [user_id, plan]));
    expect(rows).toHaveLength(60);
    expect([...people('small')].filter(({ id, plan }) => planOf.get(id) !== plan)).toEqual([]);
  });

  test('has a trial that runs', async () => {
    const rows = await select(`SELECT id FROM subscriptions WHERE status = 'TRIALING'`);

    expect(rows.length).toBeGreaterThan(0);
  });

  test('counts the versions of a person’s subscriptions on from one to the next', async () => {
    expect(await select(NOT_ABOVE_ITS_PREDECESSOR)).toEqual([]);
  });

  test('pays invoices by one transaction over their total', async () => {
    const wrong = await select(`
      SELECT i.id FROM invoices i
      LEFT JOIN transactions t ON t.invoice_id = i.id AND t.status IN ('SUCCEEDED', 'REFUNDED')
      WHERE i.status = 'PAID' AND coalesce(t.amount, 0) <> i.total OR i.status <> 'PAID' AND t.id IS NOT NULL`);

    expect(wrong).toEqual([]);
  });
});

describe('a larger seed', () => {
  test('adds to the smaller one, and holds every kind of history', { timeout: 120_000 }, async () => {
    const before = await select<{ id: string; invoice_number: string }>(
      `SELECT id, invoice_number FROM invoices`,
    );

    const { rows } = await run('medium');

    expect(rows).toBeGreaterThan(10_000);
    expect(await select(NOT_ABOVE_ITS_PREDECESSOR)).toEqual([]);
    const [kept] = await select<{ count: string }>(
      `SELECT count(*) FROM invoices WHERE (id, invoice_number) IN (${before.map(({ id, invoice_number }) => `('${id}', ${invoice_number ? `'${invoice_number}'` : 'NULL'})`).join(', ')})`,
    );
    expect(Number(kept?.count)).toBe(before.filter(({ invoice_number }) => invoice_number).length);
    const states = await select<{ state: string }>(`
      SELECT 'subscription ' || status AS state FROM subscriptions WHERE plan <> 'FREE'
      UNION SELECT 'invoice ' || status FROM invoices
      UNION SELECT 'transaction ' || status FROM transactions
      UNION SELECT 'partly refunded' FROM transactions WHERE status = 'SUCCEEDED' AND refunded_amount > 0
      UNION SELECT 'retried' FROM transactions f JOIN transactions s ON s.invoice_id = f.invoice_id AND s.status = 'SUCCEEDED' WHERE f.status = 'FAILED'
      UNION SELECT 'ending' FROM subscriptions WHERE cancel_at_period_end AND status = 'ACTIVE'
      UNION SELECT 'free of charge' FROM invoices WHERE total = 0 AND status = 'PAID'
      UNION SELECT 'method ' || type FROM payment_methods
      UNION SELECT 'replaced card' FROM payment_methods WHERE detached_at IS NOT NULL
      UNION SELECT 'redeemed ' || code FROM coupons WHERE redemption_count > 0`);
    expect(states.map(({ state }) => state)).toEqual(
      expect.arrayContaining([
        ...['ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'CANCELED', 'EXPIRED'].map(
          (status) => `subscription ${status}`,
        ),
        ...['DRAFT', 'SENT', 'PAID', 'OVERDUE', 'CANCELED'].map((status) => `invoice ${status}`),
        ...['PROCESSING', 'SUCCEEDED', 'FAILED', 'REFUNDED'].map((status) => `transaction ${status}`),
        ...['CARD', 'PAYPAL', 'BANK_TRANSFER'].map((type) => `method ${type}`),
        ...['WELCOME20', 'LAUNCH', 'SUMMER25', 'FIVE-OFF'].map((code) => `redeemed ${code}`),
        ...['partly refunded', 'retried', 'ending', 'free of charge', 'replaced card'],
      ]),
    );
  });
});
