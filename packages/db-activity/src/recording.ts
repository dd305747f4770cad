import { newId, rowOf, statement } from '@codezest/db-core';
import type { AnalyticsEventId, UserActivityId } from '@codezest/db-types';
import type { UserActivity } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { refusalOf } from './event-errors.js';
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

/**
 * The id of something that happens now, or that happened then. Make it where it happens and send the same one with every
 * try: it is what makes recording idempotent. Of ids that this process makes for one millisecond, the later one is the
 * greater, so that a feed keeps the order in which they were made.
 *
 * @throws {InvalidIdTimeError} for an invalid Date, and for one before 1970.
 */
export function newActivityId(at?: Date): UserActivityId {
  return newId(millisecondsOf(at));
}

/** As `newActivityId`, for an event of product analytics. */
export function newAnalyticsEventId(at?: Date): AnalyticsEventId {
  return newId(millisecondsOf(at));
}

/** What is no Date gives no time, rather than now. */
const millisecondsOf = (at: Date | undefined) => (at === undefined ? undefined : Number(at?.getTime?.()));

/** What became of an activity. */
export interface RecordedActivity {
  readonly outcome: RecordOutcome;
  /** As it is stored: of one that was known, as it was recorded the first time. */
  readonly activity: UserActivity;
}

/**
 * Records an activity once, however often it is sent, and gives its row; its time is the one inside its id. Unlike Prisma's `create`, which
 * fails for an event that is known, and at the end of a month also for one whose id and time fall into different months.
 *
 * @throws {EventRefusedError} when the database's rules do not allow it.
 * @example
 * const id = newActivityId();
 * await recordActivity(prisma, {
 *   id, userId, type: 'BADGE_EARNED', description: 'A week in a row', metadata: { badge: 'week' },
 * });
 */
export async function recordActivity(client: Client, activity: NewActivity): Promise<RecordedActivity> {
  const event = activities.json(activity);
  // Who is erased between the two statements has no row any more; the next insert says so.
  for (;;) {
    try {
      const recorded = await rowOf(client, insertOne, [event]);
      if (recorded) return { outcome: 'recorded', activity: recorded };
    } catch (error) {
      throw refusalOf(error);
    }
    // Asked apart, because the statement above cannot see a row that another one wrote while it ran.
    const known = await rowOf(client, activityOfId, [activity.id]);
    if (known) return { outcome: 'known', activity: known };
  }
}

const columns = columnsOf.userActivity('a');

const insertOne = statement<UserActivity>(
  'activity.record_activity',
  `INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
   SELECT given.id, coalesce(rules.uuid_v7_time(given.id), now()), given."userId", given.type, given.description, nullif(given.metadata, 'null')
   FROM jsonb_to_record($1::jsonb) AS given(id uuid, "userId" uuid, type "ActivityType", description text, metadata jsonb)
   ON CONFLICT DO NOTHING RETURNING ${columnsOf.userActivity('user_activities')}`,
);

const activityOfId = statement<UserActivity>(
  'activity.activity_of_id',
  `SELECT ${columns} FROM user_activities a WHERE a.created_at = rules.uuid_v7_time($1::uuid) AND a.id = $1::uuid`,
);

/**
 * Records many activities, each once, and says of each whether it was new. A thousand travel as one JSON parameter, which
 * costs the process far less than `createMany` (`pnpm bench events`). Each thousand, or four megabytes, is one statement, which one
 * bad event fails; outside a transaction the statements before it stay. After an error send all again: what is known stays as it is.
 *
 * @throws {EventRefusedError}
 * @example const outcomes = await recordActivities(prisma, [joined, enrolled]);
 */
export async function recordActivities(
  client: Client,
  events: readonly NewActivity[],
): Promise<RecordOutcome[]> {
  return recordMany(client, activities, events);
}

/** As `recordActivities`, for events of product analytics. */
export async function recordAnalyticsEvents(
  client: Client,
  events: readonly NewAnalyticsEvent[],
): Promise<RecordOutcome[]> {
  return recordMany(client, analyticsEvents, events);
}

/** By id over all thousands, so that two transactions that record the same events cannot deadlock. */
async function recordMany<Event extends { readonly id: string }>(
  client: Client,
  kind: EventKind<Event>,
  events: readonly Event[],
): Promise<RecordOutcome[]> {
  const inOrder = [...events.entries()].sort(([, a], [, b]) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const outcomes = new Array<RecordOutcome>(events.length);
  for (const batch of batchesOf(inOrder.map(([place, event]) => ({ place, json: kind.json(event) })))) {
    const results = await insertEvents(
      client,
      kind,
      batch.map(({ json }) => json),
    );
    batch.forEach(({ place }, index) => {
      outcomes[place] = results[index] ?? 'known';
    });
  }
  return outcomes;
}

/** By number and by length. */
function batchesOf<Event extends { readonly json: string }>(events: readonly Event[]): Event[][] {
  const batches: Event[][] = [];
  let batch: Event[] = [];
  let characters = 0;
  for (const event of events) {
    if (batch.length === eventsPerStatement || characters + event.json.length > longestStatement) batch = [];
    if (batch.length === 0) {
      batches.push(batch);
      characters = 0;
    }
    batch.push(event);
    characters += event.json.length;
  }
  return batches;
}
