import type { EventId, JsonObject, UserId } from '@codezest/db-types';
import { type CollectionSpec, dottedNameField, textField, uuidField } from './spec.js';

/** What somebody did, as raw as it came: with address and user agent. Expires; the feed is in PostgreSQL. */
export interface ActivityLog {
  /**
   * The event's id, as text: the value that TypeScript, PostgreSQL and every other service hold, under its brand. A BSON
   * UUID would be 20 bytes shorter, and a conversion at every border, with a second spelling that is never `===`.
   */
  readonly _id: EventId;
  readonly schemaVersion: 1;
  readonly userId: UserId;
  /** Lower-case words, dotted by area: `auth.logged_in`. */
  readonly action: string;
  /** What it was done to: `module`, and which one. */
  readonly resource?: string;
  readonly resourceId?: string;
  readonly metadata?: JsonObject;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly at: Date;
  /** When retention takes it. The server looks about once a minute. */
  readonly expireAt: Date;
}

export const USER_AGENT_LENGTH = 1_000;

export const activityLogs = {
  name: 'activity_logs',
  version: 1,
  retentionDays: 90,
  schema: {
    bsonType: 'object',
    required: ['_id', 'schemaVersion', 'userId', 'action', 'at', 'expireAt'],
    additionalProperties: false,
    properties: {
      _id: uuidField,
      schemaVersion: { bsonType: 'int', enum: [1] },
      userId: uuidField,
      action: dottedNameField,
      resource: textField(100),
      resourceId: textField(100),
      metadata: { bsonType: 'object', maxProperties: 100 },
      ip: textField(45),
      userAgent: textField(USER_AGENT_LENGTH),
      at: { bsonType: 'date' },
      expireAt: { bsonType: 'date' },
    },
  },
  indexes: [
    {
      name: 'activity_logs_user_id_at_id_idx',
      key: { userId: 1, at: -1, _id: -1 },
      serves: 'the log of a user, newest first, page by page (listUserActivityLogs); erasure (eraseUserData)',
    },
    {
      name: 'activity_logs_action_at_id_idx',
      key: { action: 1, at: -1, _id: -1 },
      serves: 'the audit of an action, newest first, page by page (listActivityLogsByAction)',
    },
    {
      name: 'activity_logs_expire_at_idx',
      key: { expireAt: 1 },
      serves: 'retention, by the server',
      expireAfterSeconds: 0,
    },
  ],
  personalData: [
    { field: 'userId', onErasure: 'delete document', reason: 'names the person' },
    { field: 'ip', onErasure: 'delete document', reason: 'goes with the document of its user' },
    { field: 'userAgent', onErasure: 'delete document', reason: 'goes with the document of its user' },
    { field: 'metadata', onErasure: 'delete document', reason: 'may describe the person' },
    { field: 'resourceId', onErasure: 'delete document', reason: 'what the person dealt with' },
  ],
} as const satisfies CollectionSpec;
