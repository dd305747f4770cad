import type { EventId, JsonObject, UserId } from '@codezest/db-types';
import { type CollectionSpec, dottedNameField, textField, uuidField } from './spec.js';

/** The raw stream of product analytics, visitors who are not logged in included. What reports need is in PostgreSQL. */
export interface AnalyticsEventDocument {
  /** The event's id, as text: see `ActivityLog`. */
  readonly _id: EventId;
  readonly schemaVersion: 1;
  /** Lower-case words, dotted by area: `lesson.video_paused`. */
  readonly eventName: string;
  readonly userId?: UserId;
  /** Of the browser, not of a login. */
  readonly sessionId?: string;
  readonly properties?: JsonObject;
  readonly at: Date;
  /** When retention takes it. The server looks about once a minute. */
  readonly expireAt: Date;
}

export const analyticsEvents = {
  name: 'analytics_events',
  version: 1,
  retentionDays: 400,
  schema: {
    bsonType: 'object',
    required: ['_id', 'schemaVersion', 'eventName', 'at', 'expireAt'],
    additionalProperties: false,
    properties: {
      _id: uuidField,
      schemaVersion: { bsonType: 'int', enum: [1] },
      eventName: dottedNameField,
      userId: uuidField,
      sessionId: textField(100),
      properties: { bsonType: 'object', maxProperties: 100 },
      at: { bsonType: 'date' },
      expireAt: { bsonType: 'date' },
    },
  },
  indexes: [
    {
      name: 'analytics_events_event_name_at_id_idx',
      key: { eventName: 1, at: -1, _id: -1 },
      serves: 'a funnel: the events of one name over a span of time (listEventsByName)',
    },
    {
      name: 'analytics_events_user_id_at_id_idx',
      key: { userId: 1, at: -1, _id: -1 },
      serves: 'the events of one user, newest first (listUserEvents); erasure (eraseUserData)',
      // Most events are of visitors without an account.
      partialFilterExpression: { userId: { $exists: true } },
    },
    {
      name: 'analytics_events_expire_at_idx',
      key: { expireAt: 1 },
      serves: 'retention, by the server',
      expireAfterSeconds: 0,
    },
  ],
  personalData: [
    { field: 'userId', onErasure: 'delete document', reason: 'names the person' },
    {
      field: 'sessionId',
      onErasure: 'expires',
      reason: 'of events without a user nobody can tell whose browser it was',
    },
    { field: 'properties', onErasure: 'delete document', reason: 'may describe the person' },
  ],
} as const satisfies CollectionSpec;
