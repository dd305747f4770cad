import { newIdSql, read, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { NotificationId } from '@codezest/db-types';
import type { Notification } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { digestMoment } from './digest-moment.js';
import { channelIsEffective, joinChannels } from './effective-channels.js';
import { UnknownNotificationTypeError } from './notify.js';

/** What a digest says around its notifications. */
export interface DigestMessage {
  /** Slug of the type of digests; its e-mail template is the digest's. */
  readonly typeSlug: string;
  readonly title: string;
  readonly message: string;
}

/**
 * Writes the digests that are due, and returns how many. To be called every few minutes. A digest is a notification of its
 * own, with an e-mail that waits for a worker; `digestItems` gives what it gathers.
 *
 * Each e-mail that waits comes into one digest, whatever runs at the same time: it is taken from its own row, so what is
 * committed late is in the next one. What expired, was switched off or was seen in the app is left out, and a digest of
 * nothing is not written. Who wants no digests any more is mailed each by itself; who has moved the hour or the zone has
 * the rest at the new time.
 *
 * @throws {UnknownNotificationTypeError}
 * @example await writeDigests(prisma, { typeSlug: 'digest', title: 'Your day', message: 'What happened since.' });
 */
export async function writeDigests(
  client: Client,
  { typeSlug, title, message }: DigestMessage,
): Promise<number> {
  let written = 0;
  for (;;) {
    const row = await rowOf(client, writeDue, [typeSlug, title, message, rowsPerStatement]);
    if (row === undefined) throw new UnknownNotificationTypeError();
    written += row.digests;
    if (row.changed === 0) return written;
  }
}

/**
 * The notifications that a digest gathers, oldest first; empty for one that is no digest.
 *
 * @param digestId the id of the digest's notification, as a claim gives it.
 * @example const items = await digestItems(prisma, notification.id);
 */
export async function digestItems(client: Client, digestId: NotificationId): Promise<Notification[]> {
  return await rowsOf(client, itemsOf, [digestId]);
}

const rowsPerStatement = 1_000;

// The lock on a user's preference makes one caller gather all that the user has due. The lock on each delivery looks at it
// anew: what another caller has gathered meanwhile is not there any more, and a digest is made of what is.
const writeDue = statement<{ digests: number; changed: number }>(
  'notifications.write_digests',
  `WITH type AS (
     SELECT id FROM notification_types WHERE slug = $1
   ), due AS (
     SELECT notification_id FROM notification_deliveries
     WHERE status = 'HELD' AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT $4::int
   ), people AS (
     SELECT p.user_id FROM notification_preferences p
     WHERE p.user_id IN (SELECT n.user_id FROM due JOIN notifications n ON n.id = due.notification_id)
       AND EXISTS (SELECT FROM type)
     ORDER BY p.user_id FOR UPDATE SKIP LOCKED
   ), held AS (
     SELECT d.id, d.notification_id, n.user_id FROM people
     JOIN notifications n ON n.user_id = people.user_id
     JOIN notification_deliveries d ON d.notification_id = n.id
     WHERE d.status = 'HELD' AND d.next_attempt_at <= now()
     ORDER BY d.id FOR UPDATE OF d SKIP LOCKED
   ), judged AS (
     SELECT held.id, held.user_id, moved.due_at, CASE
       WHEN n.expires_at <= now() THEN 'EXPIRED'
       WHEN n.seen_at IS NOT NULL THEN 'SEEN'
       WHEN NOT (${channelIsEffective}) THEN 'SWITCHED_OFF'
       END::"DeliveryCancelReason" AS canceled_for,
       CASE WHEN p.digest = 'NEVER' THEN 'PENDING' WHEN moved.due_at > now() THEN 'HELD' ELSE 'DIGESTED' END AS wanted
     FROM held
     JOIN notifications n ON n.id = held.notification_id
     JOIN notification_types t ON t.id = n.type_id
     LEFT JOIN recipients r ON r.user_id = n.user_id
     ${joinChannels('n.user_id')}
     CROSS JOIN LATERAL (SELECT ${digestMoment('n.created_at')} AS due_at) AS moved
     WHERE c.channel = 'EMAIL'
   ), decided AS (
     SELECT *, CASE WHEN canceled_for IS NOT NULL THEN 'CANCELED' ELSE wanted END::"DeliveryStatus" AS status FROM judged
   ), digests AS (
     SELECT ${newIdSql} AS id, user_id, count(*) AS gathered FROM decided WHERE status = 'DIGESTED' GROUP BY user_id
   ), written AS (
     INSERT INTO notifications (id, user_id, type_id, title, message, data, priority, in_app, created_at, updated_at)
     SELECT d.id, d.user_id, type.id, $2, $3, jsonb_build_object('count', d.gathered), 'MEDIUM', false, now(), now()
     FROM digests d CROSS JOIN type
   ), mailed AS (
     INSERT INTO notification_deliveries (id, notification_id, channel, status, next_attempt_at, created_at, updated_at)
     SELECT ${newIdSql}, id, 'EMAIL', 'PENDING', date_trunc('milliseconds', now()), now(), now() FROM digests
   ), changed AS (
     UPDATE notification_deliveries d SET
       status = decided.status,
       digest_id = CASE WHEN decided.status = 'DIGESTED' THEN digests.id END,
       next_attempt_at = CASE decided.status WHEN 'PENDING' THEN now() WHEN 'HELD' THEN decided.due_at END,
       canceled_at = CASE WHEN decided.status = 'CANCELED' THEN greatest(now(), d.created_at) END,
       cancel_reason = decided.canceled_for,
       updated_at = now()
     FROM decided LEFT JOIN digests ON digests.user_id = decided.user_id WHERE d.id = decided.id
     RETURNING d.id
   ), orphaned AS (
     UPDATE notification_deliveries d SET status = 'PENDING', next_attempt_at = now(), updated_at = now()
     FROM due JOIN notifications n ON n.id = due.notification_id
     WHERE d.notification_id = n.id AND d.status = 'HELD' AND EXISTS (SELECT FROM type)
       AND NOT EXISTS (SELECT FROM notification_preferences p WHERE p.user_id = n.user_id)
     RETURNING d.id
   )
   SELECT (SELECT count(*)::int FROM digests) AS digests,
     ((SELECT count(*) FROM changed) + (SELECT count(*) FROM orphaned))::int AS changed
   FROM type`,
);

const itemsOf = read<Notification>(
  'notifications.digest_items',
  `SELECT ${columnsOf.notification('n')} FROM notifications n
   WHERE n.id IN (SELECT d.notification_id FROM notification_deliveries d WHERE d.digest_id = $1::uuid)
   ORDER BY n.created_at, n.id`,
);
