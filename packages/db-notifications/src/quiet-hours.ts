import { rowOf, statement } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { Client } from './client.js';

/**
 * When the quiet hours end that the user is in, in the user's time zone; null outside of them. E-mail, push messages and
 * SMS wait until then; the inbox and mandatory types do not.
 *
 * @param options.at the moment that is asked about. Default: now, by the database's clock.
 * @example const wakesAt = await quietUntil(prisma, userId);
 */
export async function quietUntil(
  client: Client,
  userId: UserId,
  options: { at?: Date } = {},
): Promise<Date | null> {
  const row = await rowOf(client, endOfQuietHours, [userId, options.at ?? null]);
  return row?.until ?? null;
}

/**
 * SQL that joins `quiet.until` to a user's preference `p` and recipient `r`: the end of the quiet hours that contain the
 * moment `at`, else null. Counted on the wall clock of the user's time zone, so that 7 o'clock stays 7 o'clock when the
 * clocks change. Modulo a day, so that an end before the start lies on the next one.
 */
export function joinQuietHours(at: string): string {
  return `LEFT JOIN LATERAL (
       SELECT (date_trunc('minute', local.time)
         + make_interval(mins => mod(p.quiet_hours_end - local.minute + 1440, 1440))) AT TIME ZONE local.zone AS until
       FROM (SELECT coalesce(p.time_zone, r.time_zone, 'UTC') AS zone) AS home
       CROSS JOIN LATERAL (SELECT home.zone, ${at} AT TIME ZONE home.zone AS time) AS clock
       CROSS JOIN LATERAL (
         SELECT clock.zone, clock.time,
           (extract(hour FROM clock.time) * 60 + extract(minute FROM clock.time))::int AS minute
       ) AS local
       WHERE mod(local.minute - p.quiet_hours_start + 1440, 1440)
         < mod(p.quiet_hours_end - p.quiet_hours_start + 1440, 1440)
     ) AS quiet ON true`;
}

const endOfQuietHours = statement<{ until: Date | null }>(
  'notifications.quiet_until',
  `SELECT quiet.until
   FROM notification_preferences p
   LEFT JOIN recipients r ON r.user_id = p.user_id
   ${joinQuietHours('coalesce($2::timestamptz, now())')}
   WHERE p.user_id = $1::uuid`,
);
