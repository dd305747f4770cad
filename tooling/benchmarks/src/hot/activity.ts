import { type Client, listActivity } from '@codezest/db-activity';
import { createTestDatabase } from '@codezest/db-activity/testing';
import { parseUserId } from '@codezest/db-types';
import { desc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { hotDatabase, idSql, nth, spread } from './hot-database.js';
import { type HotSuite, sqlOf, way } from './way.js';

const USERS = 2_000;
const ACTIVITIES = 200_000;

/** A hundred activities for each user over two years. The id's time is that of the event. */
const filling = [
  `INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
   SELECT id, rules.uuid_v7_time(id), ${idSql(`n % ${USERS} + 1`)}, (enum_range(NULL::"ActivityType"))[1 + n % 11],
     'Completed "Control flow" of Python', '{"moduleTitle": "Control flow", "language": "Python"}'
   FROM generate_series(1, ${ACTIVITIES}) n,
     LATERAL (SELECT floor(extract(epoch FROM now()) * 1000)::bigint - n * 315000::bigint AS at) AS moment,
     LATERAL (SELECT (lpad(to_hex(at), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid AS id) AS event`,
];

const activities = pgTable('user_activities', {
  id: uuid('id').notNull(),
  userId: uuid('user_id').notNull(),
  type: text('type').notNull(),
  description: text('description').notNull(),
  metadata: jsonb('metadata'),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3, mode: 'date' }).notNull(),
});

/** The first page of a user's feed. */
export async function activitySuite(): Promise<HotSuite> {
  const database = await hotDatabase(await createTestDatabase(), filling);
  const { client, pg, postgres, drizzle: pool } = database;
  const text = await sqlOf((recorder: Client) => listActivity(recorder, parseUserId(nth(1))));
  const prepared = drizzle(pool)
    .select()
    .from(activities)
    .where(eq(activities.userId, sql.placeholder('user')))
    .orderBy(desc(activities.createdAt), desc(activities.id))
    .limit(21)
    .prepare('user_feed');

  const placed = (rows: readonly { id: string; createdAt: Date; metadata: unknown }[]) =>
    rows.slice(0, 20).map((row) => [row.id, row.createdAt, row.metadata]);
  return {
    database,
    paths: [
      {
        name: 'listActivity',
        keys: spread(500, USERS).map(nth),
        ways: {
          ours: way(
            (user) => listActivity(client, parseUserId(user)),
            ({ items }) => placed(items),
          ),
          pg: way(async (user) => {
            const values = [user, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 21];
            return (await pg.query({ name: 'user_feed', text, values })).rows;
          }, placed),
          // It makes a date of every text for a timestamptz, and 'infinity' is none.
          'postgres.js': way(
            (user) =>
              postgres.unsafe(
                text,
                [user, '9999-12-31T00:00:00Z', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 21],
                { prepare: true },
              ) as never,
            placed,
          ),
          prisma: way(
            (user) =>
              client.userActivity.findMany({
                where: { userId: parseUserId(user) },
                orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
                take: 21,
              }),
            placed,
          ),
          drizzle: way((user) => prepared.execute({ user }), placed),
        },
      },
    ],
  };
}
