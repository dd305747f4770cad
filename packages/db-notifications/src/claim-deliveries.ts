import { joinedRows, rowsOf, statement } from '@codezest/db-core';
import type { Notification, NotificationDelivery, NotificationType } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { NotificationChannel } from '../generated/enums.js';
import type { Client } from './client.js';
import { channelIsEffective, joinChannels } from './effective-channels.js';
import { joinQuietHours } from './quiet-hours.js';

/** A delivery that its claimer has to send: what is to be said, and by which template. */
export interface ClaimedDelivery {
  readonly delivery: NotificationDelivery;
  readonly notification: Notification;
  readonly type: NotificationType;
}

export interface ClaimRequest {
  readonly channel: Exclude<NotificationChannel, 'IN_APP'>;
  /** How many at most. Default 100. */
  readonly limit?: number;
  /**
   * After that a claim without a result counts as that of a dead worker, and the delivery is given to another. Longer
   * than any sending may take, or it is sent twice. Default 120.
   */
  readonly leaseSeconds?: number;
}

/**
 * Claims deliveries that are due, the oldest first, in one statement: no other worker is given the same, and workers
 * never wait for each other. The attempt is counted now, so a worker that dies has used one up. Record each result with
 * `recordDelivery`; outside of a transaction, because a claim counts from its commit.
 *
 * On the way it puts right what is found in the queue: what expired is canceled, and what goes over a channel that is not
 * in effect any more (see `effectiveChannels`); users in quiet hours are put off to their end, and deliveries of dead
 * workers become due again, or fail when they have no attempt left.
 *
 * @example const claimed = await claimDeliveries(prisma, { channel: 'EMAIL', limit: 50 });
 */
export async function claimDeliveries(
  client: Client,
  { channel, limit = 100, leaseSeconds = 120 }: ClaimRequest,
): Promise<ClaimedDelivery[]> {
  for (;;) {
    const rows = await rowsOf(client, claim, [channel, limit, leaseSeconds]);
    const claimed = rows
      .map((row) => joined.split(row))
      .filter(({ delivery }) => delivery.status === 'SENDING');
    // A whole batch that was canceled or put off says nothing about what stands behind it.
    if (claimed.length > 0 || rows.length < limit) return claimed;
  }
}

const joined = joinedRows<ClaimedDelivery>({
  delivery: columnsOf.notificationDelivery('d'),
  notification: columnsOf.notification('n'),
  type: columnsOf.notificationType('t'),
});

// Rows are locked in statements of their own before they change: as a subquery of the UPDATE the lock and its LIMIT
// could run more than once. What is released here is claimed by the next call, since no row changes twice in a statement.
const claim = statement<object>(
  'notifications.claim_deliveries',
  `WITH abandoned AS (
     SELECT id FROM notification_deliveries
     WHERE status = 'SENDING' AND channel = $1::"NotificationChannel"
       AND claimed_at < now() - make_interval(secs => $3::float8)
     ORDER BY claimed_at LIMIT $2::int FOR UPDATE SKIP LOCKED
   ), released AS (
     UPDATE notification_deliveries d SET
       status = CASE WHEN d.attempts < d.max_attempts THEN 'PENDING' ELSE 'FAILED' END::"DeliveryStatus",
       next_attempt_at = CASE WHEN d.attempts < d.max_attempts THEN now() END,
       failed_at = CASE WHEN d.attempts = d.max_attempts THEN greatest(now(), d.created_at) END,
       claimed_at = NULL, error_code = 'LEASE_EXPIRED', error_message = NULL, updated_at = now()
     FROM abandoned WHERE d.id = abandoned.id
   ), due AS (
     SELECT id, notification_id FROM notification_deliveries
     WHERE status = 'PENDING' AND channel = $1::"NotificationChannel" AND next_attempt_at <= now()
     ORDER BY next_attempt_at, id LIMIT $2::int FOR UPDATE SKIP LOCKED
   ), judged AS (
     SELECT due.id, CASE WHEN n.expires_at <= now() OR NOT (${channelIsEffective}) THEN 'CANCELED'
       WHEN quiet.until > now() AND NOT t.is_mandatory THEN 'PENDING'
       ELSE 'SENDING' END::"DeliveryStatus" AS status, quiet.until
     FROM due
     JOIN notifications n ON n.id = due.notification_id
     JOIN notification_types t ON t.id = n.type_id
     LEFT JOIN recipients r ON r.user_id = n.user_id
     ${joinChannels('n.user_id')}
     ${joinQuietHours('now()')}
     WHERE c.channel = $1::"NotificationChannel"
   ), changed AS (
     UPDATE notification_deliveries d SET
       status = judged.status,
       attempts = d.attempts + (judged.status = 'SENDING')::int,
       next_attempt_at = CASE WHEN judged.status = 'PENDING' THEN judged.until END,
       claimed_at = CASE WHEN judged.status = 'SENDING' THEN greatest(now(), d.created_at) END,
       canceled_at = CASE WHEN judged.status = 'CANCELED' THEN greatest(now(), d.created_at) END,
       updated_at = now()
     FROM judged WHERE d.id = judged.id
     RETURNING d.*
   )
   SELECT ${joined.columns}
   FROM changed d JOIN notifications n ON n.id = d.notification_id JOIN notification_types t ON t.id = n.type_id
   ORDER BY d.created_at, d.id`,
);
