import { instantOf } from './wall-clock.js';

/** The most that a cap may be. */
export const highestCap = 1_000;

/**
 * SQL for the moment at which the day after that of `at` begins on the wall of who lives in `zone`: at its first midnight, or
 * where the clocks skip that, right after the gap.
 */
export function nextDayOf(at: string, zone: string): string {
  return instantOf(`((${at} AT TIME ZONE ${zone})::date + 1)::timestamp`, zone);
}

/** SQL: whether the delivery `d` of type `t` counts for the cap `$9`, which is 0 where there is none. A further attempt counts once. */
export const isCounted = `$9::int > 0 AND NOT t.is_mandatory AND d.priority <> 'URGENT' AND d.attempts = 0`;

/**
 * SQL of the common table expression `granted`: how many of what is `judged` each user may still get over the channel `$1`
 * today. Two workers who have something for one user wait for each other here, and only here. A day that comes again, for who
 * travels west over the date line, is the same day.
 */
export const grantedSql = `wanted AS (
     SELECT j.user_id, j.day, least(count(*), $9::int)::int AS number FROM judged j
     WHERE j.is_counted AND (SELECT true FROM erased_users e WHERE e.user_hash = rules.hash_of_user(j.user_id)) IS NULL
     GROUP BY j.user_id, j.day
   ), granted AS (
     INSERT INTO daily_sends AS s (user_id, channel, day, sent, granted, created_at, updated_at)
     SELECT user_id, $1::"NotificationChannel", day, number, number, now(), now() FROM wanted ORDER BY user_id
     ON CONFLICT (user_id, channel) DO UPDATE SET
       day = greatest(s.day, excluded.day),
       sent = CASE WHEN excluded.day > s.day THEN excluded.sent ELSE s.sent + ${roomOf('excluded.granted')} END,
       granted = CASE WHEN excluded.day > s.day THEN excluded.granted ELSE ${roomOf('excluded.granted')} END,
       updated_at = now()
     RETURNING s.user_id, s.granted
   )`;

function roomOf(wanted: string): string {
  return `least(${wanted}, greatest(0, $9::int - s.sent))`;
}
