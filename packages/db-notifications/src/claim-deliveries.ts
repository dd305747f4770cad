import { randomUUID } from 'node:crypto';
import { CodezestDbError, joinedRows, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { Notification, NotificationDelivery, NotificationType } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { NotificationChannel } from '../generated/enums.js';
import type { Client } from './client.js';
import { grantedSql, highestCap, isCounted, nextDayOf } from './daily-caps.js';
import { channelIsEffective, joinChannels } from './effective-channels.js';
import { laneShares, lanesSql, mostClaimed } from './lanes.js';
import { joinQuietHours } from './quiet-hours.js';
import { isSuppressed } from './suppressions.js';

/** The claim asks for something that cannot be given. */
export class InvalidClaimError extends CodezestDbError {
  constructor() {
    super(
      'CLAIM_INVALID',
      `Nothing was claimed: limit is a whole number from 0 to ${mostClaimed}, leaseSeconds lies above 0 and is ${longestLease} at most, perUserPerDay is a whole number from 1 to ${highestCap}.`,
    );
  }
}

/** A delivery that its claimer has to send: what is to be said, to which address, and by which template. */
export interface ClaimedDelivery {
  /** `address` is that of the recipient as it was when the claim was made; null for push, and where nobody is known. */
  readonly delivery: NotificationDelivery;
  readonly notification: Notification;
  readonly type: NotificationType;
}

export interface ClaimRequest {
  readonly channel: Exclude<NotificationChannel, 'IN_APP'>;
  /** How many at most, from 0 to 1,000. Default 100. */
  readonly limit?: number;
  /**
   * For how long the deliveries belong to this worker; stored with them, and renewed by `extendClaim`. After that a claim
   * without a result counts as that of a dead worker, and the delivery is given to another. At most a day. Default 120.
   */
  readonly leaseSeconds?: number;
  /** Name of the worker, kept in `worker` for whoever asks who has a delivery. Default: a new one for each claim. */
  readonly worker?: string;
  /**
   * How many messages a user is given over this channel on one day, 1 to 1,000: a day of the calendar on the user's wall. The
   * others are put off to the next day. What is mandatory or URGENT is sent all the same, and does not count; nor does a further
   * attempt. Default: as many as there are.
   */
  readonly perUserPerDay?: number;
}

const longestLease = 86_400;

/**
 * Claims deliveries that are due, in one statement: no other worker is given the same, and workers never wait for each
 * other. The attempt is counted now, so a worker that dies has used one up. Ask `extendClaim` before each sending and
 * record the result with `recordDelivery` or `recordDeliveries`; outside of a transaction, because a claim counts from
 * its commit.
 *
 * Priorities have lanes of their own. Of each claim 40 % is for URGENT, 30 % for HIGH, 20 % for MEDIUM and 10 % for LOW,
 * rounded by chance, as long as that lane has so much that is due; what a lane leaves goes to the most urgent of the
 * others. An URGENT delivery is in the next claim, whatever else waits, and LOW is sent however much URGENT there is, as
 * long as `limit` is 2 or more. Within a lane the oldest comes first.
 *
 * On the way it puts right what is found in the queue: what expired is canceled, and what goes over a channel that is not
 * in effect any more (see `effectiveChannels`), or to an address on the suppression list; users in quiet hours are put off
 * to their end, what exceeds `perUserPerDay` to their next day, and deliveries whose lease has run out become due again, or fail when they have no attempt left.
 *
 * @throws {InvalidClaimError}
 * @example const claimed = await claimDeliveries(prisma, { channel: 'EMAIL', limit: 50 });
 */
export async function claimDeliveries(
  client: Client,
  { channel, limit = 100, leaseSeconds = 120, worker = randomUUID(), perUserPerDay }: ClaimRequest,
): Promise<ClaimedDelivery[]> {
  if (!(Number.isInteger(limit) && limit >= 0 && limit <= mostClaimed)) throw new InvalidClaimError();
  checkLease(leaseSeconds);
  if (perUserPerDay !== undefined && !isCap(perUserPerDay)) throw new InvalidClaimError();
  if (limit === 0) return [];
  for (;;) {
    const rows = await rowsOf(client, claim, [
      channel,
      limit,
      leaseSeconds,
      ...laneShares(limit, Math.random()),
      worker,
      perUserPerDay ?? 0,
    ]);
    const claimed = rows
      .map((row) => joined.split(row))
      .filter(({ delivery }) => delivery.status === 'SENDING');
    // A whole batch that was canceled or put off says nothing about what stands behind it.
    if (claimed.length > 0 || rows.length < limit) return claimed;
  }
}

/**
 * Renews the lease of a claim: asked before each sending, it keeps a slow provider from letting the deliveries at the end
 * of a batch go to a second worker. False when the claim has ended, because its lease ran out and somebody else has the
 * delivery by now, or because its result is recorded: then do not send.
 *
 * @param claimed the delivery as `claimDeliveries` gave it.
 * @param request.leaseSeconds counted from now. A lease never gets shorter. Default 120.
 * @throws {InvalidClaimError}
 * @example if (!(await extendClaim(prisma, delivery))) continue;
 */
export async function extendClaim(
  client: Client,
  claimed: Pick<NotificationDelivery, 'id' | 'attempts'>,
  { leaseSeconds = 120 }: { leaseSeconds?: number } = {},
): Promise<boolean> {
  checkLease(leaseSeconds);
  const extended = await rowOf(client, extend, [claimed.id, claimed.attempts, leaseSeconds]);
  return extended !== undefined;
}

function isCap(cap: number): boolean {
  return Number.isInteger(cap) && cap >= 1 && cap <= highestCap;
}

function checkLease(seconds: number): void {
  if (!(seconds > 0 && seconds <= longestLease)) throw new InvalidClaimError();
}

const joined = joinedRows<ClaimedDelivery>({
  delivery: columnsOf.notificationDelivery('d'),
  notification: columnsOf.notification('n'),
  type: columnsOf.notificationType('t'),
});

const waiting = `status = 'PENDING' AND channel = $1::"NotificationChannel"`;

// Rows are locked in statements of their own before they change: as a subquery of the UPDATE the lock and its LIMIT
// could run more than once. What is released here is claimed by the next call, since no row changes twice in a statement.
const claim = statement<object>(
  'notifications.claim_deliveries',
  `WITH abandoned AS (
     SELECT id FROM notification_deliveries
     WHERE status = 'SENDING' AND channel = $1::"NotificationChannel" AND lease_expires_at < now()
     ORDER BY lease_expires_at LIMIT $2::int FOR UPDATE SKIP LOCKED
   ), released AS (
     UPDATE notification_deliveries d SET
       status = CASE WHEN d.attempts < d.max_attempts THEN 'PENDING' ELSE 'FAILED' END::"DeliveryStatus",
       next_attempt_at = CASE WHEN d.attempts < d.max_attempts THEN now() END,
       failed_at = CASE WHEN d.attempts = d.max_attempts THEN greatest(now(), d.created_at) END,
       claimed_at = NULL, worker = NULL, lease_expires_at = NULL,
       error_code = 'LEASE_EXPIRED', error_message = NULL, updated_at = now()
     WHERE d.id = ANY (ARRAY(SELECT id FROM abandoned))
   ), ${lanesSql(waiting)}, looked_at AS (
     SELECT due.id, n.user_id, d.priority, d.created_at, reached.address, quiet.until, home.zone, CASE
       WHEN n.expires_at <= now() THEN 'EXPIRED'
       WHEN NOT (${channelIsEffective}) THEN 'SWITCHED_OFF'
       WHEN ${isSuppressed('c.channel', 'reached.address', 't.is_mandatory')} THEN 'SUPPRESSED'
       WHEN n.collapse_key IS NOT NULL AND n.seen_at IS NOT NULL AND NOT t.is_mandatory THEN 'SEEN'
       END::"DeliveryCancelReason" AS canceled_for,
       quiet.until > now() AND NOT t.is_mandatory AS is_early,
       (now() AT TIME ZONE home.zone)::date AS day, ${isCounted} AS may_count
     FROM due
     JOIN notification_deliveries d ON d.id = due.id
     JOIN notifications n ON n.id = d.notification_id
     JOIN notification_types t ON t.id = n.type_id
     LEFT JOIN recipients r ON r.user_id = n.user_id
     ${joinChannels('n.user_id')}
     ${joinQuietHours('now()')}
     CROSS JOIN LATERAL (SELECT CASE c.channel WHEN 'EMAIL' THEN r.email WHEN 'SMS' THEN r.phone END) AS reached(address)
     CROSS JOIN LATERAL (SELECT coalesce(p.time_zone, r.time_zone, 'UTC')) AS home(zone)
     WHERE c.channel = $1::"NotificationChannel"
   ), judged AS MATERIALIZED (
     SELECT *, row_number() OVER (PARTITION BY user_id, is_counted ORDER BY priority DESC, created_at, id) AS place
     FROM (SELECT *, may_count AND canceled_for IS NULL AND NOT coalesce(is_early, false) AS is_counted FROM looked_at) AS each
   ), ${grantedSql}, decided AS (
     SELECT j.*, capped.until AS next_day, CASE WHEN j.canceled_for IS NOT NULL THEN 'CANCELED'
       WHEN j.is_early OR capped.until IS NOT NULL THEN 'PENDING' ELSE 'SENDING' END::"DeliveryStatus" AS status
     FROM judged j
     LEFT JOIN granted g ON g.user_id = j.user_id
     LEFT JOIN LATERAL (SELECT greatest(${nextDayOf('now()', 'j.zone')}, now() + interval '1 minute')) AS capped(until)
       ON j.is_counted AND j.place > coalesce(g.granted, 0)
   ), changed AS (
     UPDATE notification_deliveries d SET
       status = decided.status,
       attempts = d.attempts + (decided.status = 'SENDING')::int,
       next_attempt_at = CASE WHEN decided.status = 'PENDING' THEN coalesce(decided.next_day, decided.until) END,
       claimed_at = CASE WHEN decided.status = 'SENDING' THEN greatest(now(), d.created_at) END,
       worker = CASE WHEN decided.status = 'SENDING' THEN $8::text END,
       lease_expires_at = CASE WHEN decided.status = 'SENDING' THEN now() + make_interval(secs => $3::float8) END,
       address = CASE WHEN decided.status = 'SENDING' THEN decided.address ELSE d.address END,
       canceled_at = CASE WHEN decided.status = 'CANCELED' THEN greatest(now(), d.created_at) END,
       cancel_reason = decided.canceled_for,
       updated_at = now()
     FROM decided WHERE d.id = decided.id
     RETURNING d.*
   )
   SELECT ${joined.columns}
   FROM changed d JOIN notifications n ON n.id = d.notification_id JOIN notification_types t ON t.id = n.type_id
   ORDER BY d.priority DESC, d.created_at, d.id`,
);

const extend = statement<{ id: string }>(
  'notifications.extend_claim',
  `UPDATE notification_deliveries d SET
     lease_expires_at = greatest(d.lease_expires_at, now() + make_interval(secs => $3::float8)), updated_at = now()
   WHERE d.id = $1::uuid AND d.status = 'SENDING' AND d.attempts = $2::int
   RETURNING d.id`,
);
