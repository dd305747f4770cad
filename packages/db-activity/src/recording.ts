import { rowsOf, type Statement, statement } from '@codezest/db-core';
import type { Activity, AnalyticsEventId, UserActivityId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';
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

const rowsPerStatement = 1_000;

/**
 * Records activities and returns how many were new: an event that comes again is left as it is. The time of each is the
 * one inside its id. A thousand travel as one JSON parameter, so Node does next to nothing per event, unlike `createMany`.
 */
export function recordActivities(client: Client, activities: readonly NewActivity[]): Promise<number> {
  return record(client, insertActivities, activities);
}

/** As `recordActivities`, for events of product analytics. */
export function recordAnalyticsEvents(client: Client, events: readonly NewAnalyticsEvent[]): Promise<number> {
  return record(client, insertEvents, events);
}

async function record(
  client: Client,
  sql: Statement<{ recorded: number }>,
  rows: readonly object[],
): Promise<number> {
  let recorded = 0;
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const batch = JSON.stringify(rows.slice(start, start + rowsPerStatement));
    for (const row of await rowsOf(client, sql, [batch])) recorded += row.recorded;
  }
  return recorded;
}

const insertActivities = statement<{ recorded: number }>(
  'activity.record_activities',
  `WITH recorded AS (
     INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
     SELECT id, rules.uuid_v7_time(id), "userId", type, description, metadata
     FROM jsonb_to_recordset($1::jsonb)
       AS given(id uuid, "userId" uuid, type "ActivityType", description text, metadata jsonb)
     ON CONFLICT DO NOTHING RETURNING 1
   ) SELECT count(*)::int AS recorded FROM recorded`,
);

const insertEvents = statement<{ recorded: number }>(
  'activity.record_analytics_events',
  `WITH recorded AS (
     INSERT INTO analytics_events (id, created_at, user_id, event_name, properties)
     SELECT id, rules.uuid_v7_time(id), "userId", "eventName", nullif(properties, 'null')
     FROM jsonb_to_recordset($1::jsonb) AS given(id uuid, "userId" uuid, "eventName" text, properties jsonb)
     ON CONFLICT DO NOTHING RETURNING 1
   ) SELECT count(*)::int AS recorded FROM recorded`,
);
