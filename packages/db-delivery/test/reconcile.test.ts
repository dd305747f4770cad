import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { crossServiceReferences, type UserId } from '@codezest/db-types';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDelivery, type Delivery, type Reconciliation } from '../src/index.js';
import {
  applyReceived,
  type Consumer,
  consumers,
  createServices,
  registerAccounts,
  type Services,
} from './services.js';

let services: Services;
let delivery: Delivery;
let auth: Connection;
const of = {} as Record<Consumer, Connection>;

beforeAll(async () => {
  services = await createServices();
  delivery = createDelivery(services.databases);
  auth = await connected(services.auth.owner.url);
  for (const name of consumers) of[name] = await connected(services[name].owner.url);
});
afterAll(async () => {
  await delivery?.end();
  for (const connection of [auth, ...Object.values(of)]) await connection?.end();
  await services?.drop();
});

async function connected(url: string): Promise<Connection> {
  const connection = new Connection({ connectionString: url });
  await connection.connect();
  return connection;
}

const settled = async (): Promise<void> => {
  await delivery.drain();
  await applyReceived(services);
};
const counts = (found: readonly Reconciliation[]) =>
  Object.fromEntries(
    found.map(({ to, missing, stale, orphaned, ahead, erased, inFlight }) => [
      to,
      { missing, stale, orphaned, ahead, erased, inFlight },
    ]),
  );
const none = { missing: 0, stale: 0, orphaned: 0, ahead: 0, erased: 0, inFlight: 0 };
const noneAnywhere = Object.fromEntries(consumers.map((name) => [name, none]));
const strangers = (number: number): UserId[] => Array.from({ length: number }, () => randomUUID() as UserId);
const openEvents = async (): Promise<number> =>
  (await auth.query('SELECT count(*)::int AS n FROM outbox_deliveries WHERE delivered_at IS NULL')).rows[0].n;

it('compares every column that refers to a user', async () => {
  const columns = crossServiceReferences.filter(
    ({ store, by, refersTo }) => store === 'postgresql' && by === undefined && refersTo === 'auth.user',
  );
  expect(columns.length).toBeGreaterThan(25);
  for (const { service, table, column } of columns) {
    const { rows } = await of[service as Consumer].query(
      `SELECT prosrc AS body FROM pg_proc WHERE oid = 'rules.users_here'::regproc`,
    );
    expect([service, rows[0].body]).toEqual([
      service,
      expect.stringMatching(new RegExp(`DISTINCT ${column}, \\S+ FROM ${table} WHERE ${column} BETWEEN`)),
    ]);
  }
});

describe('reconcile', () => {
  it('finds 500 differences of all kinds and mends them by events; a second run finds none', async () => {
    const users = await registerAccounts(auth, 700);
    await auth.query(`UPDATE users SET last_name = 'Two' WHERE id = ANY ($1)`, [users.slice(0, 300)]);
    await settled();
    expect(counts(await delivery.reconcile())).toEqual(noneAnywhere);

    await of.notifications.query('DELETE FROM recipients WHERE user_id = ANY ($1)', [users.slice(0, 60)]);
    // As a backup of yesterday would have them: a rule lets no version go back.
    await of.notifications.query(`SET session_replication_role = replica`);
    await of.notifications.query(
      `UPDATE recipients SET version = version - 1, last_name = 'One' WHERE user_id = ANY ($1)`,
      [users.slice(100, 200)],
    );
    await of.notifications.query(`SET session_replication_role = origin`);
    await of.notifications.query(
      `INSERT INTO notification_preferences (id, user_id, updated_at) SELECT gen_random_uuid(), u, now() FROM unnest($1::uuid[]) u`,
      [strangers(40)],
    );
    await of.payments.query(`SET session_replication_role = replica`);
    await of.payments.query('DELETE FROM subscriptions WHERE user_id = ANY ($1)', [users.slice(200, 300)]);
    await of.payments.query(`SET session_replication_role = origin`);
    await of.payments.query(
      `INSERT INTO payment_methods (id, user_id, type, updated_at) SELECT gen_random_uuid(), u, 'BANK_TRANSFER', now() FROM unnest($1::uuid[]) u`,
      [strangers(50)],
    );
    await of.activity.query('DELETE FROM user_engagements WHERE user_id = ANY ($1)', [users.slice(300, 350)]);
    await of.activity.query(
      `INSERT INTO user_engagements (id, user_id, updated_at) SELECT gen_random_uuid(), u, now() FROM unnest($1::uuid[]) u`,
      [strangers(50)],
    );
    await of.learning.query(
      `INSERT INTO learner_stats (id, user_id, updated_at) SELECT gen_random_uuid(), u, now() FROM unnest($1::uuid[]) u`,
      [strangers(50)],
    );

    const expected = {
      learning: { ...none, orphaned: 50 },
      payments: { ...none, missing: 100, orphaned: 50 },
      notifications: { ...none, missing: 60, stale: 100, orphaned: 40 },
      activity: { ...none, missing: 50, orphaned: 50 },
    };
    expect(counts(await delivery.reconcile())).toEqual(expected);
    expect(await openEvents()).toBe(0);
    await expect(delivery.reconcile({ apply: true, mostOrphans: 49 })).rejects.toMatchObject({
      code: 'DELIVERY_ORPHANS_TOO_MANY',
    });
    expect(await openEvents()).toBe(0);

    const joined = await entriesOfFeed();
    const told = await delivery.reconcile({ apply: true });
    expect(counts(told)).toEqual(expected);
    expect(told.reduce((sum, each) => sum + each.told, 0)).toBe(500);
    expect(await openEvents()).toBe(500);
    // Told twice, because an answer was lost: nothing is added.
    await auth.query(`SELECT rules.tell_again('notifications', $1)`, [users.slice(0, 60)]);
    expect(await openEvents()).toBe(500);
    expect(counts(await delivery.reconcile({ waitMs: 0 }))).toMatchObject({
      notifications: { ...none, inFlight: 200 },
    });
    await settled();

    expect(counts(await delivery.reconcile())).toEqual(noneAnywhere);
    const names = await of.notifications.query(
      `SELECT last_name AS name, count(*)::int AS n FROM recipients GROUP BY 1 ORDER BY 1`,
    );
    expect(names.rows).toEqual([
      { name: 'Okafor', n: 400 },
      { name: 'Two', n: 300 },
    ]);
    // Whom the feed has seen join does not join again.
    expect(await entriesOfFeed()).toBe(joined);
  });

  it('says what no event can mend, and leaves it alone', async () => {
    const [ahead, erased] = (await registerAccounts(auth, 2)) as [string, string];
    await settled();
    await of.notifications.query('UPDATE recipients SET version = 40 WHERE user_id = $1', [ahead]);
    await of.notifications.query('DELETE FROM recipients WHERE user_id = $1', [erased]);
    await of.notifications.query(
      'INSERT INTO erased_users (user_hash, request_id) VALUES (rules.hash_of_user($1), gen_random_uuid())',
      [erased],
    );

    const found = await delivery.reconcile({ to: 'notifications', apply: true });

    expect(found).toMatchObject([{ ...none, ahead: 1, erased: 1, told: 0 }]);
    await auth.query('UPDATE users SET version = version + 100 WHERE id = $1', [ahead]);
    await auth.query('DELETE FROM users WHERE id = $1', [erased]);
    await settled();
    expect(counts(await delivery.reconcile())).toEqual(noneAnywhere);
  });

  it('mends nothing that is on its way: beside writers, deliverers and consumers no difference is ever told', async () => {
    const stopping = new AbortController();
    const running = createDelivery({ ...services.databases, pollMs: 50, batch: 20 });
    const run = running.run(stopping.signal);
    const writers = [0, 1].map(async (writer) => {
      const connection = await connected(services.auth.owner.url);
      const users: string[] = [];
      while (!stopping.signal.aborted) {
        users.push(...(await registerAccounts(connection, 2)));
        await connection.query('UPDATE users SET last_name = $2 WHERE id = ANY ($1)', [
          users.slice(-15),
          `N${writer}-${users.length}`,
        ]);
        // As many go as come: the next round has no more to compare than this one.
        if (users.length > 30)
          await connection.query('DELETE FROM users WHERE id = ANY ($1)', [users.splice(0, 2)]);
        await sleep(20);
      }
      await connection.end();
    });
    const receiver = (async () => {
      while (!stopping.signal.aborted) {
        await applyReceived(services);
        await sleep(5);
      }
    })();

    const seen = { inFlight: 0, told: 0 };
    for (let round = 0; round < 8; round += 1) {
      const found = await delivery.reconcile({ apply: true, range: 100, waitMs: 0 });
      for (const { inFlight, told, ahead, erased } of found) {
        seen.inFlight += inFlight;
        seen.told += told + ahead + erased;
      }
    }
    stopping.abort();
    await Promise.all([run, receiver, ...writers]);
    await running.end();
    await settled();

    // It did look while things were on their way.
    expect(seen.inFlight).toBeGreaterThan(0);
    expect(seen.told).toBe(0);
    expect(counts(await delivery.reconcile())).toEqual(noneAnywhere);
  });
});

async function entriesOfFeed(): Promise<number> {
  return (await of.activity.query('SELECT count(*)::int AS n FROM user_activities')).rows[0].n;
}
