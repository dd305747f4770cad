import { CodezestDbError, newIdSql, rowOf, statement, storableText } from '@codezest/db-core';
import { isEmailAddress, parseEmailAddress, parsePhoneNumber } from '@codezest/db-types';
import type { NotificationDelivery } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { NotificationChannel } from '../generated/enums.js';
import type { Client } from './client.js';
import { type Failed, longestText } from './record-delivery.js';

/** No delivery of this channel carries the provider's id. */
export class DeliveryNotFoundError extends CodezestDbError {
  constructor() {
    super(
      'DELIVERY_NOT_FOUND',
      'No delivery has this id of the provider. A report may overtake the record of the sending: try again later.',
    );
  }
}

/** The time in a report is none, or lies ahead. */
export class InvalidReportTimeError extends CodezestDbError {
  constructor() {
    super(
      'REPORT_TIME_INVALID',
      'Nothing was recorded: deliveredAt is no date, or lies more than five minutes ahead. Providers count seconds or milliseconds: look at the unit.',
    );
  }
}

/** What a provider reports later of a message that it had taken. */
export type ProviderReport =
  | {
      readonly outcome: 'DELIVERED';
      /** By the provider's clock; up to five minutes ahead of ours it counts as now. Default: now. */
      readonly deliveredAt?: Date;
      readonly address?: string;
    }
  | (Failed & {
      /** A hard bounce: there is no such address. It goes on the suppression list. */
      readonly permanent?: boolean;
      /** As in a complaint. */
      readonly address?: string;
    })
  | {
      /** The reader reported spam. */
      readonly outcome: 'COMPLAINED';
      /** Whom the report concerns, where several deliveries share the id. Default: all of them. */
      readonly address?: string;
    };

/**
 * Records a provider's report: the message arrived, it bounced, or its reader complained. Reports come more than once and
 * in any order, and the outcome is the same: a bounce counts more than an arrival, whichever is told first. Gives the
 * delivery as it then stands; the first of them where several share the id.
 *
 * After a hard bounce (`permanent`) or a complaint the address that the message went to is suppressed, whoever has it
 * now; see `suppressAddress`. A complaint also switches the type off for that user on this channel.
 *
 * @throws {DeliveryNotFoundError | InvalidReportTimeError}
 * @example await recordProviderReport(prisma, { channel: 'EMAIL', providerMessageId }, { outcome: 'DELIVERED' });
 */
export async function recordProviderReport(
  client: Client,
  { channel, providerMessageId }: { channel: NotificationChannel; providerMessageId: string },
  report: ProviderReport,
): Promise<NotificationDelivery> {
  const failed = report.outcome === 'FAILED' ? report : undefined;
  const deliveredAt = report.outcome === 'DELIVERED' ? report.deliveredAt : undefined;
  if (deliveredAt !== undefined && Number.isNaN(deliveredAt.getTime())) throw new InvalidReportTimeError();
  const reported = await rowOf(client, recordReport, [
    channel,
    storableText(providerMessageId, longestText),
    report.outcome,
    deliveredAt ?? null,
    failed ? storableText(failed.errorCode, longestText) || 'UNKNOWN' : null,
    storableText(failed?.errorMessage, longestText),
    failed?.permanent ?? false,
    spelledAsStored(channel, report.address),
  ]);
  if (reported === undefined) throw new DeliveryNotFoundError();
  const { isAhead, ...delivery } = reported;
  if (isAhead) throw new InvalidReportTimeError();
  return delivery;
}

/** A provider writes an address as it likes: `Ada <Ada@Example.com>`. One that cannot be read says nothing. */
export function spelledAsStored(channel: NotificationChannel, address: string | undefined): string | null {
  if (address === undefined) return null;
  try {
    if (channel !== 'EMAIL') return parsePhoneNumber(address);
    return isEmailAddress(address)
      ? address
      : parseEmailAddress(/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address);
  } catch {
    return null;
  }
}

// What changes is locked first, in one order, and given back from the locked row: two reports at once see each other's
// work. A delivery that waits again or was given up keeps its state; the address is suppressed all the same.
const recordReport = statement<NotificationDelivery & { isAhead: boolean }>(
  'notifications.record_provider_report',
  `WITH named AS (
     SELECT d.id, d.address = $8::text AS is_meant, count(*) OVER () AS sharing
     FROM notification_deliveries d WHERE d.channel = $1::"NotificationChannel" AND d.provider_message_id = $2
   ), found AS (
     SELECT d.*, $4::timestamptz > now() + interval '5 minutes' AS is_ahead
     FROM notification_deliveries d JOIN named ON named.id = d.id
     WHERE $8::text IS NULL OR named.is_meant OR named.sharing = 1
     ORDER BY d.id FOR UPDATE OF d
   ), changed AS (
     UPDATE notification_deliveries d SET
       status = CASE WHEN $3 = 'FAILED' THEN 'FAILED' ELSE 'DELIVERED' END::"DeliveryStatus",
       delivered_at = CASE WHEN $3 <> 'FAILED' THEN least(coalesce($4::timestamptz, now()), now()) END,
       failed_at = CASE WHEN $3 = 'FAILED' THEN greatest(now(), d.sent_at) END,
       error_code = $5, error_message = $6, updated_at = now()
     FROM found
     WHERE d.id = found.id AND found.is_ahead IS NOT TRUE
       AND (found.status = 'SENT' OR (found.status = 'DELIVERED' AND $3 = 'FAILED'))
     RETURNING d.*
   ), suppressed AS (
     INSERT INTO suppressions (id, channel, address, reason, created_at)
     SELECT ${newIdSql}, $1::"NotificationChannel", concerned.address,
       CASE WHEN $3 = 'FAILED' THEN 'BOUNCE' ELSE 'COMPLAINT' END::"SuppressionReason", now()
     FROM (SELECT DISTINCT coalesce($8::text, found.address) AS address FROM found) AS concerned
     WHERE concerned.address IS NOT NULL AND ($7::boolean OR $3 = 'COMPLAINED') ORDER BY concerned.address
     ON CONFLICT (channel, address, reason) DO NOTHING
   ), unsubscribed AS (
     INSERT INTO user_notification_settings AS s (id, user_id, type_id, email, sms, push, created_at, updated_at)
     SELECT ${newIdSql}, n.user_id, n.type_id,
       CASE WHEN $1 = 'EMAIL' THEN false END, CASE WHEN $1 = 'SMS' THEN false END,
       CASE WHEN $1 = 'PUSH' THEN false END, now(), now()
     FROM (SELECT DISTINCT n.user_id, n.type_id FROM found JOIN notifications n ON n.id = found.notification_id) AS n
     WHERE $3 = 'COMPLAINED' ORDER BY n.user_id, n.type_id
     ON CONFLICT (user_id, type_id) DO UPDATE SET
       email = coalesce(excluded.email, s.email), sms = coalesce(excluded.sms, s.sms),
       push = coalesce(excluded.push, s.push), updated_at = excluded.updated_at
   )
   SELECT ${columnsOf.notificationDelivery('d')}, d.is_ahead AS "isAhead"
   FROM (
     SELECT changed.*, false AS is_ahead FROM changed
     UNION ALL SELECT * FROM found WHERE found.id NOT IN (SELECT id FROM changed)
   ) AS d ORDER BY d.id LIMIT 1`,
);
