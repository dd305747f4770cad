import { read, rowsOf } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { NotificationChannel } from '../generated/enums.js';
import type { Client } from './client.js';

/**
 * Over which channels a notification of this type reaches this user, in one query: what the user set for the type, else
 * the type's default, and only where the user's preference has the channel on. Marketing needs consent as well. A
 * mandatory type goes out on its default channels whatever the user chose. Who chose nothing has the defaults.
 *
 * Empty when nothing may be sent, and when there is no such type. When it may be sent: `quietUntil`.
 *
 * @example const channels = await effectiveChannels(prisma, { userId, typeSlug: 'assignment-graded' });
 */
export async function effectiveChannels(
  client: Client,
  { userId, typeSlug }: { userId: UserId; typeSlug: string },
): Promise<NotificationChannel[]> {
  const rows = await rowsOf(client, channelsOfType, [userId, typeSlug]);
  return rows.map(({ channel }) => channel);
}

/**
 * SQL that joins to the type `t` what a user chose, the setting `s` and the preference `p`, and a row `c` for each
 * channel; `channelIsEffective` says which of these rows count. Preferences that were never saved count as the defaults
 * of `NotificationPreference`.
 */
export function joinChannels(userId: string): string {
  return `LEFT JOIN user_notification_settings s ON s.type_id = t.id AND s.user_id = ${userId}
   LEFT JOIN notification_preferences p ON p.user_id = ${userId}
   CROSS JOIN LATERAL (VALUES
     ('IN_APP'::"NotificationChannel", t.in_app_enabled, s.in_app, coalesce(p.in_app, true)),
     ('EMAIL', t.email_enabled, s.email, coalesce(p.email, true)),
     ('PUSH', t.push_enabled, s.push, coalesce(p.push, true)),
     ('SMS', t.sms_enabled, s.sms, coalesce(p.sms, false))
   ) AS c(channel, by_default, chosen, allowed)`;
}

export const channelIsEffective = `CASE WHEN t.is_mandatory THEN c.by_default ELSE c.allowed AND coalesce(c.chosen, c.by_default) END
     AND (t.category <> 'MARKETING' OR coalesce(p.marketing, false))`;

const channelsOfType = read<{ channel: NotificationChannel }>(
  'notifications.effective_channels',
  `SELECT c.channel::text AS channel
   FROM notification_types t
   ${joinChannels('$1::uuid')}
   WHERE t.slug = $2 AND ${channelIsEffective}
   ORDER BY c.channel`,
);
