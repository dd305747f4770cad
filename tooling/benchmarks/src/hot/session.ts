import { createHash } from 'node:crypto';
import { authenticateSession, type Client } from '@codezest/db-auth';
import { createTestDatabase } from '@codezest/db-auth/testing';
import { and, eq, getTableColumns, gt, isNull, not, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { boolean, customType, inet, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { hotDatabase, idSql, spread } from './hot-database.js';
import { type HotSuite, sqlOf, way } from './way.js';

const USERS = 100_000;

const filling = [
  `INSERT INTO users (id, email, first_name, last_name, username)
   SELECT ${idSql('n')}, 'person' || n || '@example.com', 'Ada', 'Lovelace', 'person' || n
   FROM generate_series(1, ${USERS}) n`,
  `INSERT INTO sessions (id, user_id, token_hash, family_id, login_method, created_at, expires_at, ip_address, user_agent)
   SELECT ${idSql('n')}, ${idSql(`n % ${USERS} + 1`)}, sha256(('token' || n)::bytea), ${idSql('n')}, 'PASSWORD',
     now(), now() + interval '30 days', '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0'
   FROM generate_series(1, ${2 * USERS}) n`,
];

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  firstName: text('first_name').notNull(),
  lastName: text('last_name').notNull(),
  username: text('username'),
  role: text('role').notNull(),
  emailVerified: boolean('email_verified').notNull(),
  isActive: boolean('is_active').notNull(),
  isSuspended: boolean('is_suspended').notNull(),
  suspendedAt: time('suspended_at'),
  suspendedReason: text('suspended_reason'),
  lastLoginAt: time('last_login_at'),
  lastLoginIp: inet('last_login_ip'),
  loginAttempts: integer('login_attempts').notNull(),
  lockedUntil: time('locked_until'),
  passwordChangedAt: time('password_changed_at'),
  mustChangePassword: boolean('must_change_password').notNull(),
  twoFactorEnabled: boolean('two_factor_enabled').notNull(),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
  deletedAt: time('deleted_at'),
});

const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  tokenHash: bytes('token_hash').notNull(),
  familyId: uuid('family_id').notNull(),
  loginMethod: text('login_method').notNull(),
  expiresAt: time('expires_at').notNull(),
  lastUsedAt: time('last_used_at').notNull(),
  ipAddress: inet('ip_address'),
  userAgent: text('user_agent'),
  revokedAt: time('revoked_at'),
  revokedReason: text('revoked_reason'),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
});

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** Who is behind a request. */
export async function sessionSuite(): Promise<HotSuite> {
  const database = await hotDatabase(await createTestDatabase(), filling);
  const { client, pg, postgres, drizzle: pool } = database;
  const text = await sqlOf((recorder: Client) => authenticateSession(recorder, 'token1'));
  const { tokenHash, ...session } = getTableColumns(sessions);
  const prepared = drizzle(pool)
    .select({ session, user: getTableColumns(users) })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(tokenHash, sql.placeholder('hash')),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`),
        isNull(users.deletedAt),
        eq(users.isActive, true),
        not(users.isSuspended),
      ),
    )
    .prepare('session_for_request');

  const facts = (
    found:
      | { session: { id: string; createdAt: Date }; user: { id: string; email: string } }
      | null
      | undefined,
  ) => [found?.session.id, found?.session.createdAt, found?.user.id, found?.user.email];
  return {
    database,
    paths: [
      {
        name: 'authenticateSession',
        keys: spread(500, 2 * USERS).map((n) => `token${n}`),
        ways: {
          ours: way((token) => authenticateSession(client, token), facts),
          pg: way(
            async (token) =>
              (await pg.query({ name: 'session_for_request', text, values: [hashOf(token)] })).rows[0],
            (row) => [row['session.id'], row['session.createdAt'], row['user.id'], row['user.email']],
          ),
          'postgres.js': way(
            async (token) => (await postgres.unsafe(text, [hashOf(token)], { prepare: true }))[0],
            (row) => [row?.['session.id'], row?.['session.createdAt'], row?.['user.id'], row?.['user.email']],
          ),
          prisma: way(
            (token) =>
              client.session.findFirst({
                where: {
                  tokenHash: new Uint8Array(hashOf(token)),
                  revokedAt: null,
                  expiresAt: { gt: new Date() },
                  user: { deletedAt: null, isActive: true, isSuspended: false },
                },
                include: { user: true },
              }),
            (row) => facts(row && { session: row, user: row.user }),
          ),
          drizzle: way(async (token) => (await prepared.execute({ hash: hashOf(token) }))[0], facts),
        },
      },
    ],
  };
}
