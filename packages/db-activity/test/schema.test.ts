import { ActivityType as SharedActivityType, type UserId } from '@codezest/db-types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivityType, databaseErrorFacts, isUniqueViolation } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventIdAt } from './event-id.js';

const ada = '01900000-0000-7000-8000-000000000001' as UserId;
const ben = '01900000-0000-7000-8000-000000000002' as UserId;
const october = new Date('2026-10-07T09:30:00.250Z');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function started(values: { userId?: UserId; at?: Date } = {}) {
  const createdAt = values.at ?? october;
  return {
    id: eventIdAt(createdAt),
    userId: values.userId ?? ada,
    type: ActivityType.MODULE_STARTED,
    description: 'Started Ownership',
    createdAt,
  };
}

async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was accepted'),
    (error: unknown) => error,
  );
}

describe('recording', () => {
  it('needs neither id nor time, and takes the time from the id it makes', async () => {
    const { id, createdAt } = await database.client.userActivity.create({
      data: {
        userId: ada,
        type: 'BADGE_EARNED',
        description: 'Seven days in a row',
        metadata: { badge: 'week' },
      },
    });

    const [row] = await database.client.$queryRaw<
      { time: Date }[]
    >`SELECT rules.uuid_v7_time(${id}::uuid) AS time`;
    expect(row?.time).toEqual(createdAt);
    expect(
      await database.client.userActivity.findUnique({ where: { createdAt_id: { createdAt, id } } }),
    ).toMatchObject({
      id,
      metadata: { badge: 'week' },
    });
  });

  it('is one row when an event is recorded twice', async () => {
    const event = started();

    const counts = [];
    for (const _ of [1, 2]) {
      counts.push(await database.client.userActivity.createMany({ data: [event], skipDuplicates: true }));
    }
    const again = await refusal(database.client.userActivity.create({ data: event }));
    await database.client.userActivity.upsert({
      where: { createdAt_id: { createdAt: event.createdAt, id: event.id } },
      create: event,
      update: {},
    });

    expect(counts).toEqual([{ count: 1 }, { count: 0 }]);
    expect(isUniqueViolation(again)).toBe(true);
    expect(await database.client.userActivity.count({ where: { id: event.id } })).toBe(1);
  });

  it('refuses an event that comes again under another time', async () => {
    const event = started();
    await database.client.userActivity.create({ data: event });

    const late = await refusal(
      database.client.userActivity.create({
        data: { ...event, createdAt: new Date(october.getTime() + 60_000) },
      }),
    );

    expect(databaseErrorFacts(late)).toMatchObject({ constraint: 'user_activities_created_at_of_id_check' });
  });

  it('reads the same time from an id as whoever made it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        async (time) => {
          const [row] = await database.client.$queryRaw<{ milliseconds: bigint }[]>`
          SELECT (extract(epoch FROM rules.uuid_v7_time(${eventIdAt(time)}::uuid)) * 1000)::bigint AS milliseconds`;

          expect(Number(row?.milliseconds)).toBe(time.getTime());
        },
      ),
    );
  });

  it('knows the kinds of activity that the services report', () => {
    expect(Object.keys(ActivityType)).toEqual(Object.keys(SharedActivityType));
  });
});

describe('the feed', () => {
  it('is a user’s rows over all months, newest first, each page from the last row seen', async () => {
    const user = '01900000-0000-7000-8000-0000000000f1' as UserId;
    const days = [
      '2026-07-31T23:59:59.999Z',
      '2026-08-01T00:00:00.000Z',
      '2026-09-15T08:00:00Z',
      '2026-09-15T08:00:00Z',
    ];
    const rows = days.map((day) => started({ userId: user, at: new Date(day) }));
    await database.client.userActivity.createMany({ data: [...rows, started({ userId: ben })] });

    const orderBy = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
    const first = await database.client.userActivity.findMany({ where: { userId: user }, orderBy, take: 3 });
    const last = first.at(-1);
    if (!last) expect.unreachable('the first page is empty');
    const second = await database.client.userActivity.findMany({
      where: { userId: user },
      orderBy,
      cursor: { createdAt_id: { createdAt: last.createdAt, id: last.id } },
      skip: 1,
    });

    const newestFirst = rows.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1));
    expect([...first, ...second].map(({ id }) => id)).toEqual(newestFirst);
  });
});

describe('history', () => {
  it('cannot be changed through the client', async () => {
    const { id } = await database.client.userActivity.create({ data: started() });

    const refusals = await Promise.all(
      [database.client, database.owner.client].flatMap(({ userActivity }) => [
        refusal(userActivity.updateMany({ where: { id }, data: { description: '-' } })),
        refusal(userActivity.deleteMany({ where: { id } })),
      ]),
    );

    // The service has no right to, and a rule keeps those who have.
    expect(refusals.map((error) => databaseErrorFacts(error)?.sqlState)).toEqual(Array(4).fill('42501'));
    expect(refusals.map((error) => databaseErrorFacts(error)?.constraint)).toEqual([
      undefined,
      undefined,
      'user_activities_append_only_rule',
      'user_activities_append_only_rule',
    ]);
  });

  it('forgets a user when a transaction says whom, and nobody else', async () => {
    const user = '01900000-0000-7000-8000-0000000000f2' as UserId;
    await database.client.userActivity.createMany({
      data: [started({ userId: user }), started({ userId: user, at: new Date('2026-02-03T04:05:06Z') })],
    });

    const owner = database.owner.client;
    const erased = await owner.$transaction(async (transaction) => {
      await transaction.$queryRaw`SELECT set_config('codezest.erased_user', ${user}, true)`;
      const { count } = await transaction.userActivity.deleteMany({ where: { userId: user } });
      return count;
    });
    const later = await refusal(owner.userActivity.deleteMany({ where: { userId: ada } }));

    expect(erased).toBe(2);
    expect(databaseErrorFacts(later)).toMatchObject({ sqlState: '42501' });
  });
});

describe('engagement', () => {
  it('adds up under concurrent updates', async () => {
    await database.client.userEngagement.create({ data: { userId: ben } });

    await Promise.all(
      Array.from({ length: 20 }, () =>
        database.client.userEngagement.update({ where: { userId: ben }, data: { points: { increment: 5 } } }),
      ),
    );

    expect(await database.client.userEngagement.findUnique({ where: { userId: ben } })).toMatchObject({
      points: 100,
    });
  });
});
