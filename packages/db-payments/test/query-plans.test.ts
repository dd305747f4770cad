import { describePartialIndexes } from '@codezest/constraint-tests';
import { runSeed } from '@codezest/db-core/seed';
import type { UserId } from '@codezest/db-types';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type PrismaClient } from '../src/index.js';
import { seed } from '../src/seed/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const userId = '019b8a5e-0000-7000-8000-000000000001' as UserId;
const now = new Date('2026-11-01T00:00:00Z');
const LATEST = 20;

type LoggingClient = PrismaClient<'query'>;

/** What a payments service asks for all day, with the values it sends before the offset, and the index that must answer. */
const queries: [index: string, values: unknown[], ask: (client: LoggingClient) => Promise<unknown>][] = [
  [
    'subscriptions_user_id_started_at_id_idx',
    [userId, LATEST],
    (client) =>
      client.subscription.findMany({
        where: { userId },
        take: LATEST,
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      }),
  ],
  [
    'subscriptions_status_current_period_end_idx',
    ['ACTIVE', 'TRIALING', now],
    (client) =>
      client.subscription.findMany({
        where: { status: { in: ['ACTIVE', 'TRIALING'] }, currentPeriodEnd: { lte: now } },
      }),
  ],
  [
    'subscriptions_stripe_customer_excl',
    ['cus_A'],
    (client) => client.subscription.findMany({ where: { stripeCustomerId: 'cus_A' } }),
  ],
  [
    'subscriptions_stripe_subscription_id_key',
    ['sub_A', 1],
    (client) => client.subscription.findUnique({ where: { stripeSubscriptionId: 'sub_A' } }),
  ],
  [
    'invoices_user_id_created_at_id_idx',
    [userId, LATEST],
    (client) =>
      client.invoice.findMany({
        where: { userId },
        take: LATEST,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  ],
  [
    'invoices_status_due_at_idx',
    ['SENT', now],
    (client) => client.invoice.findMany({ where: { status: 'SENT', dueAt: { lt: now } } }),
  ],
  [
    'transactions_user_id_created_at_id_idx',
    [userId, LATEST],
    (client) =>
      client.transaction.findMany({
        where: { userId },
        take: LATEST,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  ],
  [
    'transactions_status_created_at_idx',
    ['PROCESSING', now],
    (client) => client.transaction.findMany({ where: { status: 'PROCESSING', createdAt: { lt: now } } }),
  ],
  [
    'transactions_stripe_charge_id_key',
    ['ch_A', 1],
    (client) => client.transaction.findUnique({ where: { stripeChargeId: 'ch_A' } }),
  ],
  [
    'subscriptions_valid_until_live_idx',
    [now, LATEST],
    // As `expireSubscriptions` asks: Prisma sends the statuses as values, in which PostgreSQL does not see the condition.
    (client) =>
      client.$queryRawUnsafe(
        `SELECT id FROM subscriptions
         WHERE status IN ('ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'UNPAID', 'INCOMPLETE') AND valid_until <= $1::timestamptz
         ORDER BY valid_until LIMIT $2::int OFFSET $3::int`,
        now,
        LATEST,
        0,
      ),
  ],
  [
    'subscriptions_resumes_at_paused_idx',
    [now, LATEST],
    // As `claimDueRenewals` asks.
    (client) =>
      client.$queryRawUnsafe(
        `SELECT id FROM subscriptions WHERE paused_at IS NOT NULL AND resumes_at <= $1::timestamptz
         ORDER BY resumes_at LIMIT $2::int OFFSET $3::int`,
        now,
        LATEST,
        0,
      ),
  ],
  [
    'stripe_events_created_at_unprocessed_idx',
    [LATEST],
    (client) =>
      client.stripeEvent.findMany({
        where: { processedAt: null },
        orderBy: { createdAt: 'asc' },
        take: LATEST,
      }),
  ],
];

let database: TestDatabase;
let asked: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await runSeed({ url: database.owner.url, seed, size: 'small' });
  asked = new Client({ connectionString: database.owner.url });
  await asked.connect();
});

afterAll(async () => {
  await asked?.end();
  await database?.drop();
});

/** The SQL that the client sends for a query. */
async function sqlOf(ask: (client: LoggingClient) => Promise<unknown>): Promise<string> {
  const client = createClient({ url: database.url, log: [{ emit: 'event', level: 'query' }] });
  const sent: string[] = [];
  client.$on('query', ({ query }) => sent.push(query));
  await ask(client);
  await client.$disconnect();
  return sent.find((query) => query.startsWith('SELECT')) ?? '';
}

async function planOf([, values, ask]: (typeof queries)[number]): Promise<string> {
  const sql = await sqlOf(ask);
  // The tables are small: what a large one would not do is made expensive.
  await asked.query('SET enable_seqscan = off; SET enable_sort = off');
  const { rows } = await asked.query(`EXPLAIN ${sql}`, [...values, 0]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const using = (index: string) => new RegExp(`(using|on) ${index} `);

test.each(queries)('%s answers its query', async (...query) => {
  expect(await planOf(query)).toMatch(using(query[0]));
});

describePartialIndexes({
  database: () => database.owner,
  async plansWithout({ name, drop }) {
    const query = queries.find(([index]) => index === name);
    if (query === undefined) return undefined;
    // Asked before the index is locked: the client sends its query over another connection.
    const sql = await sqlOf(query[2]);
    await asked.query(`BEGIN; ${drop}`);
    try {
      const { rows } = await asked.query(`EXPLAIN ${sql}`, [...query[1], 0]);
      return rows.some((row) => using(name).test(row['QUERY PLAN'])) ? [name] : [];
    } finally {
      await asked.query('ROLLBACK');
    }
  },
});
