import { CodezestDbError, rowsOf, statement, storableText } from '@codezest/db-core';
import type { NotificationDelivery } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';

/** The claim that this result belongs to has ended: somebody else has the delivery, or its result is recorded already. */
export class DeliveryClaimLostError extends CodezestDbError {
  constructor() {
    super(
      'DELIVERY_CLAIM_LOST',
      'This claim of the delivery has ended: its lease ran out or its result is recorded. Record nothing more for it, and go on with the next; extendClaim before each sending keeps a claim.',
    );
  }
}

/** The provider has taken the message. Its own id of it is what its later reports name; a batch may share one. */
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
  /** What the provider asked to wait, a day at most; the next attempt is not before. */
  readonly retryAfterSeconds?: number;
}

/** What a provider says is cut to so many characters. */
export const longestText = 1_000;

/** Which claim a result belongs to: the delivery as `claimDeliveries` gave it. */
export type Claim = Pick<NotificationDelivery, 'id' | 'attempts'>;

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
  claimed: Claim,
  result: Sent | FailedAttempt,
): Promise<NotificationDelivery> {
  const { recorded } = await recordDeliveries(client, [{ delivery: claimed, result }]);
  const [delivery] = recorded;
  if (delivery === undefined) throw new DeliveryClaimLostError();
  return delivery;
}

/** What became of a batch. */
export interface RecordedDeliveries {
  readonly recorded: NotificationDelivery[];
  /** Those whose claim had ended; nothing was recorded for them. */
  readonly lost: NotificationDelivery['id'][];
}

/**
 * Records the results of many claimed deliveries as `recordDelivery` does, all in one statement: for providers that take
 * a batch per request. A claim that has ended stops none of the others. Of two results for one claim the first counts.
 *
 * @example
 * const { lost } = await recordDeliveries(prisma, claimed.map(({ delivery }) => ({ delivery, result })));
 */
export async function recordDeliveries(
  client: Client,
  results: readonly { readonly delivery: Claim; readonly result: Sent | FailedAttempt }[],
): Promise<RecordedDeliveries> {
  const given = results.map(({ delivery, result }, position) => ({
    position,
    id: delivery.id,
    attempts: delivery.attempts,
    ...columnsOfResult(result),
  }));
  const recorded = await rowsOf(client, record, [JSON.stringify(given)]);
  const known = new Set(recorded.map(({ id }) => id));
  const lost = new Set(results.map(({ delivery }) => delivery.id).filter((id) => !known.has(id)));
  return { recorded, lost: [...lost] };
}

function columnsOfResult(result: Sent | FailedAttempt) {
  if (result.outcome === 'SENT') {
    return { provider_message_id: storableText(result.providerMessageId, longestText) };
  }
  return {
    error_code: storableText(result.errorCode, longestText) || 'UNKNOWN',
    error_message: storableText(result.errorMessage, longestText),
    permanent: result.permanent ?? false,
    wait: Math.min(Math.max(Number(result.retryAfterSeconds) || 0, 0), 86_400),
  };
}

const isSent = 'g.error_code IS NULL';
const isLast = '(d.attempts >= d.max_attempts OR g.permanent)';

// Locked in one order before they change, so that two batches which share a delivery wait for each other. Rows are looked
// for by id alone, and judged as they were locked: statistics of a calm hour say that nothing is SENDING, and the planner
// would read the whole index of what is, once per row.
const record = statement<NotificationDelivery>(
  'notifications.record_deliveries',
  `WITH given AS (
     SELECT DISTINCT ON (id, attempts) * FROM jsonb_to_recordset($1::jsonb) AS given(position int, id uuid, attempts int,
       provider_message_id text, error_code text, error_message text, permanent boolean, wait float8)
     ORDER BY id, attempts, position
   ), held AS (
     SELECT d.id, d.status, d.attempts, g.position FROM notification_deliveries d JOIN given g ON g.id = d.id
     ORDER BY d.id FOR UPDATE OF d
   )
   UPDATE notification_deliveries d SET
     status = CASE WHEN ${isSent} THEN 'SENT' WHEN ${isLast} THEN 'FAILED' ELSE 'PENDING' END::"DeliveryStatus",
     sent_at = CASE WHEN ${isSent} THEN greatest(now(), d.claimed_at) END,
     failed_at = CASE WHEN NOT ${isSent} AND ${isLast} THEN greatest(now(), d.claimed_at) END,
     next_attempt_at = CASE WHEN NOT ${isSent} AND NOT ${isLast} THEN now() + make_interval(secs =>
       greatest(g.wait, least(3600, 30 * 2 ^ (d.attempts - 1)) * (1 - random() / 2))) END,
     claimed_at = NULL, worker = NULL, lease_expires_at = NULL,
     provider_message_id = g.provider_message_id, error_code = g.error_code, error_message = g.error_message,
     updated_at = now()
   FROM held JOIN given g ON g.position = held.position
   WHERE d.id = held.id AND held.status = 'SENDING' AND held.attempts = g.attempts
   RETURNING ${columnsOf.notificationDelivery('d')}`,
);
