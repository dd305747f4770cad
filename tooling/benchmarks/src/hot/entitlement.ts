import { type Client, entitlementOf } from '@codezest/db-payments';
import { createTestDatabase } from '@codezest/db-payments/testing';
import { parseUserId } from '@codezest/db-types';
import { and, desc, eq, gt, isNull, lte, notInArray, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { hotDatabase, idSql, nth, spread } from './hot-database.js';
import { type HotSuite, sqlOf, way } from './way.js';

const USERS = 100_000;

/** Each user has a subscription that is over and one that is not. */
const filling = [
  `INSERT INTO subscriptions (id, user_id, plan, status, started_at, valid_until, canceled_at)
   SELECT ${idSql(`${USERS} + n`)}, ${idSql('n')}, 'FREE', 'EXPIRED', now() - interval '90 days',
     now() - interval '20 days', now() - interval '20 days' FROM generate_series(1, ${USERS}) n`,
  `INSERT INTO subscriptions (id, user_id, plan, status, started_at, current_period_start, current_period_end)
   SELECT ${idSql('n')}, ${idSql('n')}, 'PRO', 'ACTIVE', now() - interval '20 days', now() - interval '20 days',
     now() + interval '10 days' FROM generate_series(1, ${USERS}) n`,
];

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

const subscriptions = pgTable('subscriptions', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  plan: text('plan').notNull(),
  status: text('status').notNull(),
  startedAt: time('started_at').notNull(),
  validUntil: time('valid_until'),
  version: integer('version').notNull(),
});

/** What a user may use. */
export async function entitlementSuite(): Promise<HotSuite> {
  const database = await hotDatabase(await createTestDatabase(), filling);
  const { client, pg, postgres, drizzle: pool } = database;
  const text = await sqlOf((recorder: Client) => entitlementOf(recorder, parseUserId(nth(1))));
  const { id: subscriptionId, userId, plan, status, validUntil, version } = subscriptions;
  const now = sql`now()`;
  const prepared = drizzle(pool)
    .select({ userId, subscriptionId, plan, status, validUntil, version })
    .from(subscriptions)
    .where(
      and(
        eq(userId, sql.placeholder('user')),
        lte(subscriptions.startedAt, now),
        or(isNull(validUntil), gt(validUntil, now)),
        notInArray(status, ['PAUSED', 'EXPIRED']),
      ),
    )
    .orderBy(desc(subscriptions.startedAt), desc(subscriptionId))
    .limit(1)
    .prepare('entitlement_of');

  return {
    database,
    paths: [
      {
        name: 'entitlementOf',
        keys: spread(500, USERS).map(nth),
        ways: {
          ours: way(
            (user) => entitlementOf(client, parseUserId(user)),
            (found) => found,
          ),
          pg: way(
            async (user) => (await pg.query({ name: 'entitlement_of', text, values: [user] })).rows[0],
            (row) => row,
          ),
          'postgres.js': way(
            async (user) => (await postgres.unsafe(text, [user], { prepare: true }))[0],
            (row) => row,
          ),
          prisma: way(
            (user) =>
              client.subscription.findFirst({
                where: {
                  userId: parseUserId(user),
                  startedAt: { lte: new Date() },
                  OR: [{ validUntil: null }, { validUntil: { gt: new Date() } }],
                  status: { notIn: ['PAUSED', 'EXPIRED'] },
                },
                orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
                select: { userId: true, id: true, plan: true, status: true, validUntil: true, version: true },
              }),
            (row) => {
              if (row === null) return row;
              const { id, ...rest } = row;
              return { ...rest, subscriptionId: id };
            },
          ),
          drizzle: way(
            async (user) => (await prepared.execute({ user }))[0],
            (row) => row,
          ),
        },
      },
    ],
  };
}
