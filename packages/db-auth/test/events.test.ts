import { ROUNDS } from '@codezest/db-core/testing';
import { contractOf, type EventId, eventContracts, parseEvent, type UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteAccount, eraseUser, requestErasure } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, passwordHash } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
beforeEach(() => database.owner.client.outboxEvent.deleteMany());

interface Told {
  readonly type: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly payload: Record<string, unknown>;
}

/** All events there are, in the order in which they were told. */
const told = (userId?: UserId): Promise<Told[]> =>
  database.client.outboxEvent.findMany({
    where: userId === undefined ? {} : { aggregateId: userId },
    orderBy: [{ aggregateVersion: 'asc' }, { id: 'asc' }],
    select: { type: true, aggregateId: true, aggregateVersion: true, payload: true },
  }) as Promise<Told[]>;
const typesTold = async (userId?: UserId): Promise<string[]> =>
  (await told(userId)).map(({ type, aggregateVersion }) => `${type} ${aggregateVersion}`);
const sql = (text: string, ...values: unknown[]) => database.client.$executeRawUnsafe(text, ...values);

it('goes to whom the contracts name, and no further', async () => {
  const rows = await database.owner.client.$queryRawUnsafe<{ entry: string }[]>(
    `SELECT type || ' ' || version || ' ' || consumer AS entry FROM rules.event_consumers`,
  );
  const contracts = eventContracts.filter(({ producer }) => producer === 'auth');

  expect(contracts.length).toBeGreaterThan(2);
  expect(rows.map(({ entry }) => entry).sort()).toEqual(
    contracts
      .flatMap(({ type, version, consumers }) =>
        consumers.map((consumer) => `${type} ${version} ${consumer}`),
      )
      .sort(),
  );
});

describe('a registration', () => {
  it('by createAccount tells role and contact, with the time zone of the profile, once', async () => {
    const { user } = await newAccount(database.client, { profile: { timezone: 'Europe/Berlin' } });

    expect(await told(user.id)).toEqual([
      {
        type: 'user.registered',
        aggregateId: user.id,
        aggregateVersion: 1,
        payload: { userId: user.id, role: 'STUDENT' },
      },
      {
        type: 'user.contact_changed',
        aggregateId: user.id,
        aggregateVersion: 1,
        payload: {
          userId: user.id,
          email: user.email,
          firstName: 'Grace',
          lastName: 'Hopper',
          phone: null,
          timeZone: 'Europe/Berlin',
        },
      },
    ]);
    expect(user.version).toBe(1);
  });

  it("by Prisma's nested create tells the profile's phone with the highest version", async () => {
    const { id } = await database.client.user.create({
      data: {
        email: 'nested@example.com',
        firstName: 'Ada',
        lastName: 'Byron',
        password: passwordHash,
        profile: { create: { phone: '+4930123456' } },
      },
    });

    const events = await told(id);
    expect(events.at(-1)).toMatchObject({
      type: 'user.contact_changed',
      payload: { phone: '+4930123456', email: 'nested@example.com' },
    });
  });

  it('of many rows in one statement tells each of them', async () => {
    await sql(
      `INSERT INTO users (id, email, first_name, last_name, password)
       SELECT gen_random_uuid(), 'many' || n || '@example.com', 'M', '', $1 FROM generate_series(1, 50) n`,
      passwordHash,
    );

    const events = await told();
    expect(events.filter(({ type }) => type === 'user.registered')).toHaveLength(50);
    expect(new Set(events.map(({ aggregateId }) => aggregateId)).size).toBe(50);
    expect(events).toHaveLength(100);
  });

  it('writes what parseEvent of db-types takes', async () => {
    await newAccount(database.client);
    const rows = await database.client.outboxEvent.findMany();

    expect(rows.length).toBeGreaterThan(1);
    for (const { occurredAt, occurredTs, ...row } of rows) {
      expect(occurredTs).toEqual(occurredAt);
      expect(() => parseEvent({ ...row, occurredAt: occurredAt.toISOString() })).not.toThrow();
    }
  });
});

describe('a change', () => {
  it('of address or name tells all of it, with the next version, by Prisma and by raw SQL', async () => {
    const { user } = await newAccount(database.client);
    await database.client.user.update({ where: { id: user.id }, data: { firstName: 'Rear Admiral' } });
    await sql(`UPDATE users SET email = 'moved@example.com' WHERE id = $1::uuid`, user.id);

    const events = await told(user.id);
    expect(await typesTold(user.id)).toEqual([
      'user.registered 1',
      'user.contact_changed 1',
      'user.contact_changed 2',
      'user.contact_changed 3',
    ]);
    expect(events.at(-1)?.payload).toMatchObject({
      email: 'moved@example.com',
      firstName: 'Rear Admiral',
      lastName: 'Hopper',
    });
  });

  it('of phone or time zone is one of the account, and so is the end of the profile', async () => {
    const { user } = await newAccount(database.client);
    await database.client.userProfile.update({ where: { userId: user.id }, data: { phone: '+4930123456' } });
    await sql(`UPDATE user_profiles SET timezone = 'Asia/Kolkata' WHERE user_id = $1::uuid`, user.id);
    await database.client.userProfile.delete({ where: { userId: user.id } });

    const events = await told(user.id);
    expect(events.slice(2).map(({ aggregateVersion, payload }) => [aggregateVersion, payload])).toEqual([
      [2, expect.objectContaining({ phone: '+4930123456', timeZone: null })],
      [3, expect.objectContaining({ phone: '+4930123456', timeZone: 'Asia/Kolkata' })],
      [4, expect.objectContaining({ phone: null, timeZone: null })],
    ]);
  });

  it('of what nobody else has a copy of tells nothing, and neither does a write of the same', async () => {
    const { user } = await newAccount(database.client);
    await database.client.user.update({ where: { id: user.id }, data: { lastLoginAt: new Date() } });
    await database.client.user.update({ where: { id: user.id }, data: { firstName: 'Grace' } });
    await database.client.userProfile.update({ where: { userId: user.id }, data: { bio: 'Compilers' } });
    await deleteAccount(database.client, user.id);

    expect(await typesTold(user.id)).toEqual(['user.registered 1', 'user.contact_changed 1']);
  });

  it('never lowers the version', async () => {
    const { user } = await newAccount(database.client);

    await expect(
      database.client.user.update({ where: { id: user.id }, data: { version: 0 } }),
    ).rejects.toThrow(/users_version_rule/);
  });

  it('of many in a session that began with small tables reads no table as a whole', async () => {
    const { client } = database.owner;
    await newAccount(database.client, { profile: { timezone: 'Europe/Berlin' } });
    await client.$executeRawUnsafe('ANALYZE users, user_profiles, outbox, outbox_deliveries');

    const read = await client.$transaction(async (transaction) => {
      const run = (text: string) => transaction.$executeRawUnsafe(text);
      await run(`INSERT INTO users (id, email, first_name, last_name, password, updated_at)
        SELECT gen_random_uuid(), 'many-' || n || '@example.com', 'Ada', 'Lovelace', '${passwordHash}', now()
        FROM generate_series(1, 300) n`);
      for (const zone of ['Europe/Berlin', 'Europe/Paris'])
        await run(`INSERT INTO user_profiles (id, user_id, timezone, updated_at)
          SELECT gen_random_uuid(), id, '${zone}', now() FROM users WHERE email LIKE 'many-%'
          ON CONFLICT (user_id) DO UPDATE SET timezone = excluded.timezone`);
      return transaction.$queryRawUnsafe<{ rows: number }[]>(
        `SELECT sum(seq_tup_read)::int AS rows FROM pg_stat_xact_user_tables WHERE relname IN ('users', 'outbox')`,
      );
    });

    // The statements themselves read the accounts once each.
    expect(read[0]?.rows).toBeLessThan(5_000);
  });

  it('at the same time as another leaves the highest version with what is stored', async () => {
    const { user } = await newAccount(database.client);
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all([
        database.client.user.update({ where: { id: user.id }, data: { firstName: `Grace ${round}` } }),
        database.client.userProfile.update({
          where: { userId: user.id },
          data: { phone: `+49301234${1000 + round}` },
        }),
      ]);

      const last = (await told(user.id)).at(-1);
      const { version } = await database.client.user.findUniqueOrThrow({ where: { id: user.id } });
      expect(last).toMatchObject({
        aggregateVersion: version,
        payload: { firstName: `Grace ${round}`, phone: `+49301234${1000 + round}` },
      });
    }
  });
});

describe('a deletion', () => {
  it.each<[string, (id: UserId) => Promise<unknown>]>([
    ['Prisma', (id) => database.owner.client.user.delete({ where: { id } })],
    ['deleteMany', (id) => database.owner.client.user.deleteMany({ where: { id } })],
    [
      'psql as the owner',
      (id) => database.owner.client.$executeRawUnsafe(`DELETE FROM users WHERE id = '${id}'`),
    ],
    [
      'a cascade',
      (id) =>
        database.owner.client.$transaction(async (open) => {
          await open.$executeRawUnsafe('CREATE TABLE households (id uuid PRIMARY KEY)');
          await open.$executeRawUnsafe('INSERT INTO households SELECT id FROM users');
          await open.$executeRawUnsafe(
            'ALTER TABLE users ADD CONSTRAINT household FOREIGN KEY (id) REFERENCES households (id) ON DELETE CASCADE',
          );
          await open.$executeRawUnsafe(`DELETE FROM households WHERE id = '${id}'`);
          await open.$executeRawUnsafe('ALTER TABLE users DROP CONSTRAINT household');
          await open.$executeRawUnsafe('DROP TABLE households');
        }),
    ],
  ])('by %s tells it, and nothing else of the account is told any more', async (_by, remove) => {
    const { user } = await newAccount(database.client, { profile: { timezone: 'Europe/Berlin' } });
    const { user: other } = await newAccount(database.client);
    await remove(user.id);

    expect(await told(user.id)).toEqual([
      {
        type: 'user.deleted',
        aggregateId: user.id,
        aggregateVersion: 2,
        payload: { userId: user.id },
      },
    ]);
    expect(await typesTold(other.id)).toEqual(['user.registered 1', 'user.contact_changed 1']);
    const consumers = await database.client.outboxDelivery.findMany({ where: { aggregateId: user.id } });
    expect(consumers.map(({ consumer }) => consumer).sort()).toEqual(
      [...(contractOf('user.deleted', 1)?.consumers ?? [])].sort(),
    );
  });

  it('of an account that is only closed is not told: it may be opened again', async () => {
    const { user } = await newAccount(database.client);
    await deleteAccount(database.client, user.id);

    expect(await typesTold(user.id)).not.toContain('user.deleted 2');
  });

  it('that was asked for is told under the id of the request', async () => {
    const { user } = await newAccount(database.client);
    const { requestId } = await requestErasure(database.client, user.id);
    await eraseUser(database.owner.client, { requestId, userId: user.id });

    const events = await database.client.outboxEvent.findMany({ where: { aggregateId: user.id } });
    expect(events).toEqual([expect.objectContaining({ id: requestId as EventId, type: 'user.deleted' })]);
  });
});
