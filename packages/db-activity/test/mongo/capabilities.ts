import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import type { CollectionSpec } from '../../src/mongo/spec.js';
import type { MongoServer } from './server.js';

/**
 * What a server must be able to do for some of our guarantees, each asked by doing it: a server that takes an option and
 * ignores it does not pass.
 */
const probes = {
  validators: async (database: Db) => {
    await database.createCollection('v', {
      validator: { $jsonSchema: { bsonType: 'object', required: ['a'] } },
    });
    await refused(database.collection('v').insertOne({ b: 1 }));
  },
  'changing a collection': async (database: Db) => {
    await database.createCollection('m');
    await database.command({ collMod: 'm', validator: { $jsonSchema: { required: ['a'] } } });
    await refused(database.collection('m').insertOne({ b: 1 }));
  },
  expiry: async (database: Db) => {
    await database.collection('t').createIndex({ at: 1 }, { name: 'at', expireAfterSeconds: 0 });
    const [, index] = await database.collection('t').listIndexes().toArray();
    if (index?.expireAfterSeconds !== 0) throw new Error('the index does not expire');
  },
  'partial indexes': async (database: Db) => {
    const partialFilterExpression = { a: { $exists: true } };
    await database.collection('p').createIndex({ a: 1 }, { name: 'a', partialFilterExpression });
    const [, index] = await database.collection('p').listIndexes().toArray();
    if (index?.partialFilterExpression === undefined) throw new Error('the index is not partial');
  },
} satisfies Record<string, (database: Db) => Promise<void>>;

export type Capability = keyof typeof probes;
export const capabilities = Object.keys(probes) as Capability[];

export async function capabilitiesOf(server: MongoServer): Promise<Set<Capability>> {
  const client = new MongoClient(server.url('admin'));
  const database = client.db(`codezest_probe_${randomUUID().slice(0, 8)}`);
  const found = new Set<Capability>();
  try {
    for (const capability of capabilities) {
      await probes[capability](database).then(
        () => found.add(capability),
        () => undefined,
      );
    }
  } finally {
    await database.dropDatabase();
    await client.close();
  }
  return found;
}

/** The specs without what the server has not, so that everything else is still proven on it. */
export function specsWithin(
  specs: readonly CollectionSpec[],
  can: ReadonlySet<Capability>,
): readonly CollectionSpec[] {
  return specs.map((spec) => ({
    ...spec,
    indexes: spec.indexes
      .filter(({ expireAfterSeconds }) => expireAfterSeconds === undefined || can.has('expiry'))
      .map(({ partialFilterExpression, ...index }) =>
        partialFilterExpression && can.has('partial indexes') ? { ...index, partialFilterExpression } : index,
      ),
  }));
}

async function refused(write: Promise<unknown>): Promise<void> {
  const taken = await write.then(
    () => true,
    () => false,
  );
  if (taken) throw new Error('the document was taken');
}
