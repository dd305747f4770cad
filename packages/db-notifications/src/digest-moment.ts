import { instantOf } from './wall-clock.js';

/**
 * SQL for the first digest of a user after the moment `at`, by the preference `p` and the recipient `r`; null for who wants
 * none. By the clock on the user's wall, which is 8 o'clock again after a change of the clocks.
 */
export function digestMoment(at: string): string {
  return `(SELECT min(digest.moment)
         FROM (SELECT coalesce(p.time_zone, r.time_zone, 'UTC') AS zone WHERE p.digest <> 'NEVER') AS home
         CROSS JOIN LATERAL (SELECT (${at} AT TIME ZONE home.zone)::date + days AS date FROM generate_series(-1, 8) days) AS day
         CROSS JOIN LATERAL (
           SELECT ${instantOf('day.date + make_interval(mins => p.digest_at)', 'home.zone')} AS moment
         ) AS digest
         WHERE digest.moment > ${at} AND (p.digest = 'DAILY' OR extract(isodow FROM day.date) = p.digest_weekday))`;
}
