import { IllegalTransitionError, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { Subscription } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { InvalidPeriodError, SubscriptionCanceledError } from './payment-errors.js';
import { SubscriptionAtProviderError } from './price-errors.js';
import { NOW, refuse, type SubscriptionVersion } from './subscription-version.js';

export interface Pause extends SubscriptionVersion {
  /** When it ends by itself, by `claimDueRenewals`. Until somebody resumes it, when it is left out. */
  readonly resumesAt?: Date;
}

/**
 * Pauses a subscription now: it entitles to nothing, and nothing is charged. What is paid for and not used comes after the
 * pause.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {SubscriptionCanceledError} SUBSCRIPTION_CANCELED where it ends anyway
 * @throws {SubscriptionAtProviderError} SUBSCRIPTION_AT_PROVIDER
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION in a trial, and where nothing was paid for
 * @throws {InvalidPeriodError} PERIOD_INVALID for FREE, and for a `resumesAt` that is over
 * @example
 * const paused = await pauseSubscription(prisma, { subscriptionId, version, resumesAt: inTwoMonths });
 */
export async function pauseSubscription(client: Client, pause: Pause): Promise<Subscription> {
  const { subscriptionId, version, resumesAt } = pause;
  if (resumesAt !== undefined && !(resumesAt instanceof Date && !Number.isNaN(resumesAt.getTime())))
    throw new InvalidPeriodError();
  const paused = await rowOf(client, beginPause, [subscriptionId, version, resumesAt ?? null]);
  return (
    paused ??
    refuse(client, pause, ({ stripeSubscriptionId, status, validUntil, currentPeriodEnd }) => {
      if (stripeSubscriptionId !== null) return new SubscriptionAtProviderError();
      if (status !== 'ACTIVE' && status !== 'PAST_DUE') return new IllegalTransitionError(status, 'PAUSED');
      if (validUntil !== null && currentPeriodEnd !== null) return new SubscriptionCanceledError();
      return new InvalidPeriodError();
    })
  );
}

const beginPause = statement<Subscription>(
  'payments.pause_subscription',
  `UPDATE subscriptions s SET status = 'PAUSED', paused_at = greatest(${NOW}, s.started_at), resumes_at = $3::timestamptz,
     version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ('ACTIVE', 'PAST_DUE') AND s.stripe_subscription_id IS NULL
     AND s.current_period_end IS NOT NULL AND s.valid_until IS NULL
     AND ($3::timestamptz IS NULL OR $3::timestamptz > greatest(${NOW}, s.started_at))
   RETURNING ${columnsOf.subscription('s')}`,
);

/**
 * Ends a pause now: the period is longer by what it lasted. Where the period was over before it, the next one is due at once,
 * and begins now: nobody pays for the pause. The billing cycle goes on from the end of the period.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {SubscriptionAtProviderError} SUBSCRIPTION_AT_PROVIDER
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION where it is not paused
 * @throws {InvalidPeriodError} PERIOD_INVALID for FREE
 * @example
 * const resumed = await resumeSubscription(prisma, { subscriptionId, version });
 */
export async function resumeSubscription(
  client: Client,
  subscription: SubscriptionVersion,
): Promise<Subscription> {
  const { subscriptionId, version } = subscription;
  const resumed = await rowOf(client, endPause, [subscriptionId, version]);
  return (
    resumed ??
    refuse(client, subscription, ({ stripeSubscriptionId, status }) => {
      if (stripeSubscriptionId !== null) return new SubscriptionAtProviderError();
      return status === 'PAUSED' ? new InvalidPeriodError() : new IllegalTransitionError(status, 'ACTIVE');
    })
  );
}

const PERIOD_END = `${NOW} + greatest(s.current_period_end - coalesce(s.paused_at, s.current_period_end), interval '0')`;

const RESUMED = `UPDATE subscriptions s SET status = 'ACTIVE', current_period_end = ${PERIOD_END},
     billing_anchor = CASE WHEN s.billing_anchor IS NOT NULL THEN ${PERIOD_END} END,
     valid_until = CASE WHEN s.cancel_at_period_end THEN ${PERIOD_END} ELSE s.valid_until END,
     renewal_failures = 0, next_renewal_at = NULL, version = s.version + 1, updated_at = now()`;

const endPause = statement<Subscription>(
  'payments.resume_subscription',
  `${RESUMED}
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status = 'PAUSED' AND s.stripe_subscription_id IS NULL
     AND s.current_period_start < ${NOW}
   RETURNING ${columnsOf.subscription('s')}`,
);

/** Ends the pauses whose day has come; as many as are asked for. */
export async function endDuePauses(client: Client, limit: number): Promise<void> {
  await rowsOf(client, endDue, [limit]);
}

const endDue = statement<Subscription>(
  'payments.end_due_pauses',
  `WITH due AS MATERIALIZED (
     SELECT id FROM subscriptions
     WHERE paused_at IS NOT NULL AND resumes_at <= ${NOW} AND stripe_subscription_id IS NULL AND current_period_start < ${NOW}
     ORDER BY resumes_at, id LIMIT $1::int
     FOR NO KEY UPDATE SKIP LOCKED
   ) ${RESUMED}
   WHERE s.id = ANY (ARRAY(SELECT id FROM due))
   RETURNING ${columnsOf.subscription('s')}`,
);
