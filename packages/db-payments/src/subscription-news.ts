import {
  inTransaction,
  isRuleViolation,
  isUniqueViolation,
  newId,
  requireText,
  rowOf,
  rowsOf,
  statement,
  WriteConflictError,
} from '@codezest/db-core';
import type { Subscription } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import { StripeIdTakenError, SubscriptionExistsError } from './payment-errors.js';
import { isOver } from './subscription-version.js';
import { refusingSubscription } from './subscriptions.js';
import {
  after,
  before,
  checkNews,
  earlier,
  later,
  recordPrices,
  type SubscriptionNews,
  stretchOf,
  type ToldPrices,
  valuesOf,
} from './told-subscriptions.js';

/**
 * Writes down what the provider says of a subscription that it manages: the state of now, whatever was known before. One
 * that is not known yet is begun, and takes the place of a live one that the provider does not know, such as FREE. On
 * another plan it goes on in another stretch. What is the same already changes nothing, and neither does anything that
 * the provider says of one that is over on both sides. Gives null for one that was over before it could be written down
 * and whose time belongs to another subscription.
 *
 * The provider tells of changes in any order: call it within `applyStripeObject`, with the object as it is at the provider.
 *
 * @throws {SubscriptionExistsError} SUBSCRIPTION_EXISTS where the user has another live one at the provider: end one there
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN where the subscription is another user's, or a price has another plan or amount here
 * @throws {InvalidAmountError} AMOUNT_INVALID of a price or a quantity
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN of a price
 * @throws {StripeCustomerTakenError} STRIPE_CUSTOMER_TAKEN
 * @throws {WriteConflictError} WRITE_CONFLICT where another call has begun one meanwhile; `transaction()` runs again
 * @example
 * await recordSubscription(transaction, { userId, stripeSubscriptionId, plan: 'PRO', status: 'PAST_DUE', startedAt, currentPeriodStart, currentPeriodEnd });
 */
export async function recordSubscription(
  client: Client,
  news: SubscriptionNews,
): Promise<Subscription | null> {
  requireText(news.stripeSubscriptionId, 'stripeSubscriptionId');
  checkNews(news);
  const work = inTransaction(client, async (transaction: TransactionClient) => {
    // Whoever writes down a subscription of this user takes turns, the first of them as well, when no row can be locked.
    await rowsOf(transaction, takeTurn, [news.userId]);
    // Who waits for a row does not see what the other has inserted beside it, as `changePlan` does: so read once more.
    await rowsOf(transaction, lockSubscriptions, [news.userId]);
    const stretches = await rowsOf(transaction, lockSubscriptions, [news.userId]);
    return write(transaction, news, await recordPrices(transaction, news), stretches);
  });
  return refusingSubscription(work.catch(refuseCollision));
}

/** All rows of the user were read: what is in the way was written since, by somebody who takes no turn. */
function refuseCollision(cause: unknown): never {
  const isCollision =
    isUniqueViolation(cause, 'subscriptions_user_id_live_key') ||
    isUniqueViolation(cause, 'stripeSubscriptionId') ||
    isRuleViolation(cause, 'subscriptions_overlap_excl');
  throw isCollision ? new WriteConflictError({ cause }) : cause;
}

const takeTurn = statement<object>(
  'payments.record_subscription_turn',
  `SELECT pg_advisory_xact_lock(hashtextextended('payments.record_subscription:' || $1::uuid, 0))::text AS turn`,
);

const lockSubscriptions = statement<Subscription>(
  'payments.lock_subscriptions',
  `SELECT ${columnsOf.subscription('s')} FROM subscriptions s WHERE s.user_id = $1::uuid ORDER BY s.started_at, s.id
   FOR NO KEY UPDATE`,
);

async function write(
  transaction: TransactionClient,
  news: SubscriptionNews,
  prices: ToldPrices,
  stretches: readonly Subscription[],
): Promise<Subscription | null> {
  const known = stretches.find(
    ({ stripeSubscriptionId }) => stripeSubscriptionId === news.stripeSubscriptionId,
  );
  const live = stretches.find(({ status }) => !isOver(status));
  if (known !== undefined) {
    if (isOver(known.status) && isOver(news.status)) return known;
    const goesOn = known.plan === news.plan || isOver(news.status);
    if (known === live && goesOn) return change(transaction, known, news, prices, stretches);
  }
  if (known === undefined) await refuseTakenId(transaction, news);
  if (live !== undefined && live !== known) {
    if (isOver(news.status)) return null;
    if (live.stripeSubscriptionId !== null) throw new SubscriptionExistsError();
  }
  return begin(transaction, news, prices, stretches, known, live);
}

async function refuseTakenId(
  { subscription }: TransactionClient,
  { stripeSubscriptionId, userId }: SubscriptionNews,
): Promise<void> {
  const other = await subscription.findUnique({ where: { stripeSubscriptionId }, select: { userId: true } });
  if (other?.userId === userId) throw new WriteConflictError();
  if (other !== null) throw new StripeIdTakenError('stripeSubscriptionId');
}

/** Another stretch, in the place of those that must end for it. */
async function begin(
  transaction: TransactionClient,
  news: SubscriptionNews,
  prices: ToldPrices,
  stretches: readonly Subscription[],
  known: Subscription | undefined,
  live: Subscription | undefined,
): Promise<Subscription | null> {
  const toldAt = news.toldAt ?? new Date();
  const from = known === undefined ? news.startedAt : earlier(toldAt, before(news.currentPeriodEnd));
  const ended = live && { ...live, validUntil: later(from, after(live.startedAt), live.canceledAt) };
  const others = stretches.map((stretch) => (stretch === live && ended ? ended : stretch));
  const startedAt = later(from, ...others.map(({ validUntil }) => validUntil));
  const stretch = stretchOf(news, startedAt, others);
  if (isOver(news.status) && stretch.validUntil !== null && stretch.validUntil <= startedAt) return null;
  const validUntil = stretch.validUntil && later(stretch.validUntil, after(startedAt));
  if (ended !== undefined) await rowsOf(transaction, endStretch, [ended.id, ended.validUntil]);
  if (known !== undefined) await rowsOf(transaction, giveIdAway, [known.id]);
  const version = Math.max(-1, ...stretches.map((each) => each.version + (each === live ? 1 : 0))) + 1;
  const last = known ?? stretches.at(-1);
  return (await rowOf(transaction, insertStretch, [
    newId<'Subscription'>(),
    news.userId,
    news.stripeSubscriptionId,
    startedAt,
    version,
    ...valuesOf(
      { ...news, quantity: news.quantity ?? known?.quantity ?? 1 },
      { ...stretch, validUntil },
      prices,
    ),
    last?.stripeCustomerId ?? null,
    known?.metadata === undefined || known.metadata === null ? null : JSON.stringify(known.metadata),
  ])) as Subscription;
}

async function change(
  transaction: TransactionClient,
  known: Subscription,
  news: SubscriptionNews,
  prices: ToldPrices,
  stretches: readonly Subscription[],
): Promise<Subscription> {
  const others = stretches.filter((stretch) => stretch !== known);
  const stretch = stretchOf(news, known.startedAt, others);
  // Its end is never before its beginning, whatever the two clocks say.
  const validUntil = stretch.validUntil && later(stretch.validUntil, after(known.startedAt));
  // One that has ended on another plan keeps its own, and the price of that.
  const isPriceTold = prices.priceId !== undefined && known.plan === news.plan;
  const values = [known.id, ...valuesOf(news, { ...stretch, validUntil }, prices), isPriceTold];
  return (await rowOf(transaction, changeStretch, values)) ?? known;
}

const changeStretch = statement<Subscription>(
  'payments.record_subscription_change',
  `UPDATE subscriptions s SET status = n.status, current_period_start = n.period_start, current_period_end = n.period_end,
     trial_ends_at = n.trial_end, is_further_trial = n.is_further_trial, valid_until = n.valid_until,
     canceled_at = CASE WHEN n.canceled_at IS NULL THEN NULL ELSE least(coalesce(s.canceled_at, n.canceled_at), n.valid_until) END,
     cancel_at_period_end = n.at_period_end, stripe_customer_id = coalesce(n.customer, s.stripe_customer_id),
     price_id = CASE WHEN n.is_price_told THEN n.price ELSE s.price_id END, quantity = coalesce(n.quantity, s.quantity),
     next_plan = n.next_plan, next_price_id = n.next_price, next_quantity = n.next_quantity, next_change_at = n.next_at,
     next_change_expires_at = n.next_expires, pause_collection = n.pause_collection, resumes_at = n.resumes_at,
     version = s.version + 1, updated_at = now()
   FROM (SELECT $3::"SubscriptionStatus" AS status, $4::timestamptz AS period_start, $5::timestamptz AS period_end,
     $6::timestamptz AS trial_end, $7::boolean AS is_further_trial, $8::timestamptz AS valid_until, $9::timestamptz AS canceled_at,
     $10::boolean AS at_period_end, $11::text AS customer, $2::text AS plan,
     $12::uuid AS price, $13::int AS quantity, $14::"SubscriptionPlan" AS next_plan, $15::uuid AS next_price, $16::int AS next_quantity,
     $17::timestamptz AS next_at, $18::timestamptz AS next_expires, $19::"PauseCollection" AS pause_collection,
     $20::timestamptz AS resumes_at, $21::boolean AS is_price_told) AS n
   WHERE s.id = $1::uuid AND (
     (s.status, s.current_period_start, s.current_period_end, s.cancel_at_period_end)
       IS DISTINCT FROM (n.status, n.period_start, n.period_end, n.at_period_end)
     OR (s.trial_ends_at, s.valid_until, coalesce(n.customer, s.stripe_customer_id))
       IS DISTINCT FROM (n.trial_end, n.valid_until, s.stripe_customer_id)
     OR (s.canceled_at IS NULL) <> (n.canceled_at IS NULL)
     OR (s.price_id, s.quantity) IS DISTINCT FROM (CASE WHEN n.is_price_told THEN n.price ELSE s.price_id END, coalesce(n.quantity, s.quantity))
     OR (s.next_plan, s.next_price_id, s.next_quantity, s.next_change_at, s.next_change_expires_at)
       IS DISTINCT FROM (n.next_plan, n.next_price, n.next_quantity, n.next_at, n.next_expires)
     OR (s.pause_collection, s.resumes_at) IS DISTINCT FROM (n.pause_collection, n.resumes_at))
   RETURNING ${columnsOf.subscription('s')}`,
);

const endStretch = statement<object>(
  'payments.record_subscription_end',
  `UPDATE subscriptions s SET status = 'CANCELED', valid_until = $2::timestamptz, cancel_at_period_end = false,
     canceled_at = least(s.canceled_at, $2::timestamptz), stripe_subscription_id = NULL, version = s.version + 1, updated_at = now()
   WHERE s.id = $1::uuid RETURNING s.id`,
);

const giveIdAway = statement<object>(
  'payments.give_subscription_id_away',
  `UPDATE subscriptions s SET stripe_subscription_id = NULL, updated_at = now()
   WHERE s.id = $1::uuid AND s.stripe_subscription_id IS NOT NULL RETURNING s.id`,
);

const insertStretch = statement<Subscription>(
  'payments.record_subscription',
  `INSERT INTO subscriptions AS s (id, user_id, stripe_subscription_id, started_at, version, plan, status, current_period_start,
     current_period_end, trial_ends_at, is_further_trial, valid_until, canceled_at, cancel_at_period_end,
     price_id, quantity, next_plan, next_price_id, next_quantity, next_change_at, next_change_expires_at, pause_collection, resumes_at,
     stripe_customer_id, metadata)
   VALUES ($1::uuid, $2::uuid, $3::text, $4::timestamptz, $5::int, $6::"SubscriptionPlan", $7::"SubscriptionStatus", $8::timestamptz,
     $9::timestamptz, $10::timestamptz, $11::boolean, $12::timestamptz, $13::timestamptz, $14::boolean,
     $16::uuid, $17::int, $18::"SubscriptionPlan", $19::uuid, $20::int, $21::timestamptz, $22::timestamptz, $23::"PauseCollection",
     $24::timestamptz, coalesce($15::text, $25::text), $26::jsonb)
   RETURNING ${columnsOf.subscription('s')}`,
);
