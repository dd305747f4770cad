import { randomUUID } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { version as release } from '../../package.json';
import { type ActivityMongo, onDatabase } from './client.js';
import { collectionSpecs } from './collections.js';
import { keywordsIn, MongoRefusedError, SyncLockedError, SyncNotAppliedError, translated } from './errors.js';
import {
  type AppliedSpec,
  type CollectionState,
  type DatabaseState,
  type Plan,
  type PlannedCommand,
  plan,
  recordsCollection,
} from './plan.js';
import type { CollectionSpec } from './spec.js';

export interface SyncOptions {
  /** Drop indexes that an earlier release has hidden. */
  readonly prune?: boolean;
  /** Default: all of this package's. */
  readonly specs?: readonly CollectionSpec[];
}

/**
 * What `sync` would send. Reads only. Says as well how many documents a new validator would refuse at their next update:
 * MongoDB does not look at documents that are there already.
 *
 * @throws {SpecConflictError}
 */
export async function planSync(mongo: ActivityMongo, options: SyncOptions = {}): Promise<Plan> {
  return await onDatabase(mongo, { command: 'plan' }, async (database) => {
    const planned = await planOn(database, options);
    const notices = await Promise.all(planned.commands.map((command) => nonConforming(database, command)));
    return { ...planned, notices: [...planned.notices, ...notices.filter((notice) => notice !== undefined)] };
  });
}

/**
 * Makes the database what the specs say and returns what was sent; nothing when it was so already. Nothing calls this on
 * its own: the operator does (`codezest-db-activity mongo sync`), or the service where it starts. Runs of several
 * processes come one after the other. An index build may take longer than the client's socket timeout; the server goes
 * on with it, and the next call finds it.
 *
 * Looks at the database again before it comes back, so that what it returns is there.
 *
 * @throws {SpecConflictError} {@link SyncLockedError} {@link SyncNotAppliedError} {@link MongoRefusedError} with the command,
 *   the collection and the keywords that the server names
 */
export async function sync(
  mongo: ActivityMongo,
  options: SyncOptions = {},
): Promise<readonly PlannedCommand[]> {
  return await onDatabase(mongo, { command: 'sync' }, async (database) => {
    // Not even the lock is written when there is nothing to do.
    const { commands } = await planOn(database, options);
    if (commands.length === 0) return [];
    return await withLock(database, async (stillOurs) => {
      const sent: PlannedCommand[] = [];
      // What a server leaves out of one command it may take by another: a validator of `create` by `collMod`.
      for (let round = 0; round < mostRounds; round += 1) {
        const planned = await planOn(database, options);
        if (planned.commands.length === 0) return sent;
        for (const command of planned.commands) {
          stillOurs();
          await send(mongo, database, command);
          sent.push(command);
        }
      }
      const { commands: left } = await planOn(database, options);
      if (left.length > 0)
        throw new SyncNotAppliedError(left.map(({ collection, purpose }) => `${collection}: ${purpose}`));
      return sent;
    });
  });
}

const mostRounds = 2;

async function send(
  { target }: ActivityMongo,
  database: Db,
  { collection, command }: PlannedCommand,
): Promise<void> {
  const asked = { command: Object.keys(command)[0], collection };
  try {
    const { writeErrors } = await database.command(command);
    // A raw update that was refused still answers `ok: 1`.
    if (writeErrors === undefined) return;
    const [refusal] = writeErrors;
    const keywords = keywordsIn(String(refusal?.errmsg), command);
    throw new MongoRefusedError(refusal?.code, undefined, writeErrors, { ...asked, keywords });
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    throw translated(error, target, { ...asked, keywords: keywordsIn(message, command) });
  }
}

async function planOn(database: Db, { prune = false, specs = collectionSpecs }: SyncOptions): Promise<Plan> {
  return plan(specs, await readState(database, specs), { release, prune });
}

async function readState(database: Db, specs: readonly CollectionSpec[]): Promise<DatabaseState> {
  const names = new Set(specs.map(({ name }) => name));
  const listed = await database.listCollections().toArray();
  const collections = await Promise.all(
    listed.map(async ({ name, ...info }): Promise<CollectionState> => {
      const indexes = names.has(name) ? await database.collection(name).listIndexes().toArray() : [];
      return { name, options: ('options' in info && info.options) || {}, indexes };
    }),
  );
  const applied = await database
    .collection<AppliedSpec>(recordsCollection)
    .find({ _id: { $in: [...names] } })
    .toArray();
  return { collections, applied };
}

const sampleSize = 1_000;

async function nonConforming(
  database: Db,
  { collection, command }: PlannedCommand,
): Promise<string | undefined> {
  if (command.collMod === undefined || command.validator === undefined) return undefined;
  const [found] = await database
    .collection(collection)
    .aggregate<{ count: number }>([
      { $sample: { size: sampleSize } },
      { $match: { $nor: [command.validator] } },
      { $count: 'count' },
    ])
    .toArray();
  if (!found) return undefined;
  return `${collection}: of a sample of ${sampleSize} documents, ${found.count} do not fit the new validator; an update of such a document will be refused`;
}

interface Lock {
  _id: string;
  owner: string;
  until: Date;
}

const lockId = '_lock';
/** After this long without a sign of its owner a lock is free: the process died. */
const leaseMs = 60_000;

/** One run at a time. The lease is kept alive while work goes on, by the server's clock. */
async function withLock<Result>(
  database: Db,
  work: (stillOurs: () => void) => Promise<Result>,
): Promise<Result> {
  const locks = database.collection<Lock>(recordsCollection);
  const owner = randomUUID();
  await takeLock(database, locks, owner);

  let lost = false;
  const renewal = setInterval(() => {
    void renewLock(database, locks, owner).then(
      (renewed) => {
        if (!renewed) lost = true;
      },
      () => {
        lost = true;
      },
    );
  }, leaseMs / 3);
  renewal.unref();
  try {
    return await work(() => {
      if (lost) throw new SyncLockedError();
    });
  } finally {
    clearInterval(renewal);
    // A lock that cannot be given back runs out by itself.
    await locks.deleteOne({ _id: lockId, owner }).catch(() => undefined);
  }
}

async function takeLock(database: Db, locks: Collection<Lock>, owner: string): Promise<void> {
  const now = await serverTime(database);
  try {
    await locks.findOneAndUpdate(
      { _id: lockId, until: { $lt: now } },
      { $set: { owner, until: new Date(now.getTime() + leaseMs) } },
      { upsert: true },
    );
  } catch (error) {
    // The upsert met a lock that has not run out.
    if ((error as { code?: unknown }).code === 11_000) throw new SyncLockedError({ cause: error });
    throw error;
  }
}

async function renewLock(database: Db, locks: Collection<Lock>, owner: string): Promise<boolean> {
  const until = new Date((await serverTime(database)).getTime() + leaseMs);
  return (await locks.updateOne({ _id: lockId, owner }, { $set: { until } })).matchedCount === 1;
}

async function serverTime(database: Db): Promise<Date> {
  const { localTime } = await database.command({ hello: 1 });
  // A Date, and with other servers than MongoDB milliseconds.
  const time = new Date(Number(localTime));
  if (Number.isNaN(time.getTime()))
    throw new MongoRefusedError(undefined, 'no time of the server', localTime, { command: 'hello' });
  return time;
}
