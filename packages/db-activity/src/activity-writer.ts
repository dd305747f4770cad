import { failureClass, isInvalidId } from '@codezest/db-core';
import { type BatchingWriter, type BatchingWriterOptions, batchingWriter } from './batching-writer.js';
import type { PrismaClient } from './client.js';
import { EventRefusedError } from './event-errors.js';
import {
  activities,
  analyticsEvents,
  type EventKind,
  eventsPerStatement,
  insertEvents,
  longestStatement,
  type NewActivity,
  type NewAnalyticsEvent,
  type RecordOutcome,
} from './event-kinds.js';

export type ActivityWriter = BatchingWriter<NewActivity, RecordOutcome>;
export type AnalyticsEventWriter = BatchingWriter<NewAnalyticsEvent, RecordOutcome>;

/**
 * Records activities of many callers in common statements, each caller with an acknowledgement of its own: when
 * `record` resolves, the event is committed. A refused event rejects for its caller alone. An event whose answer was
 * lost is sent again and counts once; its outcome is `known` if the first try had reached the database.
 *
 * One per process, beside the client; it uses two of the client's connections. It installs no signal handlers: call
 * `drain()` at shutdown, before `disconnect()`.
 *
 * @throws {EventRefusedError | WriterFullError | WriterClosedError} from `record`; or what kept the events from being
 * written, after a minute of trying (`giveUpAfterMs`).
 * @example
 * const writer = createActivityWriter(prisma);
 * await writer.record(activity);
 * await writer.drain();
 */
export function createActivityWriter(
  client: PrismaClient,
  options: BatchingWriterOptions = {},
): ActivityWriter {
  return eventWriter(client, activities, options);
}

/** As `createActivityWriter`, for events of product analytics. */
export function createAnalyticsEventWriter(
  client: PrismaClient,
  options: BatchingWriterOptions = {},
): AnalyticsEventWriter {
  return eventWriter(client, analyticsEvents, options);
}

function eventWriter<Event extends { readonly id: string }>(
  client: PrismaClient,
  kind: EventKind<Event>,
  options: BatchingWriterOptions,
): BatchingWriter<Event, RecordOutcome> {
  return batchingWriter(
    {
      serialize: kind.json,
      write: (batch) => insertEvents(client, kind, batch),
      // A statement that ran too long may do in parts.
      isRefusal: (error) =>
        error instanceof EventRefusedError || isInvalidId(error) || failureClass(error) === 'cancelled',
      mostPerBatch: eventsPerStatement,
      longestBatch: longestStatement,
    },
    options,
  );
}
