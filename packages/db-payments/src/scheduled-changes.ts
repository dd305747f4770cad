import { newId, read, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { PriceId } from '@codezest/db-types';
import type { Subscription } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { checkedQuantity } from './money.js';
import { InvalidPeriodError, PlanUnchangedError, SubscriptionCanceledError } from './payment-errors.js';
import { PriceNotUsableError, SubscriptionAtProviderError } from './price-errors.js';
import { chosenPrice } from './prices.js';
import { LIVE, NOW, refuse, type SubscriptionVersion } from './subscription-version.js';

/** What a subscription is from the end of its period on. Only the price or the quantity may change as well. */
export type PlanToCome =
  | { readonly plan: 'FREE'; readonly priceId?: undefined; readonly quantity?: undefined }
  | {
      readonly plan: 'PRO' | 'ENTERPRISE';
      /** Where its interval is another one, the billing cycle begins anew with the change. */
      readonly priceId?: PriceId;
      /** As now when it is left out. */
      readonly quantity?: number;
    };

/**
 * Changes plan, price or quantity at the end of the period that is under way: nothing is credited, and nobody loses what is
 * paid for. Until then the change stands in `nextPlan`, `nextPriceId` and `nextQuantity`; another one takes its place, and
 * `cancelScheduledChange` takes it back. `claimDueRenewals` and `renewSubscription` apply it, as another stretch; a
 * cancellation to the end of the period, or another plan at once, ends it.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND, also of the price
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {SubscriptionCanceledError} SUBSCRIPTION_CANCELED where it ends with the period, or before it
 * @throws {SubscriptionAtProviderError} SUBSCRIPTION_AT_PROVIDER
 * @throws {PlanUnchangedError} PLAN_UNCHANGED where plan, price and quantity are the same
 * @throws {PriceNotUsableError} PRICE_NOT_USABLE
 * @throws {InvalidPeriodError} PERIOD_INVALID for FREE, and where the period is over
 * @throws {InvalidAmountError} AMOUNT_INVALID for a quantity that is none
 * @example
 * const scheduled = await scheduleChange(prisma, { subscriptionId, version, plan: 'FREE' });
 */
export async function scheduleChange(
  client: Client,
  change: SubscriptionVersion & PlanToCome,
): Promise<Subscription> {
  const { subscriptionId, version, plan, priceId } = change;
  const quantity = change.quantity === undefined ? null : checkedQuantity(change.quantity);
  const price =
    priceId === undefined || priceId === null
      ? null
      : await chosenPrice(client, { priceId, plan, quantity: quantity ?? undefined });
  const values = [subscriptionId, version, plan, priceId ?? null, quantity, price?.validFrom ?? null];
  const scheduled = await rowOf(client, setNextPlan, values);
  return (
    scheduled ??
    refuse(client, change, (found) => {
      if (found.stripeSubscriptionId !== null) return new SubscriptionAtProviderError();
      const { currentPeriodEnd: end, validUntil } = found;
      if (end === null || end <= new Date()) return new InvalidPeriodError();
      if (validUntil !== null && validUntil <= end) return new SubscriptionCanceledError();
      if (price !== null && price.validFrom > end) return new PriceNotUsableError('VALIDITY');
      return new PlanUnchangedError();
    })
  );
}

const setNextPlan = statement<Subscription>(
  'payments.schedule_change',
  `UPDATE subscriptions s SET next_plan = $3::"SubscriptionPlan", next_price_id = $4::uuid,
     next_quantity = CASE WHEN $3::text <> 'FREE' THEN coalesce($5::int, s.quantity) END,
     version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE} AND s.stripe_subscription_id IS NULL
     AND s.current_period_end > ${NOW} AND (s.valid_until IS NULL OR s.valid_until > s.current_period_end)
     AND ($6::timestamptz IS NULL OR $6::timestamptz <= s.current_period_end)
     AND (s.plan, coalesce($4::uuid, s.price_id), coalesce($5::int, s.quantity))
       IS DISTINCT FROM ($3::"SubscriptionPlan", s.price_id, s.quantity)
   RETURNING ${columnsOf.subscription('s')}`,
);

/**
 * Takes a change back that was to come with the end of the period. Where there is none, nothing changes.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {SubscriptionEndedError} SUBSCRIPTION_ENDED
 * @throws {SubscriptionAtProviderError} SUBSCRIPTION_AT_PROVIDER
 * @example
 * const asBefore = await cancelScheduledChange(prisma, { subscriptionId, version });
 */
export async function cancelScheduledChange(
  client: Client,
  subscription: SubscriptionVersion,
): Promise<Subscription> {
  const { subscriptionId, version } = subscription;
  const unchanged = await rowOf(client, forgetNextPlan, [subscriptionId, version]);
  return unchanged ?? refuse(client, subscription, () => new SubscriptionAtProviderError());
}

const forgetNextPlan = statement<Subscription>(
  'payments.cancel_scheduled_change',
  `UPDATE subscriptions s SET next_plan = NULL, next_price_id = NULL, next_quantity = NULL,
     version = s.version + (s.next_plan IS NOT NULL)::int, updated_at = now()
   WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE} AND s.stripe_subscription_id IS NULL
   RETURNING ${columnsOf.subscription('s')}`,
);

/** Begins the plan that was to come, where the period is over; as many as are asked for. */
export async function applyDueChanges(client: Client, limit: number): Promise<void> {
  const due = await rowsOf(client, dueChanges, [limit]);
  if (due.length > 0) await rowsOf(client, applyDue, [due.map(() => newId<'Subscription'>())]);
}

const DUE = `s.status IN ('ACTIVE', 'TRIALING', 'PAST_DUE') AND s.current_period_end <= ${NOW} AND s.next_plan IS NOT NULL
       AND s.stripe_subscription_id IS NULL`;

const dueChanges = read<object>(
  'payments.due_changes',
  `SELECT s.id FROM subscriptions s WHERE ${DUE} ORDER BY s.current_period_end, s.id LIMIT $1::int`,
);

/**
 * The stretch ends with the period, and the next one begins within it at its last moment: it has the period that is over, and
 * is due for the renewal, which bills the new plan. `old` has the rows, with their new ids and the end of their periods.
 */
const another = (old: string) => `WITH old AS MATERIALIZED (${old}),
   ended AS (
     UPDATE subscriptions s SET status = 'CANCELED', valid_until = old.until, canceled_at = least(s.canceled_at, old.until),
       version = s.version + 1, updated_at = now()
     FROM old WHERE s.id = old.id
     RETURNING s.id
   ), begun AS (
     SELECT old.*, CASE WHEN old.next_plan = 'FREE' THEN NULL ELSE coalesce(
       CASE p.interval WHEN 'MONTH' THEN p.interval_count WHEN 'YEAR' THEN 12 * p.interval_count END, old.billing_months) END AS months
     FROM old JOIN ended USING (id) LEFT JOIN prices p ON p.id = old.next_price_id
   )
   INSERT INTO subscriptions AS s (id, user_id, plan, status, started_at, valid_until, canceled_at, current_period_start,
     current_period_end, price_id, quantity, stripe_customer_id, metadata, version, billing_anchor, billing_months, billing_time_zone)
   SELECT new_id, user_id, next_plan, CASE WHEN next_plan = 'FREE' OR status = 'TRIALING' THEN 'ACTIVE' ELSE status END, until, valid_until,
     CASE WHEN valid_until IS NOT NULL THEN greatest(canceled_at, until) END,
     CASE WHEN next_plan <> 'FREE' THEN least(current_period_start, until - interval '1 millisecond') END,
     CASE WHEN next_plan <> 'FREE' THEN until END,
     coalesce(next_price_id, CASE WHEN next_plan = plan THEN price_id END), coalesce(next_quantity, 1), stripe_customer_id, metadata, version + 2,
     CASE WHEN months = billing_months THEN billing_anchor WHEN months IS NOT NULL THEN until END, months::smallint,
     CASE WHEN months IS NOT NULL THEN coalesce(billing_time_zone, 'UTC') END
   FROM begun
   RETURNING ${columnsOf.subscription('s')}`;

const applyDue = statement<Subscription>(
  'payments.apply_due_changes',
  another(`SELECT d.*, ($1::uuid[])[row_number() OVER (ORDER BY d.current_period_end, d.id)] AS new_id, d.current_period_end AS until
     FROM (SELECT s.* FROM subscriptions s WHERE ${DUE}
       ORDER BY s.current_period_end, s.id LIMIT cardinality($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED) AS d`),
);

/** Begins the plan that is to come with the next period, which begins at a moment; undefined where none is, or nothing begins then. */
export async function applyNextPlan(
  client: Client,
  { subscriptionId, version }: SubscriptionVersion,
  start: Date | undefined,
): Promise<Subscription | undefined> {
  return rowOf(client, applyOne, [subscriptionId, version, newId<'Subscription'>(), start ?? null]);
}

const applyOne = statement<Subscription>(
  'payments.apply_next_plan',
  another(`SELECT s.*, $3::uuid AS new_id, coalesce($4::timestamptz, s.current_period_end) AS until FROM subscriptions s
     WHERE s.id = $1::uuid AND s.version = $2::int AND s.status IN ${LIVE} AND s.next_plan IN ('PRO', 'ENTERPRISE')
       AND s.stripe_subscription_id IS NULL AND s.started_at < coalesce($4::timestamptz, s.current_period_end)
       AND (s.status = 'TRIALING' OR s.current_period_end <= coalesce($4::timestamptz, s.current_period_end))
     FOR NO KEY UPDATE`),
);
