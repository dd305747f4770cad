import { CodezestDbError, rowOf, statement } from '@codezest/db-core';
import type { NotificationDelivery } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { NotificationChannel } from '../generated/enums.js';
import type { Client } from './client.js';

/** The claim that this result belongs to has ended: its lease ran out, or its result is recorded already. */
export class DeliveryClaimLostError extends CodezestDbError {
  constructor() {
    super(
      'DELIVERY_CLAIM_LOST',
      'This claim of the delivery has ended: its lease ran out or its result is recorded. Record nothing more for it; claim with a longer lease if sending takes longer.',
    );
  }
}

/** No delivery of this channel carries the provider's id. */
export class DeliveryNotFoundError extends CodezestDbError {
  constructor() {
    super(
      'DELIVERY_NOT_FOUND',
      'No delivery has this id of the provider. A report may overtake the record of the sending: try again later.',
    );
  }
}

/** The provider has taken the message. Its own id of it is what its later reports name. */
export interface Sent {
  readonly outcome: 'SENT';
  readonly providerMessageId?: string;
}

export interface Failed {
  readonly outcome: 'FAILED';
  /** Stable code, the provider's or our own. */
  readonly errorCode: string;
  /** Said by the provider; no address and no token of the recipient. */
  readonly errorMessage?: string;
}

/** An attempt that failed. */
export interface FailedAttempt extends Failed {
  /** Refused for good: no other attempt would help. */
  readonly permanent?: boolean;
  /** What the provider asked to wait; the next attempt is not before. */
  readonly retryAfterSeconds?: number;
}

/**
 * Records what became of a claimed delivery, in one statement. After a failure the next attempt waits twice as long as
 * the one before, from 30 seconds to an hour, of which up to half is left to chance so that what failed together does
 * not return together. Without an attempt left, or after a permanent failure, the delivery has failed for good.
 *
 * The claim itself is what is recorded for, told by id and number of the attempt: a worker whose lease ran out cannot
 * write over the result of the one after it.
 *
 * @param claimed the delivery as `claimDeliveries` gave it.
 * @throws {DeliveryClaimLostError}
 * @example await recordDelivery(prisma, delivery, { outcome: 'SENT', providerMessageId });
 */
export async function recordDelivery(
  client: Client,
  claimed: Pick<NotificationDelivery, 'id' | 'attempts'>,
  result: Sent | FailedAttempt,
): Promise<NotificationDelivery> {
  const claim = [claimed.id, claimed.attempts];
  const delivery =
    result.outcome === 'SENT'
      ? await rowOf(client, recordSent, [...claim, result.providerMessageId ?? null])
      : await rowOf(client, recordFailure, [
          ...claim,
          result.errorCode,
          result.errorMessage ?? null,
          result.permanent ?? false,
          result.retryAfterSeconds ?? 0,
        ]);
  if (delivery === undefined) throw new DeliveryClaimLostError();
  return delivery;
}

/** What a provider reports later of a message that it had taken. */
export type ProviderReport = { readonly outcome: 'DELIVERED'; readonly deliveredAt?: Date } | Failed;

/**
 * Records a provider's report: the message arrived, or it bounced. Reports come more than once and in any order; the
 * first one counts, and the delivery as it stands is given back.
 *
 * @throws {DeliveryNotFoundError}
 * @example await recordProviderReport(prisma, { channel: 'EMAIL', providerMessageId }, { outcome: 'DELIVERED' });
 */
export async function recordProviderReport(
  client: Client,
  { channel, providerMessageId }: { channel: NotificationChannel; providerMessageId: string },
  report: ProviderReport,
): Promise<NotificationDelivery> {
  const details =
    report.outcome === 'DELIVERED'
      ? [report.deliveredAt ?? null, null, null]
      : [null, report.errorCode, report.errorMessage ?? null];
  const delivery = await rowOf(client, recordReport, [channel, providerMessageId, ...details]);
  if (delivery === undefined) throw new DeliveryNotFoundError();
  return delivery;
}

const recordSent = statement<NotificationDelivery>(
  'notifications.record_sent',
  `UPDATE notification_deliveries d SET
     status = 'SENT', sent_at = greatest(now(), d.claimed_at), claimed_at = NULL, provider_message_id = $3,
     error_code = NULL, error_message = NULL, updated_at = now()
   WHERE d.id = $1::uuid AND d.status = 'SENDING' AND d.attempts = $2::int
   RETURNING ${columnsOf.notificationDelivery('d')}`,
);

const isLast = 'd.attempts >= d.max_attempts OR $5::boolean';

const recordFailure = statement<NotificationDelivery>(
  'notifications.record_failure',
  `UPDATE notification_deliveries d SET
     status = CASE WHEN ${isLast} THEN 'FAILED' ELSE 'PENDING' END::"DeliveryStatus",
     failed_at = CASE WHEN ${isLast} THEN greatest(now(), d.claimed_at) END,
     next_attempt_at = CASE WHEN NOT (${isLast}) THEN now() + make_interval(secs =>
       greatest($6::float8, least(3600, 30 * 2 ^ (d.attempts - 1)) * (1 - random() / 2))) END,
     claimed_at = NULL, error_code = $3, error_message = $4, updated_at = now()
   WHERE d.id = $1::uuid AND d.status = 'SENDING' AND d.attempts = $2::int
   RETURNING ${columnsOf.notificationDelivery('d')}`,
);

const isFirst = "d.status = 'SENT'";

const recordReport = statement<NotificationDelivery>(
  'notifications.record_provider_report',
  `UPDATE notification_deliveries d SET
     status = CASE WHEN NOT ${isFirst} THEN d.status WHEN $4::text IS NULL THEN 'DELIVERED' ELSE 'FAILED' END::"DeliveryStatus",
     delivered_at = CASE WHEN ${isFirst} AND $4 IS NULL THEN coalesce($3::timestamptz, now()) ELSE d.delivered_at END,
     failed_at = CASE WHEN ${isFirst} AND $4 IS NOT NULL THEN greatest(now(), d.sent_at) ELSE d.failed_at END,
     error_code = CASE WHEN ${isFirst} THEN $4 ELSE d.error_code END,
     error_message = CASE WHEN ${isFirst} THEN $5 ELSE d.error_message END,
     updated_at = CASE WHEN ${isFirst} THEN now() ELSE d.updated_at END
   WHERE d.channel = $1::"NotificationChannel" AND d.provider_message_id = $2
   RETURNING ${columnsOf.notificationDelivery('d')}`,
);
