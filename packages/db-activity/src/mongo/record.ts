import { clientAddress, storableText } from '@codezest/db-core';
import { type EventId, type JsonObject, parseEventId, parseUserId, type UserId } from '@codezest/db-types';
import { type Collection, type Filter, MongoBulkWriteError, type OptionalUnlessRequiredId } from 'mongodb';
import { type ActivityLog, activityLogs, USER_AGENT_LENGTH } from './activity-logs.js';
import { type AnalyticsEventDocument, analyticsEvents } from './analytics-events.js';
import { type ActivityMongo, onDatabase } from './client.js';
import { UniqueConflictError, violatedIndex } from './errors.js';
import { safeObject, safeTime } from './input-safety.js';
import { type CollectionSpec, DAY } from './spec.js';
import { validate } from './validate.js';

/** What a service reports, under the event's id. `at` is when it happened; retention counts from there. */
export interface NewActivityLog {
  readonly id: EventId;
  readonly userId: UserId;
  readonly action: string;
  readonly resource?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  /** As a server or a proxy writes it: with a port, a zone, in brackets, a list. Nothing is stored where it holds no address. */
  readonly ip?: string | null | undefined;
  /** Cut at 1000 characters. */
  readonly userAgent?: string | null | undefined;
  readonly at: Date;
}

export interface NewAnalyticsEventDocument {
  readonly id: EventId;
  readonly eventName: string;
  readonly userId?: UserId | undefined;
  readonly sessionId?: string | undefined;
  readonly properties?: JsonObject | undefined;
  readonly at: Date;
}

/** One message to the server; a caller's memory and a retry stay bounded. */
export const documentsPerBatch = 1_000;

/**
 * Records activity logs and returns how many were new. An event that comes again is left as it is, so after any error the
 * same call may be made again. Every document is judged before the first one is sent.
 *
 * @throws {DocumentInvalidError} {@link UnsafeInputError} {@link MongoUnreachableError} {@link WriteOutcomeUnknownError}
 */
export async function recordActivityLogs(
  mongo: ActivityMongo,
  logs: readonly NewActivityLog[],
): Promise<number> {
  return await record(mongo, activityLogs, logs.map(logDocument));
}

/** As `recordActivityLogs`, for the event stream. */
export async function recordAnalyticsEvents(
  mongo: ActivityMongo,
  events: readonly NewAnalyticsEventDocument[],
): Promise<number> {
  return await record(mongo, analyticsEvents, events.map(eventDocument));
}

function logDocument(log: NewActivityLog): ActivityLog {
  return {
    _id: parseEventId(log.id),
    schemaVersion: activityLogs.version,
    userId: parseUserId(log.userId),
    action: log.action,
    ...given('resource', log.resource),
    ...given('resourceId', log.resourceId),
    ...givenObject('metadata', log.metadata),
    // The sender chose them: they stop no log.
    ...given('ip', clientAddress(log.ip) ?? undefined),
    ...given('userAgent', storableText(log.userAgent, USER_AGENT_LENGTH) || undefined),
    ...times(activityLogs, log.at),
  };
}

function eventDocument(event: NewAnalyticsEventDocument): AnalyticsEventDocument {
  return {
    _id: parseEventId(event.id),
    schemaVersion: analyticsEvents.version,
    eventName: event.eventName,
    ...given('userId', event.userId === undefined ? undefined : parseUserId(event.userId)),
    ...given('sessionId', event.sessionId),
    ...givenObject('properties', event.properties),
    ...times(analyticsEvents, event.at),
  };
}

async function record<Stored extends { _id: EventId }>(
  mongo: ActivityMongo,
  spec: CollectionSpec,
  documents: readonly Stored[],
): Promise<number> {
  for (const document of documents) validate(spec, document);

  let recorded = 0;
  for (let start = 0; start < documents.length; start += documentsPerBatch) {
    recorded += await insertNew(mongo, spec, documents.slice(start, start + documentsPerBatch));
  }
  return recorded;
}

/** Unordered, so that a document that is there already stops none behind it. The driver retries a batch once, as one. */
function insertNew<Stored extends { _id: EventId }>(
  mongo: ActivityMongo,
  spec: CollectionSpec,
  documents: readonly Stored[],
): Promise<number> {
  return onDatabase(mongo, { command: 'insert', collection: spec.name }, async (database) => {
    const collection = database.collection<Stored>(spec.name);
    try {
      const result = await collection.insertMany(documents as readonly OptionalUnlessRequiredId<Stored>[], {
        ordered: false,
      });
      return result.insertedCount;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || !onlyDuplicates(error)) throw error;
      await requireStored(collection, documents, error);
      return error.insertedCount;
    }
  });
}

/** What the majority has not confirmed, and a lost connection, come without refusals: they are never taken for done. */
function onlyDuplicates(error: MongoBulkWriteError): boolean {
  const refusals = [error.writeErrors].flat();
  return refusals.length > 0 && refusals.every(({ code }) => code === 11_000);
}

/**
 * A document that a unique index refused was recorded before only if it is there: another index refuses one that is not, and
 * servers word that differently.
 */
async function requireStored<Stored extends { _id: EventId }>(
  collection: Collection<Stored>,
  documents: readonly Stored[],
  error: MongoBulkWriteError,
): Promise<void> {
  const refusals = [error.writeErrors].flat();
  const refused = new Set(refusals.map(({ index }) => documents[index]?._id));
  const found = await collection
    .find({ _id: { $in: [...refused] } } as Filter<Stored>, { projection: { _id: 1 } })
    .toArray();
  if (found.length === refused.size) return;
  const other = refusals.find(({ errmsg = '' }) => (violatedIndex(errmsg) ?? '_id_') !== '_id_');
  throw new UniqueConflictError(other && violatedIndex(other.errmsg ?? ''), { cause: error });
}

/** A field that is there, or none: the driver would write an undefined one as null. */
function given<Name extends string, Value>(name: Name, value: Value | undefined): { [_ in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [_ in Name]: Value });
}

function givenObject<Name extends string>(name: Name, value: unknown): { [_ in Name]?: JsonObject } {
  return given(name, value === undefined ? undefined : safeObject(name, value));
}

function times({ retentionDays }: CollectionSpec, at: Date): { at: Date; expireAt: Date } {
  return { at, expireAt: new Date(safeTime('at', at).getTime() + retentionDays * DAY) };
}
