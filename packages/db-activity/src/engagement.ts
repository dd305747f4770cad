import { CodezestDbError, databaseErrorFacts, newId, rowOf, statement } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { UserEngagement } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { refusalOf } from './event-errors.js';
import { activities, type NewActivity, type RecordOutcome } from './event-kinds.js';
import { levelSql } from './level.js';

/** Points are whole, not negative, and their sum fits an integer of 32 bits. */
export class PointsOutOfRangeError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'POINTS_OUT_OF_RANGE',
      'No points were awarded: they must be a whole number from 0, and the sum at most 2147483647.',
      options,
    );
  }
}

/** PostgreSQL knows no such time zone. */
export class UnknownTimeZoneError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('TIME_ZONE_UNKNOWN', 'There is no such time zone. Give a name such as Europe/Berlin.', options);
  }
}

export interface Award {
  readonly points: number;
  /** Whose midnight ends a day of the streak: the user's. Default: UTC. */
  readonly timeZone?: string;
}

export interface AwardResult {
  readonly outcome: RecordOutcome;
  /** As it stands after the activity. Null if that was known, and nothing was ever awarded to the user. */
  readonly engagement: UserEngagement | null;
}

/**
 * Records an activity and adds its points to the user's, with level and streak, in one statement: an activity that is
 * sent twice counts once. An activity without points still continues the streak.
 *
 * The streak counts days in a row of the user's time zone, in which both ends are looked at, so that a journey breaks
 * nothing. An activity that arrives after later ones counts for its own day: it can join the streak to the one before, and
 * make the longest one longer.
 *
 * @throws {EventRefusedError | PointsOutOfRangeError | UnknownTimeZoneError}
 * @example
 * const { engagement } = await awardPoints(prisma, activity, { points: 25, timeZone: 'Europe/Berlin' });
 */
export async function awardPoints(
  client: Client,
  activity: NewActivity,
  { points, timeZone = 'UTC' }: Award,
): Promise<AwardResult> {
  if (!Number.isSafeInteger(points) || points < 0) throw new PointsOutOfRangeError();
  try {
    const engagement = await rowOf(client, award, [
      `[${activities.json(activity)}]`,
      newId(),
      points,
      timeZone,
    ]);
    if (engagement) return { outcome: 'recorded', engagement };
  } catch (error) {
    throw refusalOfAward(error);
  }
  // What the statement above saw is older than the one that it waited for.
  const { userId } = activity;
  return { outcome: 'known', engagement: await findEngagement(client, { userId, timeZone }) };
}

/**
 * A user's points, level and streak as they stand now: the streak is 0 once a whole day has gone by without activity.
 * Null for whom nothing was awarded yet.
 *
 * @param request.at the moment that is asked about. Default: now, by the database's clock.
 * @throws {UnknownTimeZoneError}
 * @example const engagement = await findEngagement(prisma, { userId, timeZone: 'Europe/Berlin' });
 */
export async function findEngagement(
  client: Client,
  { userId, timeZone = 'UTC', at }: { userId: UserId; timeZone?: string; at?: Date },
): Promise<UserEngagement | null> {
  try {
    return (await rowOf(client, current, [userId, timeZone, at ?? null])) ?? null;
  } catch (error) {
    throw refusalOfAward(error);
  }
}

function refusalOfAward(error: unknown): unknown {
  const { sqlState } = databaseErrorFacts(error);
  if (sqlState === '22003') return new PointsOutOfRangeError({ cause: error });
  if (sqlState === '22023') return new UnknownTimeZoneError({ cause: error });
  return refusalOf(error);
}

const dayOf = (moment: string, zone: string) => `(${moment} AT TIME ZONE ${zone})::date`;

const daysInARow = (ahead: 'true' | 'false') => `rules.days_in_a_row(e.user_id, day, ${ahead}, $4::text)`;

// The streak ends with the day of `last_active_at`, so it began `streak - 1` days before. The row that is there is locked
// when these expressions see it: of awards at once, each adds to the one before.
const award = statement<UserEngagement>(
  'activity.award_points',
  `WITH recorded AS (
     INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
     SELECT id, coalesce(rules.uuid_v7_time(id), now()), "userId", type, description, nullif(metadata, 'null')
     FROM jsonb_to_recordset($1::jsonb)
       AS given(id uuid, "userId" uuid, type "ActivityType", description text, metadata jsonb)
     ON CONFLICT DO NOTHING RETURNING user_id, created_at, ${dayOf('created_at', '$4::text')} AS day
   )
   INSERT INTO user_engagements AS e
     (id, user_id, points, level, streak, longest_streak, last_active_at, updated_at)
   SELECT $2::uuid, user_id, $3::int, ${levelSql('$3::int')}, 1, 1, created_at, now() FROM recorded
   ON CONFLICT (user_id) DO UPDATE SET
     points = e.points + excluded.points,
     level = ${levelSql('e.points + excluded.points')},
     (streak, longest_streak) = (
       SELECT streak, greatest(e.longest_streak, streak, earlier_run) FROM (
         SELECT CASE
           WHEN last_day IS NULL OR day > last_day + 1 THEN 1
           WHEN day = last_day + 1 THEN e.streak + 1
           WHEN day = last_day THEN greatest(e.streak, 1)
           WHEN day = last_day - e.streak THEN e.streak + ${daysInARow('false')}
           ELSE e.streak
         END AS streak,
         CASE WHEN day < last_day - e.streak THEN ${daysInARow('false')} + ${daysInARow('true')} - 1 END AS earlier_run
         FROM (SELECT day, ${dayOf('e.last_active_at', '$4::text')} AS last_day FROM recorded) AS days
       ) AS counted
     ),
     last_active_at = greatest(e.last_active_at, excluded.last_active_at),
     updated_at = now()
   RETURNING ${columnsOf.userEngagement('e')}`,
);

const current = statement<UserEngagement>(
  'activity.engagement',
  `SELECT ${columnsOf.userEngagement('e')} FROM (
     SELECT id, user_id, points, level, longest_streak, last_active_at, created_at, updated_at,
       CASE WHEN ${dayOf('coalesce($3::timestamptz, now())', '$2::text')} > ${dayOf('last_active_at', '$2::text')} + 1
         THEN 0 ELSE streak END AS streak
     FROM user_engagements WHERE user_id = $1::uuid
   ) AS e`,
);
