import { inTransaction, rowOf, rowsOf, statement } from '@codezest/db-core';
import { parseSubscriptionId } from '@codezest/db-types';
import type { Subscription } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { billingPeriodAt } from './billing-cycle.js';
import { checkedLimit, checkedSeconds } from './checked-options.js';
import type { Client, TransactionClient } from './client.js';
import { InvalidPeriodError, SubscriptionCanceledError, SubscriptionEndedError } from './payment-errors.js';
import { applyNextPlan } from './scheduled-changes.js';
import { END, LIVE, NOW, refuse, type SubscriptionVersion } from './subscription-version.js';

/**
 * Cancels to the end of the period that is paid for, or of the trial: it stays live until then, and is not renewed. Where
 * that is over, because a payment is due, it ends now. FREE has no period: end it instead.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {InvalidPeriodError} PERIOD_INVALID for FREE
 * @example
 * const ending = await cancelAtPeriodEnd(prisma, { subscriptionId, version });
 */
export async function cancelAtPeriodEnd(
  client: Client,
  subscription: SubscriptionVersion,
): Promise<Subscription> {
  const { subscriptionId, version } = subscription;
  const ending = await rowOf(client, setCancelAtPeriodEnd, [subscriptionId, version]);
  return ending ?? refuse(client, subscription, () => new InvalidPeriodError());
}

const setCancelAtPeriodEnd = statement<Subscription>(
  'payments.cancel_at_period_end',
  `UPDATE subscriptions s SET cancel_at_period_end = s.current_period_end > ${NOW},
     status = CASE WHEN s.current_period_end > ${NOW} THEN s.status ELSE 'CANCELED' END,
     canceled_at = coalesce(s.canceled_at, CASE WHEN s.current_period_end > ${NOW} THEN greatest(${NOW}, s.started_at)
       ELSE least(s.valid_until, ${END}) END),
     valid_until = CASE WHEN s.current_period_end > ${NOW} THEN s.current_period_end ELSE least(s.valid_until, ${END}) END,
     version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE} AND s.current_period_end IS NOT NULL
   RETURNING ${columnsOf.subscription('s')}`,
);

export interface CancellationDay extends SubscriptionVersion {
  /** To come. */
  readonly at: Date;
}

/**
 * Cancels on a day, which may lie within the period or behind its end: it stays live until then. `expireSubscriptions`
 * ends it.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {InvalidPeriodError} PERIOD_INVALID for a day that is over, and for what is no date
 * @example
 * const ending = await cancelAt(prisma, { subscriptionId, version, at: inTenDays });
 */
export async function cancelAt(client: Client, cancellation: CancellationDay): Promise<Subscription> {
  const { subscriptionId, version, at } = cancellation;
  if (!(at instanceof Date) || Number.isNaN(at.getTime())) throw new InvalidPeriodError();
  const ending = await rowOf(client, setCancelAt, [subscriptionId, version, at]);
  return ending ?? refuse(client, cancellation, () => new InvalidPeriodError());
}

const setCancelAt = statement<Subscription>(
  'payments.cancel_at',
  `UPDATE subscriptions s SET cancel_at_period_end = false, valid_until = $3::timestamptz,
     canceled_at = coalesce(s.canceled_at, greatest(${NOW}, s.started_at)), version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE} AND $3::timestamptz > greatest(${NOW}, s.started_at)
   RETURNING ${columnsOf.subscription('s')}`,
);

export interface Renewal extends SubscriptionVersion {
  /** What the billing cycle says when it is left out. */
  readonly currentPeriodEnd?: Date;
  /** The end of the last period. Later only after a pause, which nobody pays for; earlier only within a trial, which it ends. */
  readonly currentPeriodStart?: Date;
}

/**
 * Begins the next billing period, because it was paid for: a trial, a late payment or a pause is over with that. A change
 * of the plan that was to come with the end of the period is made, so that what is given is another subscription.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {SubscriptionCanceledError} SUBSCRIPTION_CANCELED where it ends with the period, or FREE is to come with its end
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @example
 * const renewed = await renewSubscription(prisma, { subscriptionId, version, currentPeriodEnd: inTwoMonths });
 */
export async function renewSubscription(client: Client, renewal: Renewal): Promise<Subscription> {
  const found = await client.subscription.findUnique({
    where: { id: parseSubscriptionId(renewal.subscriptionId) },
  });
  if (found === null || found.nextPlan === null || found.stripeSubscriptionId !== null)
    return renew(client, renewal, found);
  // Both stretches or none.
  return inTransaction(client, async (transaction: TransactionClient) => {
    const changed = await applyNextPlan(transaction, renewal, renewal.currentPeriodStart);
    if (changed === undefined) return refuse(transaction, renewal, reasonOf);
    const { id: subscriptionId, version } = changed;
    return renew(transaction, { ...renewal, subscriptionId, version }, changed);
  });
}

const reasonOf = ({ cancelAtPeriodEnd, nextPlan }: Subscription) =>
  cancelAtPeriodEnd || nextPlan === 'FREE' ? new SubscriptionCanceledError() : new InvalidPeriodError();

async function renew(client: Client, renewal: Renewal, found: Subscription | null): Promise<Subscription> {
  const { subscriptionId, version, currentPeriodStart } = renewal;
  const start = currentPeriodStart ?? found?.currentPeriodEnd ?? null;
  const end =
    renewal.currentPeriodEnd ?? (found === null || start === null ? null : periodEndAfter(found, start));
  if (end === null) return refuse(client, renewal, () => new InvalidPeriodError());
  const renewed = await rowOf(client, moveToNextPeriod, [
    subscriptionId,
    version,
    end,
    currentPeriodStart ?? null,
  ]);
  return renewed ?? refuse(client, renewal, reasonOf);
}

/** The end of the period of its cycle that begins at a moment, or in which the moment lies; null without a cycle. */
export function periodEndAfter(
  { billingAnchor: anchor, billingMonths: months, billingTimeZone: timeZone }: Subscription,
  start: Date,
): Date | null {
  if (anchor === null || months === null || timeZone === null) return null;
  return billingPeriodAt({ anchor, months, timeZone }, start).end;
}

// A trial that an earlier stretch began, and that ends before its day here, is no longer the one of the two stretches.
const moveToNextPeriod = statement<Subscription>(
  'payments.renew_subscription',
  `UPDATE subscriptions s SET status = 'ACTIVE', current_period_end = $3::timestamptz,
     current_period_start = coalesce($4::timestamptz, s.current_period_end),
     trial_ends_at = CASE WHEN s.status = 'TRIALING' AND $4::timestamptz > s.started_at THEN least(s.trial_ends_at, $4::timestamptz)
       ELSE s.trial_ends_at END,
     is_further_trial = s.is_further_trial OR s.status = 'TRIALING' AND $4::timestamptz IS NOT NULL
       AND $4::timestamptz > s.started_at AND $4::timestamptz < s.trial_ends_at AND EXISTS (
         SELECT FROM subscriptions o WHERE o.user_id = s.user_id AND o.id <> s.id AND o.trial_ends_at IS NOT NULL),
     renewal_answered = s.renewal_claim, renewal_failures = 0, next_renewal_at = NULL,
     version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE} AND NOT s.cancel_at_period_end
     AND CASE WHEN s.status = 'TRIALING' THEN s.started_at < coalesce($4::timestamptz, s.current_period_end)
       ELSE s.current_period_end <= coalesce($4::timestamptz, s.current_period_end) END
     AND coalesce($4::timestamptz, s.current_period_end) < $3::timestamptz
   RETURNING ${columnsOf.subscription('s')}`,
);

export interface EndedSubscription extends SubscriptionVersion {
  /** EXPIRED where nobody canceled it: a trial that nobody paid for, a payment that never came. */
  readonly status: 'CANCELED' | 'EXPIRED';
}

/**
 * Ends a subscription at once, as after a refund, or where the provider says that it is over.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @example
 * const ended = await endSubscription(prisma, { subscriptionId, version, status: 'CANCELED' });
 */
export async function endSubscription(
  client: Client,
  subscription: EndedSubscription,
): Promise<Subscription> {
  const { subscriptionId, version, status } = subscription;
  const ended = await rowOf(client, end, [subscriptionId, version, status]);
  return ended ?? refuse(client, subscription, () => new SubscriptionEndedError());
}

const end = statement<Subscription>(
  'payments.end_subscription',
  `UPDATE subscriptions s SET status = $3::"SubscriptionStatus", valid_until = least(s.valid_until, ${END}),
     canceled_at = CASE WHEN $3::text = 'CANCELED' THEN coalesce(s.canceled_at, least(s.valid_until, ${END})) ELSE s.canceled_at END,
     version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE}
   RETURNING ${columnsOf.subscription('s')}`,
);

export interface DueSubscriptions {
  /** How long an unpaid one may wait for its payment after the end of its period. */
  readonly graceSeconds: number;
  /** At most this many, 100 unless told otherwise. Call again until none is left. */
  readonly limit?: number;
}

/**
 * Ends what has run out: canceled ones whose period is over become CANCELED, those that nobody paid for within the grace
 * EXPIRED. Paused ones wait, and so do those whose plan changes with the period, which `claimDueRenewals` begins anew. Any number of workers may call it at once; each subscription is given to one of them.
 *
 * @throws {InvalidOptionError} OPTION_INVALID
 * @example
 * const ended = await expireSubscriptions(prisma, { graceSeconds: 7 * 24 * 60 * 60 });
 */
export async function expireSubscriptions(client: Client, due: DueSubscriptions): Promise<Subscription[]> {
  const { graceSeconds, limit = 100 } = due;
  checkedLimit('limit', limit);
  const unpaid = await rowsOf(client, endDue, [checkedSeconds('graceSeconds', graceSeconds), limit]);
  if (unpaid.length === limit) return unpaid;
  return [...unpaid, ...(await rowsOf(client, endOnDay, [limit - unpaid.length]))];
}

const ENDED = `UPDATE subscriptions s SET
     status = CASE WHEN s.canceled_at IS NOT NULL THEN 'CANCELED' WHEN s.status = 'INCOMPLETE' THEN 'INCOMPLETE_EXPIRED'
       ELSE 'EXPIRED' END::"SubscriptionStatus",
     valid_until = least(s.valid_until, ${NOW}), version = s.version + 1, updated_at = now()
   WHERE s.id = ANY (ARRAY(SELECT id FROM due))
   RETURNING ${columnsOf.subscription('s')}`;

const endDue = statement<Subscription>(
  'payments.expire_subscriptions',
  `WITH due AS MATERIALIZED (
     SELECT id FROM subscriptions
     WHERE status IN ${LIVE} AND current_period_end <= ${NOW} AND (next_plan IS NULL OR stripe_subscription_id IS NOT NULL)
       AND (cancel_at_period_end
         OR (status <> 'PAUSED' AND current_period_end <= ${NOW} - make_interval(secs => $1::float8)))
     ORDER BY current_period_end, id LIMIT $2::int
     FOR NO KEY UPDATE SKIP LOCKED
   ) ${ENDED}`,
);

const endOnDay = statement<Subscription>(
  'payments.expire_canceled_subscriptions',
  `WITH due AS MATERIALIZED (
     SELECT id FROM subscriptions WHERE status IN ${LIVE} AND valid_until <= ${NOW}
     ORDER BY valid_until, id LIMIT $1::int
     FOR NO KEY UPDATE SKIP LOCKED
   ) ${ENDED}`,
);
