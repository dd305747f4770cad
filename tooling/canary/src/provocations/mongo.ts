import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import * as activityMongo from '@codezest/db-activity/mongo';
import { startWireDouble } from '../../../../packages/db-activity/test/mongo/wire-double.js';
import type { Collection } from '../collection.js';
import { functionsOf, type Observer, observed } from '../observed.js';
import type { Evidence } from '../search.js';
import type { Give } from '../ways-in/way-in.js';

type Mongo = typeof activityMongo;
type Log = activityMongo.NewActivityLog;
type Event = activityMongo.NewAnalyticsEventDocument;

/** The same through the functions for MongoDB, on the double that speaks its protocol. Gives what was stored. */
export async function exerciseMongo(give: Give, collection: Collection): Promise<Evidence[]> {
  const double = await startWireDouble();
  const print = (printed: unknown): void =>
    collection.add('MongoDB: printed', inspect(printed, { depth: 9 }));
  const observer: Observer = {
    called: new Set(),
    strict: true,
    onError: (error) => collection.addError('MongoDB', error),
  };
  const mongo = observed<Mongo>(activityMongo, observer);
  const url = double.url.replace('mongodb://', `mongodb://${give.text('user')}:${give.secret('password')}@`);
  const open = mongo.createMongo({ url: double.url, clientOptions: { serverSelectionTimeoutMS: 5_000 } });
  const userId = '01900000-0000-7000-8000-000000000001' as Log['userId'];
  const id = () => randomUUID() as Log['id'];
  const log = (changes: Partial<Log> = {}): Log => ({
    id: id(),
    userId,
    action: 'auth.logged_in',
    resource: give.text('resource'),
    ip: '192.0.2.1',
    userAgent: give.text('user agent'),
    metadata: { [give.text('key')]: give.text('metadata') },
    at: new Date(),
    ...changes,
  });
  const event = (changes: Partial<Event> = {}): Event => ({
    id: id(),
    userId,
    eventName: 'lesson.paused',
    sessionId: give.text('session in a browser'),
    properties: { [give.text('key')]: give.text('properties') },
    at: new Date(),
    ...changes,
  });
  try {
    print(await mongo.planSync(open));
    print(await mongo.sync(open));
    print(await mongo.mongoHealth(open));
    const known = log();
    await mongo.recordActivityLogs(open, [known, log()]);
    await mongo.recordActivityLogs(open, [known]);
    await mongo.recordAnalyticsEvents(open, [event()]);
    await mongo.listUserActivityLogs(open, userId);
    await mongo.listActivityLogsByAction(open, give.text('unknown action'));
    await mongo.listEventsByName(open, give.text('unknown event'));
    await mongo.listUserEvents(open, userId);
    await mongo.collectionsOf(open);
    await give.refusal(mongo.listUserEvents(open, userId, { cursor: give.secret('token as a cursor') }));
    await give.refusal(mongo.listUserEvents(open, give.secret('token as an id') as Log['userId']));

    const secret = give.secret('in a document that is refused');
    for (const changes of [
      { action: `${secret} is no action` },
      { metadata: { $where: secret } },
      { metadata: { [`${secret}.path`]: 1 } },
      { metadata: new Date() as never },
      { resource: secret.repeat(200) },
      { ip: { $gt: secret } as never },
      { id: secret as Log['id'] },
      { [secret]: 1 } as Partial<Log>,
    ]) {
      // A field that the type has not is no error: it is not sent.
      await mongo.recordActivityLogs(open, [log(changes)]).catch(() => undefined);
    }
    double.fail('insert', 'not confirmed');
    await give.refusal(mongo.recordActivityLogs(open, [log()]));
    double.fail('insert', 'dropped before', 'dropped before');
    await give.refusal(mongo.recordActivityLogs(open, [log()]));
    double.fail('insert', 'not primary', 'not primary');
    await give.refusal(mongo.recordAnalyticsEvents(open, [event()]));
    double.store.collections.get('activity_logs')?.documents.clear();
    await mongo.eraseUserData(open, userId);
    await mongo.recordActivityLogs(open, [log()]);
    await mongo.recordAnalyticsEvents(open, [event()]);

    // The double knows no users: what asks for one is refused.
    for (const wrong of [
      url,
      url.replace(/:\d+\//, ':1/'),
      `mongodb://x:y/${secret}@host/database`,
      `mongodb://x:y@${secret}@host/database`,
      `http://x:${secret}@y/z`,
      secret,
    ]) {
      const other = mongo.createMongo({ url: wrong, clientOptions: { serverSelectionTimeoutMS: 200 } });
      await give.refusal(mongo.recordActivityLogs(other, [log()]));
      print(await mongo.mongoHealth(other, { timeoutMs: 300 }));
      print(other.target);
      await other.close();
    }
    const uncalled = functionsOf(activityMongo).filter((name) => !observer.called.has(name));
    if (uncalled.length > 0) throw new Error(`No way in calls ${uncalled.join(', ')}.`);
    return ['activity_logs', 'analytics_events'].map((name) => ({
      place: `MongoDB: ${name}`,
      text: double.store
        .documents(name)
        .map((document) => JSON.stringify(document))
        .join('\n'),
    }));
  } finally {
    await open.close();
    await double.stop();
  }
}
