import { withClient } from '@codezest/constraint-tests';
import { ROUNDS } from '@codezest/db-core/testing';
import { parseEvent, type UserId } from '@codezest/db-types';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteExpired } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount } from './fixtures.js';

let database: TestDatabase;
/** Two processes that deliver, with the rights of the role that does. */
let relays: [Client, Client];

beforeAll(async () => {
  database = await createTestDatabase();
  relays = [
    new Client({ connectionString: database.relayUrl }),
    new Client({ connectionString: database.relayUrl }),
  ];
  for (const relay of relays) await relay.connect();
});
afterAll(async () => {
  for (const relay of relays ?? []) await relay.end();
  await database?.drop();
});
beforeEach(() => database.owner.client.outboxEvent.deleteMany());

interface Claimed {
  readonly event_id: string;
  readonly lease_token: string;
  readonly attempts: number;
  readonly event: { readonly aggregateId: string; readonly aggregateVersion: number; readonly type: string };
}

const claim = async (
  consumer: string,
  batch = 100,
  lease = '1 minute',
  relay = relays[0],
): Promise<Claimed[]> =>
  (await relay.query<Claimed>('SELECT * FROM rules.claim_outbox($1, $2, $3)', [consumer, batch, lease])).rows;
const finish = async (claimed: readonly Claimed[], relay = relays[0]): Promise<number> =>
  (
    await relay.query<{ n: number }>('SELECT rules.finish_outbox($1, $2) AS n', [
      claimed[0]?.lease_token,
      claimed.map(({ event_id }) => event_id),
    ])
  ).rows[0]?.n ?? 0;
const fail = async (claimed: readonly Claimed[], retryIn: string, dead = false): Promise<number> =>
  (
    await relays[0].query<{ n: number }>('SELECT rules.fail_outbox($1, $2, $3, $4, $5) AS n', [
      claimed[0]?.lease_token,
      claimed.map(({ event_id }) => event_id),
      'The inbox did not answer.',
      retryIn,
      dead,
    ])
  ).rows[0]?.n ?? 0;
const state = async () => {
  const { rows } = await relays[0].query<{
    consumer: string;
    open: string;
    dead: string;
    oldest: Date | null;
  }>('SELECT * FROM rules.outbox_state()');
  return Object.fromEntries(
    rows.map(({ consumer, open, dead, oldest }) => [
      consumer,
      { open: Number(open), dead: Number(dead), waits: oldest !== null },
    ]),
  );
};
const people = async (count: number): Promise<UserId[]> => {
  const ids: UserId[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await newAccount(database.client)).user.id);
  return ids;
};
const rename = (id: UserId, lastName: string) =>
  database.client.user.update({ where: { id }, data: { lastName } });
const leaseIsOver = () =>
  database.owner.client.$executeRawUnsafe(`UPDATE outbox_deliveries SET leased_until = now() - interval '1 second'
    WHERE leased_until IS NOT NULL`);

describe('a claim', () => {
  it('gives events as the contracts describe them, and each to one process', async () => {
    const ids = await people(20);
    const [some, others] = await Promise.all([
      claim('notifications', 10, '1 minute', relays[0]),
      claim('notifications', 100, '1 minute', relays[1]),
    ]);

    const all = [...some, ...others];
    expect(all.map(({ event }) => event.aggregateId).sort()).toEqual([...ids].sort());
    for (const { event, event_id, attempts } of all) {
      expect(parseEvent(event)).toMatchObject({ id: event_id, type: 'user.contact_changed' });
      expect(attempts).toBe(1);
    }
    expect(await claim('notifications')).toEqual([]);
  });

  it('gives the events of an account one after the other, in the order of its versions', async () => {
    const [id] = await people(1);
    for (const name of ['a', 'b', 'c']) await rename(id as UserId, name);

    const versions: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const claimed = await claim('notifications');
      expect(claimed).toHaveLength(1);
      expect(await claim('notifications', 100, '1 minute', relays[1])).toEqual([]);
      versions.push(claimed[0]?.event.aggregateVersion ?? 0);
      expect(await finish(claimed)).toBe(1);
    }

    expect(versions).toEqual([1, 2, 3, 4]);
    expect(await claim('notifications')).toEqual([]);
  });

  it('does not hold up what another consumer gets', async () => {
    await people(1);
    await claim('payments');

    expect(await claim('activity')).toHaveLength(1);
  });

  it('ends with its lease: then another process has the event, and the first can say nothing of it', async () => {
    await people(1);
    const first = await claim('payments');
    await leaseIsOver();
    const second = await claim('payments', 1, '1 minute', relays[1]);

    expect(second).toEqual([expect.objectContaining({ event_id: first[0]?.event_id, attempts: 2 })]);
    expect(await finish(first)).toBe(0);
    expect(await fail(first, '0 seconds', true)).toBe(0);
    expect(await finish(second, relays[1])).toBe(1);
    expect((await state()).payments).toEqual({ open: 0, dead: 0, waits: false });
  });

  it(`misses nothing that commits later than what came after it, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await database.owner.client.outboxEvent.deleteMany();
      const slow = new Client({ connectionString: database.url });
      await slow.connect();
      try {
        // The first takes its place in the order, and commits behind the second.
        await slow.query('BEGIN');
        await slow.query(
          `INSERT INTO users (id, email, first_name, last_name) VALUES (gen_random_uuid(), $1, 'Slow', '')`,
          [`slow${round}@example.com`],
        );
        await slow.query(`INSERT INTO oauth_accounts (id, user_id, provider, provider_id)
          SELECT gen_random_uuid(), id, 'GITHUB', id::text FROM users WHERE email = 'slow${round}@example.com'`);
        const [quick] = await people(1);
        const before = await claim('activity');
        await finish(before);
        await slow.query('COMMIT');
        const after = await claim('activity');

        expect(before.map(({ event }) => event.aggregateId)).toEqual([quick]);
        expect(after).toHaveLength(1);
      } finally {
        await slow.end();
      }
    }
  });
});

describe('a failure', () => {
  it('is tried again when its time has come, and holds up the account alone', async () => {
    const [poisoned, ...others] = await people(5);
    await rename(poisoned as UserId, 'later');
    const claimed = await claim('notifications');
    const [poison] = claimed.filter(({ event }) => event.aggregateId === poisoned);
    await fail([poison as Claimed], '1 hour');
    await finish(claimed.filter((one) => one !== poison));

    expect(claimed.map(({ event }) => event.aggregateId).sort()).toEqual([poisoned, ...others].sort());
    expect(await claim('notifications')).toEqual([]);
    await database.owner.client.outboxDelivery.updateMany({ data: { availableAt: new Date(0) } });
    expect(await claim('notifications')).toEqual([
      expect.objectContaining({ event_id: poison?.event_id, attempts: 2 }),
    ]);
  });

  it('for good is dead with its reason, lets the next pass, and is told again when somebody says so', async () => {
    const [id] = await people(1);
    await rename(id as UserId, 'later');
    const poison = await claim('notifications');
    expect(await fail(poison, '0 seconds', true)).toBe(1);

    expect((await state()).notifications).toEqual({ open: 1, dead: 1, waits: true });
    const next = await claim('notifications');
    expect(next.map(({ event }) => event.aggregateVersion)).toEqual([2]);
    await finish(next);
    const dead = await database.client.outboxDelivery.findFirst({ where: { deadAt: { not: null } } });
    expect(dead).toMatchObject({ reason: 'The inbox did not answer.', attempts: 1 });

    // The application may.
    const redriven = await database.client.$queryRawUnsafe(
      `SELECT rules.redrive_outbox('notifications') AS n`,
    );
    expect(redriven).toEqual([{ n: 1n }]);
    expect(await claim('notifications')).toEqual([
      expect.objectContaining({ event_id: poison[0]?.event_id, attempts: 1 }),
    ]);
  });

  it('keeps a thousand characters of its reason', async () => {
    await people(1);
    const [claimed] = await claim('payments');
    await relays[0].query('SELECT rules.fail_outbox($1, $2, $3, $4, $5)', [
      claimed?.lease_token,
      [claimed?.event_id],
      'r'.repeat(5_000),
      '1 second',
      false,
    ]);

    const row = await database.client.outboxDelivery.findFirst({ where: { consumer: 'payments' } });
    expect(row?.reason).toHaveLength(1_000);
  });
});

it('whoever listens is woken by a commit, and not by a rollback', async () => {
  const woken: string[] = [];
  relays[1].on('notification', ({ channel, payload }) => woken.push(`${channel}${payload}`));
  await relays[1].query('LISTEN codezest_outbox');
  const until = async (count: number) => {
    while (woken.length < count) await relays[1].query('SELECT 1');
  };
  await database.client
    .$transaction(async (open) => {
      await newAccount(open);
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await people(1);
  await until(1);

  // Both commits were told by now, had there been two.
  expect(woken).toEqual(['codezest_outbox']);
  await relays[1].query('UNLISTEN codezest_outbox');
});

it('a deletion takes along what is being delivered, and holds nobody up', async () => {
  const [id] = await people(1);
  const claimed = await claim('notifications');
  const deleting = new Client({ connectionString: database.owner.url });
  await deleting.connect();
  try {
    await deleting.query('BEGIN');
    await deleting.query('DELETE FROM users WHERE id = $1', [id]);
    // Its row is locked by the deletion: whoever delivers goes on.
    expect(await finish(claimed)).toBe(0);
    await deleting.query('COMMIT');
  } finally {
    await deleting.end();
  }

  expect(await finish(claimed)).toBe(0);
  expect((await claim('notifications')).map(({ event }) => event.type)).toEqual(['user.deleted']);
});

it('retention deletes what everybody has, after a week, in batches', async () => {
  await people(5);
  for (const consumer of ['payments', 'activity']) await finish(await claim(consumer));
  expect((await deleteExpired(database.client, { dryRun: true })).outbox).toBe(0);
  await withClient(database.owner.url, (owner) =>
    owner.query(`ALTER TABLE outbox DISABLE TRIGGER outbox_unchanged;
      UPDATE outbox SET occurred_at = occurred_at - interval '8 days';
      ALTER TABLE outbox ENABLE TRIGGER outbox_unchanged`),
  );

  expect((await deleteExpired(database.client, { dryRun: true })).outbox).toBe(5);
  expect((await deleteExpired(database.client, { batch: 2 })).outbox).toBe(5);
  // The contacts are not delivered yet.
  expect((await state()).notifications?.open).toBe(5);
  expect((await deleteExpired(database.client)).outbox).toBe(0);
});
