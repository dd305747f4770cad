import { inTransaction, RecordNotFoundError, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { SubscriptionId } from '@codezest/db-types';
import type { Subscription } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { checkedLimit, checkedSeconds } from './checked-options.js';
import type { Client, TransactionClient } from './client.js';
import { endDuePauses } from './pauses.js';
import {
  InvalidOptionError,
  InvalidPeriodError,
  RenewalClaimLostError,
  SubscriptionCanceledError,
  SubscriptionEndedError,
} from './payment-errors.js';
import { applyDueChanges } from './scheduled-changes.js';
import { periodEndAfter } from './subscription-periods.js';
import { END, isOver, NOW } from './subscription-version.js';

// A subscription whose period is over is taken by one worker at a time. Each taking has a number, which is the claim, and is
// a lease: when it runs out the subscription is due again, and whoever comes with the older number is refused.

const DAY = 24 * 60 * 60;

export interface DueRenewals {
  /** 100 when it is left out. */
  readonly limit?: number;
  /** How long nobody else gets them: 300 when it is left out. Longer than the charge may take. */
  readonly leaseSeconds?: number;
}

export interface RenewalClaim {
  readonly subscriptionId: SubscriptionId;
  /** `renewalClaim` of the subscription as it was taken. */
  readonly claim: number;
}

/**
 * Takes the subscriptions whose period is over, and those whose next try has come, to bill and charge them; the longest
 * due first. Their `renewalClaim` is the claim. Many workers at once get others each, and none waits for another. Left out
 * are those that the provider renews, and those that are canceled, paused or given up. Before that, pauses end whose day has
 * come, and changes are made that were to come with the end of the period: what is taken is on the new plan, to be billed
 * for it, and whoever is on FREE from now on is not taken.
 *
 * @throws {InvalidOptionError} OPTION_INVALID
 * @example
 * for (const { id: subscriptionId, renewalClaim: claim } of await claimDueRenewals(prisma)) {
 *   const isPaid = await charge(subscriptionId, `${subscriptionId}:${claim}`);
 *   if (isPaid) await completeRenewal(prisma, { subscriptionId, claim });
 *   else await failRenewal(prisma, { subscriptionId, claim });
 * }
 */
export async function claimDueRenewals(client: Client, due: DueRenewals = {}): Promise<Subscription[]> {
  const limit = checkedLimit('limit', due.limit ?? 100);
  const seconds = checkedSeconds('leaseSeconds', due.leaseSeconds ?? 300);
  await endDuePauses(client, limit);
  await applyDueChanges(client, limit);
  return rowsOf(client, claimDue, [limit, seconds]);
}

const claimDue = statement<Subscription>(
  'payments.claim_due_renewals',
  `WITH due AS MATERIALIZED (
     SELECT id FROM subscriptions
     WHERE status IN ('ACTIVE', 'TRIALING', 'PAST_DUE') AND current_period_end <= ${NOW} AND NOT cancel_at_period_end
       AND stripe_subscription_id IS NULL AND next_plan IS NULL AND (valid_until IS NULL OR valid_until > ${NOW})
       AND coalesce(next_renewal_at, current_period_end) <= ${NOW}
     ORDER BY current_period_end, id LIMIT $1::int
     FOR NO KEY UPDATE SKIP LOCKED
   )
   UPDATE subscriptions s SET renewal_claim = s.renewal_claim + 1, next_renewal_at = ${NOW} + make_interval(secs => $2::float8),
     updated_at = now()
   WHERE s.id = ANY (ARRAY(SELECT id FROM due))
   RETURNING ${columnsOf.subscription('s')}`,
);

export interface CompletedRenewal extends RenewalClaim {
  /** What the billing cycle says when it is left out. */
  readonly currentPeriodEnd?: Date;
}

/**
 * The renewal was paid: the next period begins at the end of the last one. The same again, with the same claim, gives the
 * subscription as it is.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {RenewalClaimLostError} RENEWAL_CLAIM_LOST where another worker has taken it since
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {SubscriptionCanceledError} SUBSCRIPTION_CANCELED where it was canceled meanwhile: give the money back
 * @throws {InvalidPeriodError} PERIOD_INVALID without a cycle and an end
 * @example
 * const renewed = await completeRenewal(prisma, { subscriptionId, claim });
 */
export async function completeRenewal(client: Client, renewal: CompletedRenewal): Promise<Subscription> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const held = await holdRenewal(transaction, renewal);
    if (held.renewalAnswered === renewal.claim) return held;
    if (held.cancelAtPeriodEnd) throw new SubscriptionCanceledError();
    const start = held.currentPeriodEnd as Date;
    const end = renewal.currentPeriodEnd ?? periodEndAfter(held, start);
    if (!(end instanceof Date) || !(start < end)) throw new InvalidPeriodError();
    return (await rowOf(transaction, moveOn, [held.id, end])) as Subscription;
  });
}

const moveOn = statement<Subscription>(
  'payments.complete_renewal',
  `UPDATE subscriptions s SET status = 'ACTIVE', current_period_start = s.current_period_end, current_period_end = $2::timestamptz,
     renewal_answered = s.renewal_claim, renewal_failures = 0, next_renewal_at = NULL, version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid
   RETURNING ${columnsOf.subscription('s')}`,
);

export interface FailedRenewal extends RenewalClaim {
  /** How long after each failure it is tried again; 3, 5 and 7 days when it is left out. After the last one it is given up. */
  readonly retryAfterSeconds?: readonly number[];
  /** What becomes of it then: UNPAID, which a payment makes ACTIVE again, when it is left out. */
  readonly givenUp?: 'UNPAID' | 'EXPIRED';
}

/**
 * The renewal was not paid: the subscription is PAST_DUE until the next try, or given up after the last one. The same again,
 * with the same claim, gives the subscription as it is.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {RenewalClaimLostError} RENEWAL_CLAIM_LOST where another worker has taken it since
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {InvalidOptionError} OPTION_INVALID
 * @example
 * const { status, nextRenewalAt } = await failRenewal(prisma, { subscriptionId, claim });
 */
export async function failRenewal(client: Client, failure: FailedRenewal): Promise<Subscription> {
  const { retryAfterSeconds = [3 * DAY, 5 * DAY, 7 * DAY], givenUp = 'UNPAID', claim } = failure;
  if (!Array.isArray(retryAfterSeconds))
    throw new InvalidOptionError('retryAfterSeconds', 'a list of seconds');
  for (const seconds of retryAfterSeconds) checkedSeconds('retryAfterSeconds', seconds);
  if (givenUp !== 'UNPAID' && givenUp !== 'EXPIRED')
    throw new InvalidOptionError('givenUp', 'UNPAID or EXPIRED');
  return inTransaction(client, async (transaction: TransactionClient) => {
    const held = await holdRenewal(transaction, failure);
    if (held.renewalAnswered === claim) return held;
    const seconds = retryAfterSeconds[held.renewalFailures];
    const row =
      seconds === undefined
        ? rowOf(transaction, giveUp, [held.id, givenUp])
        : rowOf(transaction, tryLater, [held.id, seconds]);
    return (await row) as Subscription;
  });
}

const tryLater = statement<Subscription>(
  'payments.fail_renewal',
  `UPDATE subscriptions s SET status = 'PAST_DUE', renewal_answered = s.renewal_claim, renewal_failures = s.renewal_failures + 1,
     next_renewal_at = ${NOW} + make_interval(secs => $2::float8), version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid
   RETURNING ${columnsOf.subscription('s')}`,
);

const giveUp = statement<Subscription>(
  'payments.give_renewal_up',
  `UPDATE subscriptions s SET
     status = CASE WHEN $2::text = 'UNPAID' THEN 'UNPAID' WHEN s.canceled_at IS NULL THEN 'EXPIRED' ELSE 'CANCELED' END::"SubscriptionStatus",
     valid_until = CASE WHEN $2::text = 'UNPAID' THEN s.valid_until ELSE least(s.valid_until, ${END}) END,
     renewal_answered = s.renewal_claim, renewal_failures = s.renewal_failures + 1, next_renewal_at = NULL,
     version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid
   RETURNING ${columnsOf.subscription('s')}`,
);

/** The subscription, locked, if the claim is the newest. */
async function holdRenewal(
  transaction: TransactionClient,
  { subscriptionId, claim }: RenewalClaim,
): Promise<Subscription> {
  const found = await rowOf(transaction, lockSubscription, [subscriptionId]);
  if (found === undefined) throw new RecordNotFoundError('subscription');
  if (found.renewalClaim !== claim || claim === 0) throw new RenewalClaimLostError();
  if (found.renewalAnswered !== claim && isOver(found.status)) throw new SubscriptionEndedError();
  return found;
}

const lockSubscription = statement<Subscription>(
  'payments.lock_renewed_subscription',
  `SELECT ${columnsOf.subscription('s')} FROM subscriptions s WHERE s.id = $1::uuid FOR NO KEY UPDATE`,
);
