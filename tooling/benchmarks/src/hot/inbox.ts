import { type Client, inboxCounts, listInbox } from '@codezest/db-notifications';
import { createTestDatabase } from '@codezest/db-notifications/testing';
import { parseUserId } from '@codezest/db-types';
import { and, count, desc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { hotDatabase, idSql, nth, spread } from './hot-database.js';
import { type HotSuite, sqlOf, way } from './way.js';

const USERS = 2_000;
const NOTIFICATIONS = 200_000;

/** A hundred notifications for each user, five of them unread and two unseen. */
const filling = [
  `INSERT INTO notification_types (id, name, slug, category, updated_at)
   SELECT ${idSql('n')}, 'Type', 'type-' || n, 'LEARNING', now() FROM generate_series(1, 17) n`,
  `INSERT INTO notifications (id, user_id, type_id, event_id, title, message, data, action_url, created_at, updated_at,
     seen_at, read_at)
   SELECT ${idSql('n')}, ${idSql(`n % ${USERS} + 1`)}, ${idSql('1 + n % 17')}, ${idSql('n')}, 'Module completed',
     'You have completed the module "Control flow" of Python. The next one is waiting for you.',
     '{"moduleTitle": "Control flow", "language": "Python"}', '/learn/python/control-flow', at, at,
     CASE WHEN n > 2 * ${USERS} THEN at END, CASE WHEN n > 5 * ${USERS} THEN at END
   FROM generate_series(1, ${NOTIFICATIONS}) n, LATERAL (SELECT now() - n * interval '1 minute' AS at) AS time`,
];

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

const notifications = pgTable('notifications', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  typeId: uuid('type_id').notNull(),
  eventId: uuid('event_id'),
  title: text('title').notNull(),
  message: text('message').notNull(),
  data: jsonb('data'),
  priority: text('priority').notNull(),
  inApp: boolean('in_app').notNull(),
  readAt: time('read_at'),
  seenAt: time('seen_at'),
  actionUrl: text('action_url'),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
  expiresAt: time('expires_at'),
});

/** The first page of a user's inbox, and the number on its bell. */
export async function inboxSuite(): Promise<HotSuite> {
  const database = await hotDatabase(await createTestDatabase(), filling);
  const { client, pg, postgres, drizzle: pool } = database;
  const someone = parseUserId(nth(1));
  const page = await sqlOf((recorder: Client) => listInbox(recorder, someone));
  const counts = await sqlOf((recorder: Client) => inboxCounts(recorder, someone));

  const { userId, inApp, readAt, seenAt, createdAt, expiresAt, id } = notifications;
  const inInbox = and(
    eq(userId, sql.placeholder('user')),
    eq(inApp, true),
    or(isNull(expiresAt), gt(expiresAt, sql`now()`)),
  );
  const db = drizzle(pool);
  const preparedPage = db
    .select()
    .from(notifications)
    .where(inInbox)
    .orderBy(desc(createdAt), desc(id))
    .limit(21)
    .prepare('inbox_page');
  const preparedCounts = db
    .select({
      unread: count(),
      unseen: sql<number>`count(*) FILTER (WHERE ${seenAt} IS NULL)`.mapWith(Number),
    })
    .from(notifications)
    .where(and(inInbox, isNull(readAt)))
    .prepare('inbox_counts');
  const standsInInbox = (user: string) => ({
    userId: parseUserId(user),
    inApp: true,
    OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
  });

  const keys = spread(500, USERS).map(nth);
  const placed = (rows: readonly { id: string; createdAt: Date; data: unknown }[]) =>
    rows.slice(0, 20).map((row) => [row.id, row.createdAt, row.data]);
  return {
    database,
    paths: [
      {
        name: 'listInbox',
        keys,
        ways: {
          ours: way(
            (user) => listInbox(client, parseUserId(user)),
            ({ items }) => placed(items),
          ),
          pg: way(async (user) => {
            const values = [user, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 21];
            return (await pg.query({ name: 'inbox_page', text: page, values })).rows;
          }, placed),
          // It makes a date of every text for a timestamptz, and 'infinity' is none.
          'postgres.js': way(
            (user) =>
              postgres.unsafe(
                page,
                [user, '9999-12-31T00:00:00Z', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 21],
                { prepare: true },
              ) as never,
            placed,
          ),
          prisma: way(
            (user) =>
              client.notification.findMany({
                where: standsInInbox(user),
                orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
                take: 21,
              }),
            placed,
          ),
          drizzle: way((user) => preparedPage.execute({ user }), placed),
        },
      },
      {
        name: 'inboxCounts',
        keys,
        ways: {
          ours: way(
            (user) => inboxCounts(client, parseUserId(user)),
            (found) => found,
          ),
          pg: way(
            async (user) => (await pg.query({ name: 'inbox_counts', text: counts, values: [user] })).rows[0],
            (row) => row,
          ),
          'postgres.js': way(
            async (user) => (await postgres.unsafe(counts, [user], { prepare: true }))[0] as never,
            (row) => row,
          ),
          prisma: way(
            async (user) => {
              const unreadOnes = { ...standsInInbox(user), readAt: null };
              const [unread, unseen] = await Promise.all([
                client.notification.count({ where: unreadOnes }),
                client.notification.count({ where: { ...unreadOnes, seenAt: null } }),
              ]);
              return { unread, unseen };
            },
            (found) => found,
          ),
          drizzle: way(
            async (user) => (await preparedCounts.execute({ user }))[0],
            (row) => row,
          ),
        },
      },
    ],
  };
}
