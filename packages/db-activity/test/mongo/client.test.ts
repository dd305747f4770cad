import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ActivityMongo, createMongo } from '../../src/mongo/client.js';
import { mongoHealth } from '../../src/mongo/health.js';
import { recordActivityLogs } from '../../src/mongo/record.js';
import * as surface from '../../src/mongo.js';
import { loggedIn } from './fixtures.js';
import { startWireDouble, type WireDouble } from './wire-double.js';

let double: WireDouble;
let opened: ActivityMongo[];

beforeEach(async () => {
  double = await startWireDouble();
  opened = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const mongo of opened) await mongo.close();
  await double.stop();
});

function open(options: Parameters<typeof createMongo>[0]): ActivityMongo {
  const mongo = createMongo(options);
  opened.push(mongo);
  return mongo;
}

/** The driver looks for a server that is back twice a second. */
const quickly = { serverSelectionTimeoutMS: 1_500 };

describe('the client', () => {
  it('reads its URL at the first use, and says which variable is missing', async () => {
    vi.stubEnv('ACTIVITY_MONGODB_URL', '');
    const mongo = open({});

    await expect(mongo.database()).rejects.toMatchObject({
      code: 'MONGODB_URL_MISSING',
      message: expect.stringContaining('ACTIVITY_MONGODB_URL'),
    });

    vi.stubEnv('ACTIVITY_MONGODB_URL', double.url);
    expect((await mongo.database()).databaseName).toBe('activity_double');
  });

  it('takes the database from the URL, an option wins, and without either it refuses', async () => {
    const without = double.url.replace('activity_double', '');

    expect((await open({ url: double.url, database: 'own' }).database()).databaseName).toBe('own');
    expect((await open({ url: double.url.replace('_double', '%2Ddouble') }).database()).databaseName).toBe(
      'activity-double',
    );
    await expect(open({ url: without }).database()).rejects.toMatchObject({
      code: 'MONGODB_DATABASE_MISSING',
    });
  });

  it.each(['postgres://ada:secret@host/db', 'mongodb://ada:se/cret@host', 'mongodb://ada:secret@', 'secret'])(
    'refuses %s without repeating it',
    async (url) => {
      const refusal = await open({ url, database: 'any', clientOptions: quickly })
        .database()
        .then(String, (error: Error) => error);

      expect(refusal).toMatchObject({ code: expect.stringMatching(/^MONGODB_(?:URL_INVALID|UNREACHABLE)$/) });
      expect(`${refusal}${JSON.stringify(refusal)}`).not.toContain('cret');
    },
  );

  it('connects once for all who come first', async () => {
    const connect = vi.spyOn(MongoClient.prototype, 'connect');
    const mongo = open({ url: double.url });

    const databases = await Promise.all(Array.from({ length: 16 }, () => mongo.database()));

    expect(new Set(databases).size).toBe(1);
    // The driver's own operations call connect() as well; ours is the only one before any operation.
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('forgets a connection that failed: the next call tries again', async () => {
    await double.goDown();
    const mongo = open({ url: double.url, clientOptions: quickly });

    const refusals = await Promise.allSettled([mongo.database(), mongo.database()]);
    await double.comeBack();

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ reason: { code: 'MONGODB_UNREACHABLE', retriable: true } });
    }
    expect((await mongo.database()).databaseName).toBe('activity_double');
  });

  it('can be closed at any time, twice, while it connects, and used again', async () => {
    const mongo = open({ url: double.url });

    await mongo.close();
    const connecting = mongo.database();
    await Promise.all([mongo.close(), mongo.close(), connecting]);

    await expect(recordActivityLogs(mongo, [loggedIn()])).resolves.toBe(1);
  });

  it('leaves an injected client open', async () => {
    const client = new MongoClient(double.url);
    const mongo = createMongo({ client, database: 'activity_double' });

    await recordActivityLogs(mongo, [loggedIn()]);
    await mongo.close();

    expect(mongo.target).toMatch(/^127\.0\.0\.1:\d+\/activity_double$/);
    await expect(client.db('x').command({ ping: 1 })).resolves.toMatchObject({ ok: 1 });
    await client.close();
  });

  it('has bounded pool and waits, which the URL may change', async () => {
    const options = async (url: string) => (await open({ url }).database()).client.options;

    expect(await options(double.url)).toMatchObject({
      maxPoolSize: 10,
      serverSelectionTimeoutMS: 3_000,
      connectTimeoutMS: 3_000,
      socketTimeoutMS: 20_000,
      retryWrites: true,
      appName: expect.stringMatching(/^@codezest\/db-activity@\d/),
    });
    expect(await options(`${double.url}&maxPoolSize=3&w=1&retryWrites=false`)).toMatchObject({
      maxPoolSize: 3,
      retryWrites: true,
      writeConcern: { w: 'majority', j: true },
    });
  });

  it('names host and database without user and password', () => {
    const target = (url: string): string => open({ url }).target;

    expect(target('mongodb://ada:secret@a:1,b:2/logs?authSource=admin')).toBe('a:1,b:2/logs');
    expect(target('mongodb+srv://ada:secret@cluster.example/logs')).toBe('cluster.example/logs');
    expect(target('mongodb://ada:se/cr?e@t@a:1/logs?appName=me@home')).toBe('a:1/logs');
  });
});

describe('an outage', () => {
  it('costs no event: what could not be recorded is recorded when MongoDB is back, once', async () => {
    const mongo = open({ url: double.url, clientOptions: quickly });
    const backlog = Array.from({ length: 20 }, () => [loggedIn(), loggedIn()]);
    await recordActivityLogs(mongo, backlog[0] ?? []);
    await double.goDown();

    const attempts = await Promise.allSettled(backlog.map((events) => recordActivityLogs(mongo, events)));
    await double.comeBack();
    for (const events of backlog) await recordActivityLogs(mongo, events);

    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ reason: { code: 'MONGODB_UNREACHABLE' } });
    }
    expect(
      double.store
        .documents('activity_logs')
        .map(({ _id }) => _id)
        .sort(),
    ).toEqual(
      backlog
        .flat()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('shows in the health check, which never rejects', async () => {
    const mongo = open({ url: double.url, clientOptions: quickly });

    expect(await mongoHealth(mongo)).toMatchObject({ healthy: true });
    await double.goDown();
    expect(await mongoHealth(mongo)).toMatchObject({ healthy: false, problem: expect.any(String) });
    expect(await mongoHealth(open({ url: '' }))).toMatchObject({
      healthy: false,
      problem: expect.stringContaining('ACTIVITY_MONGODB_URL'),
    });
  });
});

it('the public names are these', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "DocumentInvalidError",
      "InvalidMongoUrlError",
      "InvalidPageError",
      "MissingMongoUrlError",
      "MongoRefusedError",
      "MongoUnreachableError",
      "SpecConflictError",
      "SyncLockedError",
      "SyncNotAppliedError",
      "UniqueConflictError",
      "UnsafeInputError",
      "WriteOutcomeUnknownError",
      "activityLogs",
      "analyticsEvents",
      "collectionSpecs",
      "collectionsOf",
      "createMongo",
      "eraseUserData",
      "listActivityLogsByAction",
      "listEventsByName",
      "listUserActivityLogs",
      "listUserEvents",
      "mongo",
      "mongoHealth",
      "planSync",
      "recordActivityLogs",
      "recordAnalyticsEvents",
      "sync",
    ]
  `);
});
