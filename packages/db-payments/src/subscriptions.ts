import { isRuleViolation, newId, read, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { Subscription } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import type { Client } from './client.js';
import type { SubscriptionMetadata } from './json-types.js';
import { checkedQuantity } from './money.js';
import {
  InvalidPeriodError,
  PlanUnchangedError,
  StripeCustomerTakenError,
  SubscriptionExistsError,
  TrialUsedError,
} from './payment-errors.js';
import { type KeptPeriod, monthsOfPrice, type PlanChoice, periodOf } from './plan-choice.js';
import { PriceNotUsableError } from './price-errors.js';
import { refusingTakenStripeId } from './stripe-ids.js';
import { END, LIVE, refuse, type SubscriptionVersion } from './subscription-version.js';

export type NewSubscription = PlanChoice & {
  readonly userId: UserId;
  readonly stripeCustomerId?: string;
  readonly stripeSubscriptionId?: string;
  readonly metadata?: SubscriptionMetadata;
};

/**
 * Starts a subscription now. Its version goes on from the user's earlier ones, because the other services keep the
 * entitlement with the highest version, whichever subscription it comes from.
 *
 * @throws {SubscriptionExistsError} SUBSCRIPTION_EXISTS
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @throws {TrialUsedError} TRIAL_USED
 * @throws {StripeCustomerTakenError} STRIPE_CUSTOMER_TAKEN
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND of a price that there is not
 * @throws {PriceNotUsableError} PRICE_NOT_USABLE
 * @throws {InvalidAmountError} AMOUNT_INVALID for a quantity that is none
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * const subscription = await subscribe(prisma, { userId, plan: 'PRO', currentPeriodEnd: inAMonth });
 */
export async function subscribe(client: Client, subscription: NewSubscription): Promise<Subscription> {
  const { userId, plan, trialEndsAt, stripeCustomerId, stripeSubscriptionId, metadata } = subscription;
  const quantity = checkedQuantity(subscription.quantity ?? 1);
  const [periodEnd, ...cycle] = periodOf(subscription, await monthsOfPrice(client, subscription));
  const work = rowOf(client, insertSubscription, [
    newId<'Subscription'>(),
    userId,
    plan,
    periodEnd,
    trialEndsAt ?? null,
    stripeCustomerId ?? null,
    stripeSubscriptionId ?? null,
    metadata === undefined ? null : JSON.stringify(metadata),
    ...cycle,
    subscription.priceId ?? null,
    quantity,
  ]);
  const started = await refusingTakenStripeId(refusingSubscription(refusingCardNumbers(work)));
  if (started === undefined) throw new SubscriptionExistsError();
  return started;
}

// Waits for whoever is ending the user's last subscription, and reads the clock after that: it would begin before the
// last one's end otherwise. Callers for one user take turns: the exclusion of overlaps lets two inserts that meet wait for
// each other, which is a deadlock (40P01).
const insertSubscription = statement<Subscription>(
  'payments.subscribe',
  `WITH earlier AS MATERIALIZED (
     SELECT version FROM subscriptions WHERE user_id = $2::uuid FOR NO KEY UPDATE
   ), start AS MATERIALIZED (
     SELECT coalesce(max(version) + 1, 0) AS version FROM earlier
   ), turn AS MATERIALIZED (
     SELECT pg_advisory_xact_lock(hashtextextended('payments.subscribe:' || $2::uuid, 0))
   ), clock AS MATERIALIZED (
     SELECT version, date_trunc('milliseconds', clock_timestamp()) AS now FROM start CROSS JOIN turn
   )
   INSERT INTO subscriptions AS s (id, user_id, plan, status, started_at, current_period_start, current_period_end,
     trial_ends_at, stripe_customer_id, stripe_subscription_id, metadata, version, billing_anchor, billing_months, billing_time_zone,
     price_id, quantity)
   SELECT $1::uuid, $2::uuid, $3::"SubscriptionPlan",
     CASE WHEN $5::timestamptz IS NULL THEN 'ACTIVE' ELSE 'TRIALING' END::"SubscriptionStatus",
     now, CASE WHEN $4::timestamptz IS NOT NULL THEN now END, $4::timestamptz, $5::timestamptz,
     $6::text, $7::text, $8::jsonb, version, $9::timestamptz, $10::smallint, $11::text,
     $12::uuid, $13::int
   FROM clock
   ON CONFLICT (user_id) WHERE status IN ${LIVE} DO NOTHING
   RETURNING ${columnsOf.subscription('s')}`,
);

/** Users who have joined begin with the FREE plan. Whoever has or had a subscription keeps it. */
export async function beginFree(client: Client, userIds: readonly UserId[]): Promise<void> {
  const newcomers = await rowsOf(client, usersWithoutSubscription, [userIds]);
  for (const { userId } of newcomers) {
    const work = rowOf(client, insertSubscription, [
      newId<'Subscription'>(),
      userId,
      'FREE',
      ...Array<null>(9).fill(null),
      1,
    ]);
    // Another transaction may have begun one in the meantime; then nothing is inserted.
    await refusingSubscription(work);
  }
}

// By user: each takes the user's turn, and two that took turns in another order would wait for each other.
const usersWithoutSubscription = read<{ userId: UserId }>(
  'payments.users_without_subscription',
  `SELECT DISTINCT u AS "userId" FROM unnest($1::uuid[]) AS u
   WHERE NOT EXISTS (SELECT FROM subscriptions s WHERE s.user_id = u) ORDER BY u`,
);

/**
 * Ends the subscription and starts another one on the new plan, or on the same plan with another period, price or quantity, in
 * the same moment, within the period that is under way where `keepPeriod` says so: who had what, and when, stays readable. The ids at the provider go over to the new one; a cancellation and a change to come do not,
 * and a payment that is due stays due. Gives the new subscription.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {PlanUnchangedError} PLAN_UNCHANGED where plan, period, price and quantity are the same
 * @throws {PriceNotUsableError} PRICE_NOT_USABLE, also of another interval where the period is kept
 * @throws {TrialUsedError} TRIAL_USED
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @example
 * const upgraded = await changePlan(prisma, { subscriptionId, version, plan: 'ENTERPRISE', currentPeriodEnd: inAMonth });
 */
export async function changePlan(
  client: Client,
  change: SubscriptionVersion & (PlanChoice | KeptPeriod),
): Promise<Subscription> {
  const { subscriptionId, version, plan } = change;
  const isKept = 'keepPeriod' in change;
  const quantity = change.quantity === undefined ? null : checkedQuantity(change.quantity);
  const months = await monthsOfPrice(client, change);
  const [periodEnd, ...cycle] = isKept ? [null, null, null, null] : periodOf(change, months);
  const trialEndsAt = isKept ? null : (change.trialEndsAt ?? null);
  const values = [
    subscriptionId,
    version,
    newId<'Subscription'>(),
    plan,
    periodEnd,
    trialEndsAt,
    ...cycle,
    isKept,
    change.priceId ?? null,
    quantity,
    isKept ? (months ?? null) : null,
  ];
  const started = await refusingSubscription(rowOf(client, replaceSubscription, values));
  return (
    started ??
    refuse(client, change, ({ billingMonths }) =>
      isKept && months !== undefined && billingMonths !== null && billingMonths !== months
        ? new PriceNotUsableError('INTERVAL')
        : new PlanUnchangedError(),
    )
  );
}

const replaceSubscription = statement<Subscription>(
  'payments.change_plan',
  `WITH old AS MATERIALIZED (
     SELECT s.*, ${END} AS until FROM subscriptions s
     WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE}
       AND (s.plan <> $4::"SubscriptionPlan" OR s.current_period_end <> $5::timestamptz
         OR (coalesce($11::uuid, s.price_id), coalesce($12::int, s.quantity)) IS DISTINCT FROM (s.price_id, s.quantity))
       AND ($13::smallint IS NULL OR s.billing_months IS NULL OR s.billing_months = $13::smallint)
     FOR NO KEY UPDATE
   ), ended AS (
     UPDATE subscriptions s SET status = 'CANCELED', valid_until = least(old.valid_until, old.until),
       canceled_at = least(old.canceled_at, old.valid_until, old.until), stripe_subscription_id = NULL,
       version = old.version + 1, updated_at = now()
     FROM old WHERE s.id = old.id
     RETURNING old.until
   )
   INSERT INTO subscriptions AS s (id, user_id, plan, status, started_at, current_period_start, current_period_end,
     trial_ends_at, is_further_trial, stripe_customer_id, stripe_subscription_id, metadata, version, billing_anchor, billing_months, billing_time_zone,
     price_id, quantity, paused_at, resumes_at)
   SELECT $3::uuid, old.user_id, $4::"SubscriptionPlan",
     CASE WHEN $6::timestamptz IS NOT NULL OR $10::boolean AND old.status = 'TRIALING' THEN 'TRIALING'
       WHEN $4::text = 'FREE' OR old.status = 'TRIALING' THEN 'ACTIVE' ELSE old.status END::"SubscriptionStatus",
     ended.until, CASE WHEN $10::boolean THEN old.current_period_start WHEN $5::timestamptz IS NOT NULL THEN ended.until END,
     CASE WHEN $10::boolean THEN old.current_period_end ELSE $5::timestamptz END,
     CASE WHEN $10::boolean AND old.status = 'TRIALING' THEN old.trial_ends_at ELSE $6::timestamptz END,
     $10::boolean AND old.status = 'TRIALING' AND old.is_further_trial,
     old.stripe_customer_id, old.stripe_subscription_id, old.metadata - 'cancellationReason', old.version + 2,
     CASE WHEN $8::smallint IS NOT NULL THEN $7::timestamptz WHEN $4::text <> 'FREE' THEN old.billing_anchor END,
     CASE WHEN $8::smallint IS NOT NULL THEN $8::smallint WHEN $4::text <> 'FREE' THEN old.billing_months END,
     CASE WHEN $8::smallint IS NOT NULL THEN $9::text WHEN $4::text <> 'FREE' THEN old.billing_time_zone END,
     coalesce($11::uuid, CASE WHEN old.plan = $4::"SubscriptionPlan" THEN old.price_id END),
     CASE WHEN $4::text = 'FREE' THEN 1 ELSE coalesce($12::int, old.quantity) END,
     -- A pause goes on; what is paid for anew was not used before it.
     CASE WHEN $4::text <> 'FREE' AND $6::timestamptz IS NULL AND old.paused_at IS NOT NULL THEN
       CASE WHEN $10::boolean THEN old.paused_at ELSE ended.until END END,
     CASE WHEN $4::text <> 'FREE' AND $6::timestamptz IS NULL AND old.paused_at IS NOT NULL THEN old.resumes_at END
   FROM old, ended
   RETURNING ${columnsOf.subscription('s')}`,
);

/** Names what the database refuses: another subscription in the way, another's customer, or a period that is none. */
export async function refusingSubscription<Row>(work: Promise<Row>): Promise<Row> {
  return work.catch((cause: unknown) => {
    if (isRuleViolation(cause, 'subscriptions_one_trial_excl')) throw new TrialUsedError({ cause });
    if (isRuleViolation(cause, 'subscriptions_overlap_excl')) throw new SubscriptionExistsError({ cause });
    if (isRuleViolation(cause, 'subscriptions_stripe_customer_excl'))
      throw new StripeCustomerTakenError({ cause });
    if (PERIOD_RULES.some((rule) => isRuleViolation(cause, rule))) throw new InvalidPeriodError({ cause });
    throw cause;
  });
}

const PERIOD_RULES = [
  'subscriptions_period_check',
  'subscriptions_paid_period_check',
  'subscriptions_period_end_check',
  'subscriptions_trial_end_check',
];
