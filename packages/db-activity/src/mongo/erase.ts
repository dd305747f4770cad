import { parseUserId, type UserId } from '@codezest/db-types';
import { type ActivityMongo, onDatabase } from './client.js';
import { collectionSpecs } from './collections.js';
import type { CollectionSpec } from './spec.js';

const documentsPerDelete = 1_000;

/**
 * Deletes every document of a user, in every collection whose registry says so, and tells how many there were in each.
 * Comes back when none is left, those recorded meanwhile included; repeating it is harmless. Events of a browser session
 * without a user stay until they expire. A restored backup holds the documents again: erase again after a restore.
 */
export async function eraseUserData(mongo: ActivityMongo, userId: UserId): Promise<Record<string, number>> {
  const erased: Record<string, number> = {};
  const user = parseUserId(userId);
  for (const spec of collectionSpecs.filter(holdsUsers)) {
    erased[spec.name] = await eraseFrom(mongo, spec, user);
  }
  return erased;
}

export function holdsUsers({ personalData }: CollectionSpec): boolean {
  return personalData.some(({ field, onErasure }) => field === 'userId' && onErasure === 'delete document');
}

/**
 * By id, one delete each, in one command: MongoDB retries such a command after a lost connection and still counts each
 * document once. A `deleteMany` by user would not be retried, and its count would be lost with the connection.
 */
function eraseFrom(mongo: ActivityMongo, { name }: CollectionSpec, userId: UserId): Promise<number> {
  return onDatabase(mongo, { command: 'delete', collection: name }, async (database) => {
    const collection = database.collection<{ _id: string; userId?: UserId }>(name);
    let erased = 0;
    for (;;) {
      const found = await collection
        .find({ userId }, { projection: { _id: 1 }, limit: documentsPerDelete })
        .toArray();
      if (found.length === 0) return erased;
      const { deletedCount } = await collection.bulkWrite(
        found.map(({ _id }) => ({ deleteOne: { filter: { _id } } })),
        { ordered: false },
      );
      erased += deletedCount;
    }
  });
}
