import { rowOf, statement } from '@codezest/db-core';
import type { EventId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';

/** Whatever an event has caused, or whatever is about a subject. */
export type Cancellation = ({ readonly eventId: EventId } | { readonly subject: string }) & {
  /** Of this user alone. Default: of everybody. */
  readonly userId?: UserId;
};

export interface CanceledNotifications {
  /** Scheduled ones, which are gone as if they had never been. Their event notifies nobody any more. */
  readonly unscheduled: number;
  /** Deliveries that had not been sent. What stands in an inbox stays there. */
  readonly canceled: number;
  /** Collapsed notifications that stand for one less now: what the event did is not told by them any more. */
  readonly reduced: number;
}

/**
 * Takes back what has not gone out yet, in one statement: scheduled notifications, and what waits to be sent of those that
 * stand in an inbox. What a worker has claimed by then is sent. Done twice it finds nothing the second time.
 *
 * @example await cancelNotifications(prisma, { subject: 'assignment:42' });
 */
export async function cancelNotifications(
  client: Client,
  request: Cancellation,
): Promise<CanceledNotifications> {
  const [eventId, subject] = 'eventId' in request ? [request.eventId, null] : [null, request.subject];
  const canceled = await rowOf(client, cancel, [eventId, subject, request.userId ?? null]);
  return canceled ?? { unscheduled: 0, canceled: 0, reduced: 0 };
}

// Locked in one order before they change. A scheduled one that a worker has in hand is past its time and not among these.
const cancel = statement<CanceledNotifications>(
  'notifications.cancel',
  `WITH found AS (
     SELECT id FROM notifications WHERE event_id = $1::uuid
     UNION SELECT id FROM notifications WHERE subject = $2
     UNION SELECT notification_id FROM notification_occurrences WHERE event_id = $1::uuid
   ), locked AS (
     SELECT n.id, n.send_at > now() AS is_scheduled, n.occurrences > 1 AND $1::uuid IS NOT NULL AS is_shared
     FROM notifications n WHERE n.id IN (SELECT id FROM found) AND n.user_id = coalesce($3::uuid, n.user_id)
     ORDER BY n.id FOR UPDATE
   ), meant AS (
     SELECT * FROM locked WHERE NOT is_shared
   ), taken_out AS (
     DELETE FROM notification_occurrences o USING locked
     WHERE locked.is_shared AND o.notification_id = locked.id AND o.event_id = $1::uuid RETURNING o.notification_id
   ), reduced AS (
     UPDATE notifications n SET occurrences = greatest(1, n.occurrences - taken.count), updated_at = now()
     FROM (SELECT notification_id, count(*)::int AS count FROM taken_out GROUP BY notification_id) AS taken
     WHERE n.id = taken.notification_id RETURNING n.id
   ), unscheduled AS (
     DELETE FROM notifications n USING meant WHERE n.id = meant.id AND meant.is_scheduled RETURNING n.id
   ), waiting AS (
     SELECT d.id FROM notification_deliveries d JOIN meant ON meant.id = d.notification_id
     WHERE d.status IN ('PENDING', 'HELD') AND meant.is_scheduled IS NOT TRUE ORDER BY d.id FOR UPDATE OF d
   ), canceled AS (
     UPDATE notification_deliveries d SET status = 'CANCELED', next_attempt_at = NULL, cancel_reason = 'WITHDRAWN',
       canceled_at = greatest(now(), d.created_at), updated_at = now()
     FROM waiting WHERE d.id = waiting.id AND d.status IN ('PENDING', 'HELD')
     RETURNING d.id
   )
   SELECT (SELECT count(*)::int FROM unscheduled) AS unscheduled, (SELECT count(*)::int FROM canceled) AS canceled,
     (SELECT count(*)::int FROM reduced) AS reduced`,
);
