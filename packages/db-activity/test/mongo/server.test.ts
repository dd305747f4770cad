import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityLog } from '../../src/mongo/activity-logs.js';
import { type ActivityMongo, collectionsOf, createMongo } from '../../src/mongo/client.js';
import { collectionSpecs } from '../../src/mongo/collections.js';
import { eraseUserData } from '../../src/mongo/erase.js';
import { listActivityLogsByAction, listEventsByName, listUserActivityLogs } from '../../src/mongo/listing.js';
import { recordActivityLogs, recordAnalyticsEvents } from '../../src/mongo/record.js';
import { planSync, sync } from '../../src/mongo/sync.js';
import { type Capability, capabilities, capabilitiesOf, specsWithin } from './capabilities.js';
import { mutatedDocuments, validDocuments } from './documents.js';
import { ada, ben, loggedIn, videoPaused } from './fixtures.js';
import { startMongoServer } from './server.js';

// Before the tests are collected, because what the server can do decides which of them run.
const server = await startMongoServer();
const can = server ? await capabilitiesOf(server) : new Set<Capability>();

let mongo: ActivityMongo;

/** A test that runs where the server can do all of that; where it cannot, its name says why. */
function itOn(
  needed: readonly Capability[],
  name: string,
  work: () => Promise<void>,
  timeout?: number,
): void {
  const missing = needed.filter((capability) => !can.has(capability));
  const reason = server
    ? `${server.name} has no ${missing.join(', no ')}`
    : 'neither TEST_MONGODB_URL nor mongod, a download or FerretDB is to be had';
  const lacking = server === undefined || missing.length > 0;
  it.skipIf(lacking)(lacking ? `${name} (${reason})` : name, work, timeout);
}

beforeAll(async () => {
  if (server === undefined) return;
  mongo = createMongo({ url: server.url(`codezest_test_${randomUUID().slice(0, 8)}`) });
  if (capabilities.every((capability) => can.has(capability))) {
    await sync(mongo);
    return;
  }
  const database = await mongo.database();
  const { commands } = await planSync(mongo, { specs: specsWithin(collectionSpecs, can) });
  for (const { command } of commands) if (command.createIndexes) await database.command(command);
});

afterAll(async () => {
  if (server === undefined) return;
  await (await mongo.database()).dropDatabase();
  await mongo.close();
  await server.stop();
});

describe(`on ${server?.name ?? 'no server'}`, () => {
  itOn([], 'a MongoDB can do all that is asked for, FerretDB none of it', async () => {
    expect([...can].sort()).toEqual(server?.kind === 'MongoDB' ? [...capabilities].sort() : []);
  });

  itOn([], 'an event is recorded once, alone and among others, and comes back as it was', async () => {
    const log = loggedIn({ action: 'auth.registered', resource: 'user', resourceId: '😀' });
    const counts = [
      await recordActivityLogs(mongo, [log]),
      await recordActivityLogs(mongo, [loggedIn({ userId: ben }), log, loggedIn({ userId: ben })]),
      await recordActivityLogs(mongo, []),
    ];

    const { activityLogs } = await collectionsOf(mongo);
    const { id, ...rest } = log;
    expect(counts).toEqual([1, 2, 0]);
    expect(await activityLogs.findOne({ _id: id })).toEqual({
      _id: id,
      schemaVersion: 1,
      ...rest,
      expireAt: new Date('2026-12-30T12:00:00Z'),
    });
  });

  itOn([], 'an event that 16 record at once is one document', async () => {
    const event = videoPaused({ eventName: 'race.event' });

    const counts = await Promise.all(Array.from({ length: 16 }, () => recordAnalyticsEvents(mongo, [event])));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await listEventsByName(mongo, 'race.event')).items.map(({ _id }) => _id)).toEqual([event.id]);
  });

  itOn([], 'pages reach every document once, newest first, also within one millisecond', async () => {
    const at = (second: number): Date => new Date(Date.UTC(2026, 9, 1, 12, 0, second));
    const logs = Array.from({ length: 95 }, (_, number) =>
      loggedIn({ action: 'paging.test', at: at(Math.floor(number / 10)) }),
    );
    await recordActivityLogs(mongo, logs);

    const seen: ActivityLog[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await listActivityLogsByAction(mongo, 'paging.test', {
        limit: 10,
        cursor: cursor ?? null,
      });
      seen.push(...page.items);
      cursor = page.nextCursor;
    }

    const newestFirst = logs
      .map(({ id, at: time }) => ({ id, time: time.getTime() }))
      .sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
    expect(seen.map(({ _id }) => _id)).toEqual(newestFirst.map(({ id }) => id));
    const span = { from: at(2), to: at(4) };
    expect((await listActivityLogsByAction(mongo, 'paging.test', { limit: 100, span })).items).toHaveLength(
      20,
    );
  });

  itOn([], 'erasure leaves nothing of the person and everything of others', async () => {
    const eve = '01900000-0000-7000-8000-000000000003' as typeof ada;
    await recordActivityLogs(mongo, [
      ...Array.from({ length: 1_100 }, () => loggedIn({ userId: eve })),
      loggedIn({ action: 'kept.log' }),
    ]);
    await recordAnalyticsEvents(mongo, [
      videoPaused({ userId: eve }),
      videoPaused({ userId: undefined, eventName: 'kept.event' }),
    ]);

    expect(await eraseUserData(mongo, eve)).toEqual({ activity_logs: 1_100, analytics_events: 1 });
    expect(await eraseUserData(mongo, eve)).toEqual({ activity_logs: 0, analytics_events: 0 });
    expect((await listUserActivityLogs(mongo, eve)).items).toEqual([]);
    expect((await listActivityLogsByAction(mongo, 'kept.log')).items).toHaveLength(1);
    expect((await listEventsByName(mongo, 'kept.event')).items).toHaveLength(1);
  });

  itOn([], 'a plan changes nothing', async () => {
    const database = await mongo.database();
    const before = await database.listCollections().toArray();

    const { commands } = await planSync(mongo, {
      specs: specsWithin(collectionSpecs, can).map((spec) => ({ ...spec, name: `${spec.name}_planned` })),
    });

    expect(commands.length).toBeGreaterThan(0);
    expect(await database.listCollections().toArray()).toEqual(before);
  });

  itOn(capabilities, 'sync has nothing left to do after itself, and runs one at a time', async () => {
    const own = createMongo({ url: server?.url(`codezest_test_${randomUUID().slice(0, 8)}`) ?? '' });
    try {
      const runs = await Promise.allSettled([sync(own), sync(own), sync(own)]);
      const plan = await planSync(own);

      for (const run of runs) {
        if (run.status === 'rejected') expect(run.reason).toMatchObject({ code: 'MONGODB_SYNC_LOCKED' });
      }
      expect(runs.map(({ status }) => status)).toContain('fulfilled');
      expect(plan).toEqual({ commands: [], notices: [] });
    } finally {
      await (await own.database()).dropDatabase();
      await own.close();
    }
  });

  itOn(capabilities, 'an index that no spec knows is hidden', async () => {
    const database = await mongo.database();
    await database.collection('activity_logs').createIndex({ ip: 1 }, { name: 'stranger' });

    await sync(mongo);

    const indexes = await database.collection('activity_logs').listIndexes().toArray();
    expect(indexes.find(({ name }) => name === 'stranger')).toMatchObject({ hidden: true });
    expect((await planSync(mongo)).commands).toEqual([]);
  });

  for (const spec of collectionSpecs) {
    itOn(['validators', 'changing a collection'], `its verdict on ${spec.name} is ours`, async () => {
      const collection = (await mongo.database()).collection<{ _id: string }>(spec.name);
      const valid = new Map(
        fc.sample(validDocuments(spec), 1_000).map((document) => [document._id, document]),
      );
      const mutated = fc.sample(mutatedDocuments(spec), 1_000);

      const insert = (documents: object[]) =>
        collection.insertMany(documents as { _id: string }[], { ordered: false });

      await collection.deleteMany({ _id: { $in: [...valid.keys()] as string[] } });
      expect((await insert([...valid.values()])).insertedCount).toBe(valid.size);
      const refusal = await insert(mutated).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ result: { insertedCount: 0 } });
    });
  }

  itOn(
    ['expiry'],
    'a document whose time has come goes',
    async () => {
      const log = loggedIn({ action: 'expired.log', at: new Date('2020-01-01T00:00:00Z') });
      await recordActivityLogs(mongo, [log]);

      await expect
        .poll(async () => (await listActivityLogsByAction(mongo, 'expired.log')).items, {
          // The server looks about once a minute.
          timeout: 150_000,
          interval: 1_000,
        })
        .toEqual([]);
    },
    160_000,
  );

  itOn(['partial indexes'], 'the queries of a user are answered from their indexes', async () => {
    const { activityLogs, analyticsEvents } = await collectionsOf(mongo);
    for (const collection of [activityLogs, analyticsEvents]) {
      const plan = await collection.find({ userId: ada }).sort({ at: -1, _id: -1 }).limit(21).explain();
      const text = JSON.stringify(plan.queryPlanner.winningPlan);

      expect(text).toContain('_user_id_at_id_idx');
      expect(text).not.toMatch(/COLLSCAN|"SORT"/);
    }
  });
});
