import { read, rowOf } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { Client } from './client.js';
import { instantOf } from './wall-clock.js';

/**
 * When the quiet hours end that the user is in, in the user's time zone; null outside of them. E-mail, push messages and
 * SMS wait until then; the inbox and mandatory types do not. Around a change of the clocks their ends are what Temporal's
 * disambiguation "compatible" gives: a time that comes twice is the first one, a time that is left out counts on from the
 * clock before the change.
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
 * moment `at`, else null. The ends are times of the wall clock in the user's zone, so that 7 o'clock stays 7 o'clock when
 * the clocks change. Those that could contain the moment begin on its date there, the one before, or, where the clocks
 * go back over midnight, the one after. An end before the start lies on the next day.
 */
export function joinQuietHours(at: string): string {
  return `LEFT JOIN LATERAL (
       SELECT max(quiet_night.until) AS until
       FROM (SELECT coalesce(p.time_zone, r.time_zone, 'UTC') AS zone WHERE p.quiet_hours_start IS NOT NULL) AS home
       CROSS JOIN LATERAL (SELECT (${at} AT TIME ZONE home.zone)::date + days AS date FROM generate_series(-1, 1) days) AS day
       CROSS JOIN LATERAL (
         SELECT ${instantOf('day.date + make_interval(mins => p.quiet_hours_start)', 'home.zone')} AS since,
           ${instantOf(
             `day.date + make_interval(mins => p.quiet_hours_end
             + CASE WHEN p.quiet_hours_end < p.quiet_hours_start THEN 1440 ELSE 0 END)`,
             'home.zone',
           )} AS until
       ) AS quiet_night
       WHERE quiet_night.since <= ${at} AND ${at} < quiet_night.until
     ) AS quiet ON true`;
}

const endOfQuietHours = read<{ until: Date | null }>(
  'notifications.quiet_until',
  `SELECT quiet.until
   FROM notification_preferences p
   LEFT JOIN recipients r ON r.user_id = p.user_id
   ${joinQuietHours('coalesce($2::timestamptz, now())')}
   WHERE p.user_id = $1::uuid`,
);
