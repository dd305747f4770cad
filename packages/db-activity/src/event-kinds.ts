import { rowOf, type Statement, statement } from '@codezest/db-core';
import type { Activity, AnalyticsEventId, UserActivityId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';
import { EventRefusedError, refusalOf } from './event-errors.js';
import type { AnalyticsProperties } from './json-types.js';

/** What a service reports of a user. `id` is the event's, a UUID version 7: it says when, and makes recording idempotent. */
export type NewActivity = Activity & {
  readonly id: UserActivityId;
  readonly userId: UserId;
  readonly description: string;
};

export interface NewAnalyticsEvent {
  readonly id: AnalyticsEventId;
  /** Lower-case words, dotted by area: `lesson.video_paused`. */
  readonly eventName: string;
  readonly userId?: UserId | null;
  readonly properties?: AnalyticsProperties | null;
}

/** The event is stored, once, either way: by this call, or it was known before. */
export type RecordOutcome = 'recorded' | 'known';

/** A table of events: how one travels, and the statement that takes a JSON array of them. */
export interface EventKind<Event extends { readonly id: string }> {
  json(event: Event): string;
  readonly insert: Statement<{ outcomes: string | null }>;
}

/** Beyond this many, a statement gains nothing more and holds its locks longer. */
export const eventsPerStatement = 1_000;

/** In characters: PostgreSQL reads the whole parameter before the first row of it goes in. */
export const longestStatement = 4_000_000;

/** In characters of JSON. Metadata of 16 kB come nowhere near it, whatever is escaped in them. */
const longestEvent = 256_000;

/**
 * Records what `json` made, as one statement with one parameter: Node does next to nothing per event. For the same
 * reason no outcomes come back where all events are new, and otherwise one text of ones and zeros.
 *
 * @throws {EventRefusedError} and nothing is recorded.
 */
export async function insertEvents<Event extends { readonly id: string }>(
  client: Client,
  { insert }: EventKind<Event>,
  events: readonly string[],
): Promise<RecordOutcome[]> {
  try {
    const row = await rowOf(client, insert, [`[${events.join(',')}]`]);
    return Array.from(events, (_event, place) => (row?.outcomes?.[place] === '0' ? 'known' : 'recorded'));
  } catch (error) {
    throw refusalOf(error);
  }
}

export const activities: EventKind<NewActivity> = {
  json: ({ id, userId, type, description, metadata }) => jsonOf({ id, userId, type, description, metadata }),
  insert: insertOnce('activity.record_activities', {
    table: 'user_activities',
    fields: 'id uuid, "userId" uuid, type "ActivityType", description text, metadata jsonb',
    columns: 'user_id, type, description, metadata',
    values: `"userId", type, description, nullif(metadata, 'null')`,
  }),
};

export const analyticsEvents: EventKind<NewAnalyticsEvent> = {
  json: ({ id, eventName, userId, properties }) => jsonOf({ id, eventName, userId, properties }),
  insert: insertOnce('activity.record_analytics_events', {
    table: 'analytics_events',
    fields: 'id uuid, "userId" uuid, "eventName" text, properties jsonb',
    columns: 'user_id, event_name, properties',
    values: `"userId", "eventName", nullif(properties, 'null')`,
  }),
};

/**
 * An event that is far too large is refused here: hundreds of them would fill the queue and the memory of a server that
 * refuses each one anyway.
 */
function jsonOf(event: object): string {
  let text: string;
  try {
    text = JSON.stringify(event);
  } catch (cause) {
    throw new EventRefusedError('it cannot be written as JSON.', { cause });
  }
  if (text.length > longestEvent)
    throw new EventRefusedError('it is longer than 256,000 characters of JSON.');
  return text;
}

/**
 * The time of a row is computed from its id here, so that it is in its month's partition from the start: a trigger that
 * corrects it could not move it there any more. A null would miss the rule that wants version 7, hence now().
 *
 * Rows go in by id: of two statements that record the same events, one waits for the other instead of a deadlock.
 */
function insertOnce(
  name: string,
  { table, fields, columns, values }: { table: string; fields: string; columns: string; values: string },
): Statement<{ outcomes: string | null }> {
  return statement(
    name,
    `WITH given AS MATERIALIZED (
       SELECT * FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (${fields}))
         WITH ORDINALITY AS given
     ), recorded AS (
       INSERT INTO ${table} (id, created_at, ${columns})
       SELECT id, coalesce(rules.uuid_v7_time(id), now()), ${values} FROM given ORDER BY id
       ON CONFLICT DO NOTHING RETURNING id
     )
     SELECT CASE WHEN (SELECT count(*) FROM recorded) < (SELECT count(*) FROM given) THEN (
       SELECT string_agg((recorded.id IS NOT NULL AND nth = 1)::int::text, '' ORDER BY ordinality)
       FROM (SELECT id, ordinality, row_number() OVER (PARTITION BY id ORDER BY ordinality) AS nth FROM given) AS given
       LEFT JOIN recorded USING (id)
     ) END AS outcomes`,
  );
}
