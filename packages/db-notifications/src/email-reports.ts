import { CodezestDbError, newIdSql, rowOf, statement, storableText } from '@codezest/db-core';
import type { EmailLog } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { EmailProvider } from '../generated/enums.js';
import type { Client } from './client.js';
import { InvalidReportTimeError, type ProviderReport, spelledAsStored } from './provider-reports.js';
import { longestText } from './record-delivery.js';

/** No e-mail of the log carries the provider's id. */
export class EmailNotFoundError extends CodezestDbError {
  constructor() {
    super(
      'EMAIL_NOT_FOUND',
      'No e-mail of the log has this id of the provider. A report may overtake the record of the sending: try again later.',
    );
  }
}

/**
 * Records in the mail log what a provider reports of an e-mail: it arrived, it bounced, or its reader complained. For mail that no
 * delivery caused, such as an invitation; for the others `recordProviderReport` does the rest. Reports come more than once and in
 * any order, and the outcome is the same: a complaint counts more than a bounce, and that more than an arrival. Gives the e-mail
 * as it then stands; the first of them where several share the id.
 *
 * After a hard bounce (`permanent`) or a complaint the address is suppressed; see `suppressAddress`. A complaint also switches
 * off e-mail of the type that the log names for the user whom it names.
 *
 * @throws {EmailNotFoundError | InvalidReportTimeError}
 * @example await recordEmailReport(prisma, { provider: 'SES', providerId }, { outcome: 'COMPLAINED' });
 */
export async function recordEmailReport(
  client: Client,
  { provider, providerId }: { provider: EmailProvider; providerId: string },
  report: ProviderReport,
): Promise<EmailLog> {
  const failed = report.outcome === 'FAILED' ? report : undefined;
  const deliveredAt = report.outcome === 'DELIVERED' ? report.deliveredAt : undefined;
  if (deliveredAt !== undefined && Number.isNaN(deliveredAt.getTime())) throw new InvalidReportTimeError();
  const reported = await rowOf(client, recordReport, [
    provider,
    storableText(providerId, longestText),
    report.outcome,
    deliveredAt ?? null,
    failed ? storableText(failed.errorCode, longestText) || 'UNKNOWN' : null,
    failed?.permanent ?? false,
    spelledAsStored('EMAIL', report.address),
  ]);
  if (reported === undefined) throw new EmailNotFoundError();
  const { isAhead, ...email } = reported;
  if (isAhead) throw new InvalidReportTimeError();
  return email;
}

// What changes is locked first, in one order, and given back from the locked row: two reports at once see each other's
// work. What never left stays as it is.
const recordReport = statement<EmailLog & { isAhead: boolean }>(
  'notifications.record_email_report',
  `WITH named AS (
     SELECT e.id, e.to_address = $7::text AS is_meant, count(*) OVER () AS sharing
     FROM email_logs e WHERE e.provider = $1::"EmailProvider" AND e.provider_id = $2
   ), found AS (
     SELECT e.*, $4::timestamptz > now() + interval '5 minutes' AS is_ahead
     FROM email_logs e JOIN named ON named.id = e.id
     WHERE $7::text IS NULL OR named.is_meant OR named.sharing = 1
     ORDER BY e.id FOR UPDATE OF e
   ), changed AS (
     UPDATE email_logs e SET
       status = CASE $3 WHEN 'FAILED' THEN 'BOUNCED' ELSE $3 END::"EmailStatus",
       delivered_at = CASE WHEN $3 = 'DELIVERED' THEN least(coalesce($4::timestamptz, now()), now()) ELSE e.delivered_at END,
       bounced_at = CASE WHEN $3 = 'FAILED' THEN now() END,
       complained_at = CASE WHEN $3 = 'COMPLAINED' THEN now() END,
       error_code = $5, updated_at = now()
     FROM found
     WHERE e.id = found.id AND found.is_ahead IS NOT TRUE AND found.status::text = ANY (CASE $3
       WHEN 'DELIVERED' THEN '{SENT}' WHEN 'FAILED' THEN '{SENT,DELIVERED}' ELSE '{SENT,DELIVERED,BOUNCED}' END::text[])
     RETURNING e.*
   ), suppressed AS (
     INSERT INTO suppressions (id, channel, address, reason, created_at)
     SELECT ${newIdSql}, 'EMAIL', concerned.address,
       CASE WHEN $3 = 'FAILED' THEN 'BOUNCE' ELSE 'COMPLAINT' END::"SuppressionReason", now()
     FROM (SELECT DISTINCT to_address AS address FROM found WHERE is_ahead IS NOT TRUE) AS concerned
     WHERE ($6::boolean OR $3 = 'COMPLAINED') AND rules.is_email_address(concerned.address) ORDER BY concerned.address
     ON CONFLICT (channel, address, reason) DO NOTHING
   ), unsubscribed AS (
     INSERT INTO user_notification_settings AS s (id, user_id, type_id, email, created_at, updated_at)
     SELECT ${newIdSql}, e.user_id, e.type_id, false, now(), now()
     FROM (SELECT DISTINCT user_id, type_id FROM found WHERE user_id IS NOT NULL AND type_id IS NOT NULL) AS e
     WHERE $3 = 'COMPLAINED' ORDER BY e.user_id, e.type_id
     ON CONFLICT (user_id, type_id) DO UPDATE SET email = false, updated_at = excluded.updated_at
       WHERE s.email IS DISTINCT FROM false
   )
   SELECT ${columnsOf.emailLog('e')}, e.is_ahead AS "isAhead"
   FROM (
     SELECT changed.*, false AS is_ahead FROM changed
     UNION ALL SELECT * FROM found WHERE found.id NOT IN (SELECT id FROM changed)
   ) AS e ORDER BY e.id LIMIT 1`,
);
