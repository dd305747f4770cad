import type { Document } from 'bson';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ActivityMongo, createMongo } from '../../src/mongo/client.js';
import { eraseUserData } from '../../src/mongo/erase.js';
import { recordActivityLogs, recordAnalyticsEvents } from '../../src/mongo/record.js';
import { planSync, sync } from '../../src/mongo/sync.js';
import { ada, ben, loggedIn, videoPaused } from './fixtures.js';
import { unknownField } from './known-fields.js';
import { type Fault, startWireDouble, type WireDouble } from './wire-double.js';

let double: WireDouble;
let mongo: ActivityMongo;

beforeEach(async () => {
  double = await startWireDouble();
  mongo = createMongo({ url: double.url });
});

afterEach(async () => {
  await mongo.close();
  await double.stop();
});

const writing = /^(?:insert|update|delete|findAndModify|create|createIndexes|dropIndexes|drop|collMod)$/;
const nameOf = (command: Document): string => Object.keys(command)[0] ?? '';
const writes = (): Document[] => double.commands.filter((command) => writing.test(nameOf(command)));

describe('every write', () => {
  it('asks for the majority and its journals', async () => {
    await sync(mongo);
    await recordActivityLogs(mongo, [loggedIn(), loggedIn({ userId: ben })]);
    await recordAnalyticsEvents(mongo, [videoPaused()]);
    await eraseUserData(mongo, ada);

    expect(new Set(writes().map(nameOf))).toEqual(
      new Set(['create', 'createIndexes', 'update', 'findAndModify', 'insert', 'delete']),
    );
    for (const command of writes()) {
      const { w, j } = command.writeConcern ?? {};
      expect({ name: nameOf(command), w, j }).toEqual({ name: nameOf(command), w: 'majority', j: true });
    }
  });

  it('asks so also through a client that was made with less', async () => {
    const { MongoClient } = await import('mongodb');
    const client = new MongoClient(double.url, { writeConcern: { w: 1 } });
    const injected = createMongo({ client, database: 'activity_double' });

    await recordActivityLogs(injected, [loggedIn()]);
    await injected.close();
    await recordActivityLogs(injected, [loggedIn()]);
    await client.close();

    expect(writes().map(({ writeConcern }) => writeConcern)).toEqual(
      Array(2).fill(expect.objectContaining({ w: 'majority', j: true })),
    );
  });
});

describe('recording', () => {
  it.each<Fault>(['dropped before', 'dropped after', 'not primary'])(
    'is done once when the first attempt ends so: %s',
    async (fault) => {
      const logs = [loggedIn(), loggedIn()];
      double.fail('insert', fault);

      const recorded = await recordActivityLogs(mongo, logs);

      expect(recorded).toBe(2);
      expect(double.store.documents('activity_logs').map(({ _id }) => _id)).toEqual(logs.map(({ id }) => id));
      const numbers = writes().map(({ txnNumber }) => txnNumber);
      expect(numbers).toHaveLength(2);
      expect(new Set(numbers).size).toBe(1);
    },
  );

  it('can be called again after any error: one document per event', async () => {
    const logs = Array.from({ length: 5 }, () => loggedIn());
    double.fail('insert', 'dropped after', 'dropped before');

    await expect(recordActivityLogs(mongo, logs)).rejects.toMatchObject({
      code: 'MONGODB_UNREACHABLE',
      retriable: true,
    });
    const again = await recordActivityLogs(mongo, [...logs, loggedIn()]);

    expect(again).toBe(1);
    expect(double.store.documents('activity_logs')).toHaveLength(6);
  });

  it('does not call done what the majority has not confirmed, not even beside events that were there', async () => {
    const log = loggedIn();
    double.fail('insert', 'not confirmed', 'not confirmed');

    for (const attempt of [[log], [log, loggedIn()]]) {
      await expect(recordActivityLogs(mongo, attempt)).rejects.toMatchObject({
        code: 'MONGODB_WRITE_OUTCOME_UNKNOWN',
        retriable: true,
      });
    }
  });

  it.each([
    ['a unique index of the name', 'E11000 duplicate key error collection: x index: user_key dup key'],
    ['one that the server does not name', 'duplicate key value violates a unique constraint'],
  ])('does not call a document recorded before that another unique index refused: %s', async (_, errmsg) => {
    const [known, refused] = [loggedIn(), loggedIn()];
    await recordActivityLogs(mongo, [known]);
    const writeErrors = [0, 1].map((index) => ({ index, code: 11_000, errmsg }));
    double.answer('insert', { ok: 1, n: 0, writeErrors });

    await expect(recordActivityLogs(mongo, [known, refused])).rejects.toMatchObject({
      code: 'MONGODB_UNIQUE_CONFLICT',
      index: /index: (\S+)/.exec(errmsg)?.[1],
    });

    const ofKnown = { ok: 1, n: 0, writeErrors: writeErrors.slice(0, 1) };
    double.answer('insert', ofKnown);
    expect(await recordActivityLogs(mongo, [known])).toBe(0);
  });

  it('says which command on which collection was refused', async () => {
    double.answer('insert', { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized' });

    await expect(recordActivityLogs(mongo, [loggedIn()])).rejects.toThrow(
      'MongoDB refused insert on activity_logs: Unauthorized 13.',
    );
  });

  it('sends a thousand documents at a time, and none when one of them is invalid', async () => {
    const logs = Array.from({ length: 2_500 }, () => loggedIn());

    await expect(recordActivityLogs(mongo, [...logs, loggedIn({ action: 'No!' })])).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
    });
    expect(writes()).toEqual([]);

    expect(await recordActivityLogs(mongo, logs)).toBe(2_500);
    expect(writes().map(({ documents }) => documents.length)).toEqual([1_000, 1_000, 500]);
  });

  it('writes no field that was not given', async () => {
    await recordActivityLogs(mongo, [loggedIn({ ip: undefined, metadata: undefined, resource: undefined })]);

    expect(Object.keys(double.store.documents('activity_logs')[0] ?? {})).toEqual([
      '_id',
      'schemaVersion',
      'userId',
      'action',
      'userAgent',
      'at',
      'expireAt',
    ]);
  });
});

describe('erasure', () => {
  it('reaches every collection of the registry, past a thousand documents, and nobody else', async () => {
    await recordActivityLogs(mongo, [
      ...Array.from({ length: 1_200 }, () => loggedIn()),
      loggedIn({ userId: ben }),
    ]);
    await recordAnalyticsEvents(mongo, [videoPaused(), videoPaused({ userId: undefined })]);

    expect(await eraseUserData(mongo, ada)).toEqual({ activity_logs: 1_200, analytics_events: 1 });
    expect(await eraseUserData(mongo, ada)).toEqual({ activity_logs: 0, analytics_events: 0 });
    const sizes = writes().flatMap(({ deletes }) => (deletes ? [deletes.length] : []));
    expect(sizes).toEqual([1_000, 200, 1]);
    expect(double.store.documents('activity_logs').map(({ userId }) => userId)).toEqual([ben]);
    expect(double.store.documents('analytics_events')).toHaveLength(1);
  });

  it('counts each document once when the connection breaks after the delete', async () => {
    await recordActivityLogs(mongo, [loggedIn(), loggedIn(), loggedIn()]);
    double.fail('delete', 'dropped after');

    expect(await eraseUserData(mongo, ada)).toEqual({ activity_logs: 3, analytics_events: 0 });
  });
});

describe('sync', () => {
  it('sends nothing that a MongoDB would refuse for a field it does not know', async () => {
    const { commands } = await planSync(mongo);
    const withTypo = commands.map(({ command }) => ({ ...command, writeConcern: { journal: true } }));

    expect(commands.map(({ command }) => unknownField(command)).filter(Boolean)).toEqual([]);
    expect(withTypo.map(unknownField)).toEqual(commands.map(() => 'writeConcern.journal'));
  });

  it('does not call done what the majority has not confirmed', async () => {
    double.fail('create', 'not confirmed');

    await expect(sync(mongo)).rejects.toMatchObject({ code: 'MONGODB_WRITE_OUTCOME_UNKNOWN' });
    await sync(mongo);
    expect((await planSync(mongo)).commands).toEqual([]);
  });

  it('sends nothing that writes when it runs again', async () => {
    const first = await sync(mongo);
    double.commands.length = 0;

    const second = await sync(mongo);

    expect(first.length).toBeGreaterThan(5);
    expect(second).toEqual([]);
    expect(double.commands.length).toBeGreaterThan(0);
    expect(writes()).toEqual([]);
  });

  it('sends exactly what the plan says, between taking and giving back the lock', async () => {
    const { commands } = await planSync(mongo);
    expect(writes()).toEqual([]);

    await sync(mongo);

    const [lock, ...sent] = writes();
    const unlock = sent.pop();
    expect([lock && nameOf(lock), unlock && nameOf(unlock)]).toEqual(['findAndModify', 'delete']);
    expect(sent.map(plain)).toEqual(commands.map(({ command }) => command));
    expect(double.store.documents('_collection_specs').map(({ _id }) => _id)).toEqual([
      'activity_logs',
      'analytics_events',
    ]);
  });

  it('sets by another command what a server left out of the first, and says what it keeps leaving out', async () => {
    double.answer('create', { ok: 1 }, { ok: 1 });
    const sent = await sync(mongo);
    expect(sent.map(({ purpose }) => purpose)).toContain('validate by version 1');
    expect((await planSync(mongo)).commands).toEqual([]);

    const logs = double.store.collections.get('activity_logs');
    if (logs) logs.options = {};
    double.answer('collMod', { ok: 1 }, { ok: 1 });
    const error = await sync(mongo).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'MONGODB_NOT_APPLIED' });
    expect((error as Error).message).toContain('still to do: activity_logs: validate by version 1.');
  });

  it.each([
    [
      'create',
      { ok: 0, code: 9, codeName: 'FailedToParse', errmsg: 'Unknown $jsonSchema keyword: maxProperties' },
    ],
    ['create', { ok: 1, writeErrors: [{ index: 0, code: 9, errmsg: 'no maxProperties here, but secret' }] }],
  ])('names command, collection and keyword of what the server refuses', async (command, answer) => {
    double.answer(command, answer);

    const error = (await sync(mongo).catch((reason: unknown) => reason)) as Error;

    expect(error).toMatchObject({ code: 'MONGODB_REFUSED', serverCode: 9 });
    expect(error.message).toMatch(
      /^MongoDB refused create on activity_logs: (?:FailedToParse )?9, at .*maxProperties\./,
    );
    expect(error.message).not.toContain('secret');
  });

  it('reads the time of the server, as a date or in milliseconds', async () => {
    double.localTime = () => Date.now();
    expect(await sync(mongo)).not.toEqual([]);

    double.store.collections.clear();
    double.localTime = () => 'noon';
    await expect(sync(mongo)).rejects.toThrow('MongoDB refused hello: no time of the server.');
  });

  it('leaves it to the one that holds the lock, until that one’s lease is over', async () => {
    const until = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);
    const held = { _id: '_lock', owner: 'another', until: until(30) };
    double.store.run('insert', { insert: '_collection_specs', documents: [held] });

    await expect(sync(mongo)).rejects.toMatchObject({ code: 'MONGODB_SYNC_LOCKED' });

    held.until = until(-1);
    expect(await sync(mongo)).not.toEqual([]);
  });

  it('gives the lock back when a command fails, and the next run continues', async () => {
    double.fail('createIndexes', 'not primary');

    await expect(sync(mongo)).rejects.toMatchObject({ code: 'MONGODB_UNREACHABLE' });
    expect(double.store.documents('_collection_specs')).toEqual([]);

    await sync(mongo);
    expect((await planSync(mongo)).commands).toEqual([]);
  });
});

/** Without what the driver adds to each command. */
function plain(command: Document): Document {
  const { lsid: _, $db: __, $clusterTime: ___, $readPreference: ____, ...rest } = command;
  return rest;
}
