import { newId, newIdSql, read, rowOf, rowsOf, statement } from '@codezest/db-core';
import { parseTimeZone, type TimeZone, type UserActivityId, type UserId } from '@codezest/db-types';
import type { UserEngagement } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import {
  InvalidMomentError,
  PointsNotAwardedError,
  PointsOutOfRangeError,
  refusalOfAward,
  UnknownTimeZoneError,
} from './engagement-errors.js';
import { activities, type NewActivity, type RecordOutcome } from './event-kinds.js';

export interface Award {
  readonly points: number;
  /** What stands in the ledger beside them, at most 200 characters. Default: the activity's type. */
  readonly reason?: string;
  /** Whose midnight ends a day of the streak: the user's. Default: UTC. */
  readonly timeZone?: string;
}

export interface AwardResult {
  readonly outcome: RecordOutcome;
  /** As it stands afterwards. Null if the activity was known, and nothing was ever awarded to the user. */
  readonly engagement: UserEngagement | null;
}

/**
 * Records an activity, adds its points to the user's ledger and sum, and counts its day for the streak, in one statement.
 * An activity gives points once for good, also when it is sent again after its month was dropped. An activity without
 * points still continues the streak.
 *
 * A day is the date in the time zone that its first activity comes with, and lasts from midnight to midnight there: what
 * happens meanwhile is of this day, whatever zone it comes with. So a journey breaks no streak, and choosing zones makes
 * none. An activity that arrives after later ones counts for its own day: it can join the streak to the one before, and make
 * the longest one longer.
 *
 * @throws {EventRefusedError | PointsOutOfRangeError | UnknownTimeZoneError}
 * @example
 * const { engagement } = await awardPoints(prisma, activity, { points: 25, timeZone: 'Europe/Berlin' });
 */
export async function awardPoints(
  client: Client,
  activity: NewActivity,
  { points, reason, timeZone = 'UTC' }: Award,
): Promise<AwardResult> {
  if (!Number.isSafeInteger(points) || points < 0) throw new PointsOutOfRangeError();
  const zone = zoneOf(timeZone);
  const values = [activities.json(activity), points, reason ?? null, zone, newId(), newId()];
  try {
    const engagement = await rowOf(client, award, values);
    if (engagement) return { outcome: 'recorded', engagement };
  } catch (error) {
    throw refusalOfAward(error);
  }
  // What the statement above saw is older than the one that it waited for.
  return {
    outcome: 'known',
    engagement: await findEngagement(client, { userId: activity.userId, timeZone }),
  };
}

/**
 * Takes back the points that an activity gave, once: the ledger keeps both entries. The day of the activity stays, and the
 * activity gives no points again.
 *
 * @throws {PointsNotAwardedError} when the activity gave none. {@link EventRefusedError} for a reason that is blank or long.
 * @example await reversePoints(prisma, activityId, { reason: 'Copied solution' });
 */
export async function reversePoints(
  client: Client,
  activityId: UserActivityId,
  { reason }: { readonly reason: string },
): Promise<AwardResult> {
  try {
    const engagement = await rowOf(client, reverse, [newId(), activityId, reason]);
    if (engagement) return { outcome: 'recorded', engagement };
    const known = await rowOf(client, engagementOfEvent, [activityId]);
    if (known) return { outcome: 'known', engagement: known };
  } catch (error) {
    throw refusalOfAward(error);
  }
  throw new PointsNotAwardedError();
}

/**
 * Freezes the user's day: the streak goes on although nothing happens on it, and does not grow. How many days a user may
 * freeze is the service's to say. A day that is active, or frozen already, stays as it is. Null for whom nothing was awarded
 * yet.
 *
 * @param request.at a moment of the day. Default: now, by the database's clock.
 * @throws {UnknownTimeZoneError | InvalidMomentError}
 * @example await freezeDay(prisma, { userId, timeZone: 'Europe/Berlin' });
 */
export async function freezeDay(client: Client, request: DayOfUser): Promise<UserEngagement | null> {
  return engagementBy(client, freeze, request);
}

/**
 * A user's points, level and streak as they stand now: the streak is 0 once a whole day has gone by that is neither active
 * nor frozen. Null for whom nothing was awarded yet.
 *
 * @param request.at the moment that is asked about. Default: now, by the database's clock.
 * @throws {UnknownTimeZoneError | InvalidMomentError}
 * @example const engagement = await findEngagement(prisma, { userId, timeZone: 'Europe/Berlin' });
 */
export async function findEngagement(client: Client, request: DayOfUser): Promise<UserEngagement | null> {
  return engagementBy(client, current, request);
}

export interface DayOfUser {
  readonly userId: UserId;
  /** Default: UTC. */
  readonly timeZone?: string;
  readonly at?: Date;
}

async function engagementBy(
  client: Client,
  asked: typeof current,
  { userId, timeZone = 'UTC', at }: DayOfUser,
): Promise<UserEngagement | null> {
  if (at !== undefined && Number.isNaN(at.getTime())) throw new InvalidMomentError();
  const values = [userId, zoneOf(timeZone), at ?? null];
  try {
    return (await rowOf(client, asked, values)) ?? null;
  } catch (error) {
    throw refusalOfAward(error);
  }
}

/** Users who have joined begin with no points. Whoever has some keeps them. */
export async function beginEngagements(client: Client, userIds: readonly UserId[]): Promise<void> {
  await rowsOf(client, begin, [userIds]);
}

function zoneOf(timeZone: string): TimeZone {
  try {
    return parseTimeZone(timeZone);
  } catch (cause) {
    throw new UnknownTimeZoneError({ cause });
  }
}

const columns = columnsOf.userEngagement('e');

const award = statement<UserEngagement>(
  'activity.award_points',
  `SELECT ${columns} FROM rules.award_points($1::jsonb, $2::int, $3::text, $4::text, $5::uuid, $6::uuid) AS e`,
);

// By user, so that two statements about the same users wait for each other instead of a deadlock.
const begin = statement<never>(
  'activity.begin_engagements',
  `INSERT INTO user_engagements (id, user_id, updated_at)
   SELECT ${newIdSql}, user_id, now() FROM unnest($1::uuid[]) AS user_id ORDER BY user_id ON CONFLICT (user_id) DO NOTHING`,
);

const reverse = statement<UserEngagement>(
  'activity.reverse_points',
  `WITH original AS (
     SELECT id, user_id, points, cohort FROM points_entries WHERE source_event_id = $2::uuid
   ), reversed AS (
     INSERT INTO points_entries (id, user_id, points, reason, reverses_id, cohort)
     SELECT $1::uuid, user_id, -points, $3::text, id, cohort FROM original
     ON CONFLICT (reverses_id) DO NOTHING RETURNING user_id, points
   )
   UPDATE user_engagements AS e
   SET points = e.points + reversed.points, level = rules.level_of(e.points + reversed.points), updated_at = now()
   FROM reversed WHERE e.user_id = reversed.user_id RETURNING ${columns}`,
);

const engagementOfEvent = read<UserEngagement>(
  'activity.engagement_of_event',
  `SELECT ${columns} FROM points_entries p JOIN user_engagements e USING (user_id) WHERE p.source_event_id = $1::uuid`,
);

const freeze = statement<UserEngagement>(
  'activity.freeze_day',
  `SELECT ${columns} FROM rules.freeze_day($1::uuid, coalesce($3::timestamptz, now()), $2::text) AS e`,
);

// A journey over the date line skips a date, as between the days of a streak.
const current = read<UserEngagement>(
  'activity.engagement',
  `SELECT ${columns} FROM (
     SELECT id, user_id, points, level, longest_streak, last_active_at, created_at, updated_at,
       CASE WHEN today > greatest(d.day, (d.last_at AT TIME ZONE $2::text)::date) + 1 THEN 0 ELSE streak END AS streak
     FROM user_engagements u
     CROSS JOIN LATERAL (SELECT (coalesce($3::timestamptz, now()) AT TIME ZONE $2::text)::date AS today) AS clock
     LEFT JOIN LATERAL (SELECT day, last_at FROM activity_days WHERE user_id = u.user_id ORDER BY day DESC LIMIT 1) AS d ON true
     WHERE u.user_id = $1::uuid
   ) AS e`,
);
