import { randomUUID } from 'node:crypto';
import type { EventId, UserId } from '@codezest/db-types';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eraseUser } from '../../db-auth/src/index.js';
import { createDelivery } from '../src/index.js';
import {
  applyReceived,
  type Consumer,
  consumers,
  createServices,
  registerAccounts,
  type Services,
} from './services.js';

/** Deleted in each of the four ways. */
const EACH = process.env.LONG_TESTS ? 2_500 : 60;
/** By the function one after another, as a service does. */
const BY_FUNCTION = process.env.LONG_TESTS ? 500 : 15;

let services: Services;
let auth: Connection;
const of = {} as Record<Consumer, Connection>;

beforeAll(async () => {
  services = await createServices();
  auth = await connected(services.auth.owner.url);
  for (const name of consumers) of[name] = await connected(services[name].owner.url);
});
afterAll(async () => {
  for (const connection of [auth, ...Object.values(of)]) await connection?.end();
  await services?.drop();
});

async function connected(url: string): Promise<Connection> {
  const connection = new Connection({ connectionString: url });
  await connection.connect();
  return connection;
}

/** What users lead to in each service, beyond what the events of their registration do. */
const rowsOfUsers: readonly (readonly [Consumer, string])[] = [
  [
    'learning',
    `INSERT INTO learner_stats (id, user_id) SELECT gen_random_uuid(), u FROM unnest($1::uuid[]) u`,
  ],
  [
    'notifications',
    `INSERT INTO notification_preferences (id, user_id) SELECT gen_random_uuid(), u FROM unnest($1::uuid[]) u`,
  ],
  [
    'payments',
    `INSERT INTO payment_methods (id, user_id, type) SELECT gen_random_uuid(), u, 'BANK_TRANSFER' FROM unnest($1::uuid[]) u`,
  ],
  [
    'activity',
    `INSERT INTO user_badges (user_id, badge, source_event_id, earned_at) SELECT u, 'week', gen_random_uuid(), now() FROM unnest($1::uuid[]) u`,
  ],
];

it(`${4 * EACH} people who are deleted by function, Prisma, SQL and cascade are gone everywhere, and nobody else is`, async () => {
  const { client } = services.auth.owner;
  const users = (await registerAccounts(auth, 4 * EACH + 100)) as UserId[];
  await auth.query(
    'INSERT INTO user_profiles (id, user_id, phone, updated_at) SELECT gen_random_uuid(), u, $2, now() FROM unnest($1::uuid[]) u',
    [users, '+4915112345678'],
  );
  await auth.query(`CREATE TABLE teams (id int PRIMARY KEY);
    INSERT INTO teams VALUES (1); ALTER TABLE users ADD COLUMN team int REFERENCES teams ON DELETE CASCADE`);
  const delivery = createDelivery({ ...services.databases, pollMs: 200 });
  const settled = async (): Promise<void> => {
    const stopping = new AbortController();
    const run = delivery.run(stopping.signal);
    for (let open = 1; open > 0; ) {
      await applyReceived(services);
      const { rows } = await auth.query(
        'SELECT count(*)::int AS n FROM outbox_deliveries WHERE delivered_at IS NULL',
      );
      open = rows[0].n;
    }
    await applyReceived(services);
    stopping.abort();
    await run;
  };
  await settled();
  for (const [service, sql] of rowsOfUsers) await of[service].query(sql, [users]);
  const slice = (place: number): UserId[] => users.slice(place * EACH, (place + 1) * EACH);
  await auth.query('UPDATE users SET team = 1 WHERE id = ANY ($1)', [slice(3)]);

  const began = performance.now();
  const [one, several] = [slice(0).slice(0, BY_FUNCTION), slice(0).slice(BY_FUNCTION)];
  for (const userId of one) await eraseUser(client, { userId, requestId: randomUUID() as EventId });
  await client.user.deleteMany({ where: { id: { in: [...several, ...slice(1)] } } });
  await auth.query('DELETE FROM users WHERE id = ANY ($1)', [slice(2)]);
  await auth.query('DELETE FROM teams');
  const told = performance.now();
  await settled();
  const seconds = (from: number): string => ((performance.now() - from) / 1_000).toFixed(1);
  console.log(
    `${4 * EACH} people deleted in ${((told - began) / 1_000).toFixed(1)} s, gone everywhere ${seconds(told)} s later`,
  );

  const gone = users.slice(0, 4 * EACH);
  const left = users.slice(4 * EACH);
  expect((await auth.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: left.length }]);
  for (const name of consumers) {
    const here = async (ids: readonly string[]): Promise<number> =>
      (
        await of[name].query(
          'SELECT count(*)::int AS n FROM unnest($1::uuid[]) u WHERE EXISTS (SELECT FROM rules.users_here(u, u))',
          [ids],
        )
      ).rows[0].n;
    expect([name, await here(gone), await here(left)]).toEqual([name, 0, left.length]);
    const { rows } = await of[name].query(
      `SELECT count(*)::int AS n, (SELECT count(*)::int FROM received_events WHERE payload ->> 'userId' = ANY ($1)) AS told
         FROM erased_users`,
      [gone],
    );
    expect([name, rows]).toEqual([name, [{ n: gone.length, told: 0 }]]);
  }
  for (const { missing, stale, orphaned, inFlight } of await delivery.reconcile())
    expect([missing, stale, orphaned, inFlight]).toEqual([0, 0, 0, 0]);
  await delivery.end();
});
