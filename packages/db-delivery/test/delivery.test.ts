import { Client as Connection } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Batch, createDelivery, type Delivery, type DeliveryOptions, type Route } from '../src/index.js';
import { createServices, registerAccounts, type Services } from './services.js';

let services: Services;
let auth: Connection;
const inboxes: Record<string, Connection> = {};
const open: Delivery[] = [];

beforeAll(async () => {
  services = await createServices();
  auth = await connected(services.auth.owner.url);
  for (const name of ['learning', 'payments', 'notifications', 'activity'] as const)
    inboxes[name] = await connected(services[name].owner.url);
});
beforeEach(async () => {
  await Promise.all(open.splice(0).map((delivery) => delivery.end()));
  await auth.query('DELETE FROM users; DELETE FROM outbox');
  for (const inbox of Object.values(inboxes)) await inbox.query('TRUNCATE received_events');
});
afterAll(async () => {
  await Promise.all(open.splice(0).map((delivery) => delivery.end()));
  for (const connection of [auth, ...Object.values(inboxes)]) await connection?.end();
  await services?.drop();
});

async function connected(url: string): Promise<Connection> {
  const connection = new Connection({ connectionString: url });
  connection.on('error', () => undefined);
  await connection.connect();
  return connection;
}

function delivery(options: Partial<DeliveryOptions> = {}): Delivery {
  const made = createDelivery({ ...services.databases, pollMs: 200, ...options });
  open.push(made);
  return made;
}

const register = (number: number) => registerAccounts(auth, number);
const told = async (consumer: string): Promise<string[]> => {
  const { rows } = await auth.query(
    'SELECT event_id AS id FROM outbox_deliveries WHERE consumer = $1 ORDER BY 1',
    [consumer],
  );
  return rows.map(({ id }) => id);
};
const received = async (consumer: string): Promise<string[]> => {
  const { rows } = await (inboxes[consumer] as Connection).query('SELECT id FROM received_events ORDER BY 1');
  return rows.map(({ id }) => id);
};

describe('a delivery', () => {
  it('brings each event to the inboxes of those who listen, as the roles that can do nothing else', async () => {
    const users = await register(50);
    await auth.query('UPDATE users SET last_name = $2 WHERE id = ANY ($1)', [users.slice(0, 20), 'B']);
    await auth.query('DELETE FROM users WHERE id = ANY ($1)', [users.slice(0, 5)]);

    const delivered = await delivery({ batch: 7 }).drain();

    // A deletion takes back what was not delivered.
    const expected = { payments: 50, activity: 50, notifications: 65, learning: 5 };
    expect(delivered).toBe(170);
    for (const [consumer, number] of Object.entries(expected)) {
      expect([consumer, await received(consumer)]).toEqual([consumer, await told(consumer)]);
      expect(await received(consumer)).toHaveLength(number);
    }
    expect(await delivery().drain()).toBe(0);
  });

  it('by several at once brings each event once, and none is left', async () => {
    await register(300);

    const several = [0, 1, 2, 3].map(() => delivery({ batch: 20 }));
    await Promise.all(several.map((each) => each.drain()));
    await several[0]?.drain();

    for (const consumer of ['payments', 'activity', 'notifications'])
      expect(await received(consumer)).toEqual(await told(consumer));
    expect(await several[0]?.status()).toEqual(
      ['activity', 'learning', 'notifications', 'payments'].map((to) => ({
        from: 'auth',
        to,
        open: 0,
        dead: 0,
        oldest: null,
      })),
    );
  });

  it('that died behind the inbox comes again, and the inbox has the event once', async () => {
    await register(10);
    await delivery().drain();
    // As if it had been killed before it could say so.
    await auth.query('UPDATE outbox_deliveries SET delivered_at = NULL');

    expect(await delivery().drain()).toBe(30);

    for (const consumer of ['payments', 'activity', 'notifications'])
      expect(await received(consumer)).toEqual(await told(consumer));
  });

  it('goes on around what an inbox refuses, gives that up after its attempts, and takes it up again', async () => {
    await register(10);
    const [poison] = await told('payments');
    const payments = inboxes.payments as Connection;
    await payments.query(`ALTER TABLE received_events ADD CONSTRAINT no_poison CHECK (id <> '${poison}')`);
    const batches: [Route, Batch][] = [];
    const failing = delivery({ attempts: 3, onBatch: (route, batch) => batches.push([route, batch]) });
    for (let round = 0; round < 4; round += 1) {
      await failing.drain();
      await auth.query(
        `UPDATE outbox_deliveries SET available_at = now() - interval '1 second' WHERE delivered_at IS NULL`,
      );
    }

    const ofPayments = batches.filter(([{ to }]) => to === 'payments').map(([, batch]) => batch);
    expect(ofPayments).toEqual([
      { claimed: 10, delivered: 9, failed: 1, dead: 0 },
      { claimed: 1, delivered: 0, failed: 1, dead: 0 },
      { claimed: 1, delivered: 0, failed: 0, dead: 1 },
    ]);
    expect(await failing.status()).toContainEqual({
      from: 'auth',
      to: 'payments',
      open: 0,
      dead: 1,
      oldest: null,
    });
    const { rows } = await auth.query('SELECT reason FROM outbox_deliveries WHERE dead_at IS NOT NULL');
    expect(rows).toEqual([{ reason: expect.stringContaining('no_poison') }]);
    expect(rows[0].reason).not.toContain('@example.com');

    await payments.query('ALTER TABLE received_events DROP CONSTRAINT no_poison');
    expect(await failing.redrive({ to: 'learning' })).toBe(0);
    expect(await failing.redrive({ from: 'auth', to: 'payments' })).toBe(1);
    expect(await failing.drain()).toBe(1);
    expect(await received('payments')).toEqual(await told('payments'));
  });
});

describe('a running delivery', () => {
  it('delivers as events are told, finds its databases again when connections break, and stops when it is told to', async () => {
    const stopping = new AbortController();
    const failures: string[] = [];
    const running = delivery({ onFailure: (_route, reason) => failures.push(reason) });
    const run = running.run(stopping.signal);
    const arrived = async (consumer: string): Promise<void> => {
      while ((await received(consumer)).length < (await told(consumer)).length)
        await new Promise((resolve) => setTimeout(resolve, 20));
    };

    await register(5);
    await arrived('notifications');
    for (let round = 0; round < 3; round += 1) {
      for (const connection of [auth, ...Object.values(inboxes)])
        await connection.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'codezest-db-delivery'
             AND datname = current_database()`,
        );
      await register(5);
      for (const consumer of ['payments', 'activity', 'notifications']) await arrived(consumer);
    }
    stopping.abort();
    await run;

    for (const consumer of ['payments', 'activity', 'notifications'])
      expect(await received(consumer)).toEqual(await told(consumer));
    expect(failures.every((reason) => !reason.includes('example.com'))).toBe(true);
  });

  it('is woken by the transaction that tells, long before it would look by itself', async () => {
    const stopping = new AbortController();
    const run = delivery({ pollMs: 60_000 }).run(stopping.signal);
    for (let told = 0; told < 3; told += 1) {
      await register(1);
      while ((await received('notifications')).length <= told)
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stopping.abort();
    await run;

    expect(await received('notifications')).toHaveLength(3);
  });
});

it('refuses what cannot be, before it connects', () => {
  for (const options of [
    { batch: 0 },
    { batch: 5_001 },
    { leaseSeconds: 1.5 },
    { attempts: -1 },
    { pollMs: Number.NaN },
  ])
    expect(() => createDelivery({ ...services.databases, ...options })).toThrow(
      expect.objectContaining({ code: 'DELIVERY_OPTION_INVALID' }),
    );
  expect(() => createDelivery({ outboxes: {}, inboxes: services.databases.inboxes })).toThrow(
    expect.objectContaining({ code: 'DELIVERY_ROUTE_MISSING' }),
  );
  expect(() =>
    createDelivery({ outboxes: { auth: 'mysql://here' }, inboxes: services.databases.inboxes }),
  ).toThrow(expect.objectContaining({ code: 'DATABASE_URL_INVALID' }));
});
