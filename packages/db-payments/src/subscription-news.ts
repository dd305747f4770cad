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
import type { UserId } from '@codezest/db-types';
import type { Subscription, SubscriptionPlan, SubscriptionStatus } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import { InvalidPeriodError, StripeIdTakenError, SubscriptionExistsError } from './payment-errors.js';
import { isOver } from './subscription-version.js';
import { refusingSubscription } from './subscriptions.js';

/** A subscription as the provider describes it; the names in brackets are Stripe's. */
export interface SubscriptionNews {
  readonly userId: UserId;
  readonly stripeSubscriptionId: string;
  readonly stripeCustomerId?: string;
  readonly plan: SubscriptionPlan;
  /** Stripe's status in upper case. EXPIRED is our own: the provider never says it. */
  readonly status: Exclude<SubscriptionStatus, 'EXPIRED'>;
  /** [start_date] */
  readonly startedAt: Date;
  /** [items.data.0.current_period_start] */
  readonly currentPeriodStart: Date;
  /** [items.data.0.current_period_end] */
  readonly currentPeriodEnd: Date;
  /** [trial_end] */
  readonly trialEndsAt?: Date | null;
  /** [cancel_at_period_end] */
  readonly cancelAtPeriodEnd?: boolean;
  /** [cancel_at] */
  readonly cancelAt?: Date | null;
  /** [canceled_at] */
  readonly canceledAt?: Date | null;
  /** [ended_at] Now when it is left out of one that is over. */
  readonly endedAt?: Date | null;
  /** When the provider said so: [created] of the event. Now when it is left out. A change of plan is dated by it. */
  readonly toldAt?: Date;
}

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
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN where the subscription is another user's
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
  checkTimes(news);
  const work = inTransaction(client, async (transaction: TransactionClient) => {
    // Whoever writes down a subscription of this user takes turns, the first of them as well, when no row can be locked.
    await rowsOf(transaction, takeTurn, [news.userId]);
    // Who waits for a row does not see what the other has inserted beside it, as `changePlan` does: so read once more.
    await rowsOf(transaction, lockSubscriptions, [news.userId]);
    return write(transaction, news, await rowsOf(transaction, lockSubscriptions, [news.userId]));
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

function checkTimes(news: SubscriptionNews): void {
  const times = [news.startedAt, news.currentPeriodStart, news.currentPeriodEnd];
  const others = [news.trialEndsAt, news.cancelAt, news.canceledAt, news.endedAt, news.toldAt];
  const isTime = (time: unknown) => time instanceof Date && !Number.isNaN(time.getTime());
  const isKnown =
    times.every(isTime) && others.every((time) => time === undefined || time === null || isTime(time));
  if (!isKnown || news.currentPeriodStart >= news.currentPeriodEnd) throw new InvalidPeriodError();
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
  stretches: readonly Subscription[],
): Promise<Subscription | null> {
  const known = stretches.find(
    ({ stripeSubscriptionId }) => stripeSubscriptionId === news.stripeSubscriptionId,
  );
  const live = stretches.find(({ status }) => !isOver(status));
  if (known !== undefined) {
    if (isOver(known.status) && isOver(news.status)) return known;
    const goesOn = known.plan === news.plan || isOver(news.status);
    if (known === live && goesOn) return change(transaction, known, news, stretches);
  }
  if (known === undefined) await refuseTakenId(transaction, news);
  if (live !== undefined && live !== known) {
    if (isOver(news.status)) return null;
    if (live.stripeSubscriptionId !== null) throw new SubscriptionExistsError();
  }
  return begin(transaction, news, stretches, known, live);
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
    ...valuesOf(news, { ...stretch, validUntil }),
    last?.stripeCustomerId ?? null,
    known?.metadata === undefined || known.metadata === null ? null : JSON.stringify(known.metadata),
  ])) as Subscription;
}

async function change(
  transaction: TransactionClient,
  known: Subscription,
  news: SubscriptionNews,
  stretches: readonly Subscription[],
): Promise<Subscription> {
  const others = stretches.filter((stretch) => stretch !== known);
  const stretch = stretchOf(news, known.startedAt, others);
  // Its end is never before its beginning, whatever the two clocks say.
  const validUntil = stretch.validUntil && later(stretch.validUntil, after(known.startedAt));
  const values = [known.id, ...valuesOf(news, { ...stretch, validUntil })];
  return (await rowOf(transaction, changeStretch, values)) ?? known;
}

interface Stretch {
  readonly currentPeriodEnd: Date;
  readonly trialEndsAt: Date | null;
  readonly isFurtherTrial: boolean;
  readonly validUntil: Date | null;
  readonly canceledAt: Date | null;
}

/** What the columns hold that do not hold the provider's word as it is. */
function stretchOf(news: SubscriptionNews, startedAt: Date, others: readonly Subscription[]): Stretch {
  const trial = news.trialEndsAt ?? null;
  // A trial is the first period; one that was over before this stretch began is no part of it.
  const trialEndsAt = trial !== null && trial > startedAt ? trial : null;
  const currentPeriodEnd = news.status === 'TRIALING' && trial !== null ? trial : news.currentPeriodEnd;
  const end = isOver(news.status)
    ? (news.endedAt ?? new Date())
    : news.cancelAtPeriodEnd
      ? currentPeriodEnd
      : (news.cancelAt ?? null);
  const isCanceled = news.status === 'CANCELED' || (end !== null && !isOver(news.status));
  const canceledAt = isCanceled ? later(news.canceledAt ?? news.toldAt ?? new Date(), startedAt) : null;
  return {
    currentPeriodEnd,
    trialEndsAt,
    isFurtherTrial: trialEndsAt !== null && others.some(hasOtherTrial(trialEndsAt)),
    validUntil: end,
    canceledAt: canceledAt !== null && end !== null ? earlier(canceledAt, later(end, startedAt)) : canceledAt,
  };
}

const hasOtherTrial =
  (trialEndsAt: Date) =>
  ({ trialEndsAt: other }: Subscription) =>
    other !== null && other.getTime() !== trialEndsAt.getTime();

function valuesOf(news: SubscriptionNews, stretch: Stretch): unknown[] {
  return [
    news.plan,
    news.status,
    news.currentPeriodStart,
    stretch.currentPeriodEnd,
    stretch.trialEndsAt,
    stretch.isFurtherTrial,
    stretch.validUntil,
    stretch.canceledAt,
    news.cancelAtPeriodEnd === true && !isOver(news.status),
    news.stripeCustomerId ?? null,
  ];
}

const changeStretch = statement<Subscription>(
  'payments.record_subscription_change',
  `UPDATE subscriptions s SET status = n.status, current_period_start = n.period_start, current_period_end = n.period_end,
     trial_ends_at = n.trial_end, is_further_trial = n.is_further_trial, valid_until = n.valid_until,
     canceled_at = CASE WHEN n.canceled_at IS NULL THEN NULL ELSE least(coalesce(s.canceled_at, n.canceled_at), n.valid_until) END,
     cancel_at_period_end = n.at_period_end, stripe_customer_id = coalesce(n.customer, s.stripe_customer_id),
     version = s.version + 1, updated_at = now()
   FROM (SELECT $3::"SubscriptionStatus" AS status, $4::timestamptz AS period_start, $5::timestamptz AS period_end,
     $6::timestamptz AS trial_end, $7::boolean AS is_further_trial, $8::timestamptz AS valid_until, $9::timestamptz AS canceled_at,
     $10::boolean AS at_period_end, $11::text AS customer, $2::text AS plan) AS n
   WHERE s.id = $1::uuid AND (
     (s.status, s.current_period_start, s.current_period_end, s.cancel_at_period_end)
       IS DISTINCT FROM (n.status, n.period_start, n.period_end, n.at_period_end)
     OR (s.trial_ends_at, s.valid_until, coalesce(n.customer, s.stripe_customer_id))
       IS DISTINCT FROM (n.trial_end, n.valid_until, s.stripe_customer_id)
     OR (s.canceled_at IS NULL) <> (n.canceled_at IS NULL))
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
     current_period_end, trial_ends_at, is_further_trial, valid_until, canceled_at, cancel_at_period_end, stripe_customer_id, metadata)
   VALUES ($1::uuid, $2::uuid, $3::text, $4::timestamptz, $5::int, $6::"SubscriptionPlan", $7::"SubscriptionStatus", $8::timestamptz,
     $9::timestamptz, $10::timestamptz, $11::boolean, $12::timestamptz, $13::timestamptz, $14::boolean, coalesce($15::text, $16::text),
     $17::jsonb)
   RETURNING ${columnsOf.subscription('s')}`,
);

const at = (times: readonly (Date | null)[]) =>
  times.flatMap((time) => (time === null ? [] : [time.getTime()]));
const later = (...times: (Date | null)[]): Date => new Date(Math.max(...at(times)));
const earlier = (...times: (Date | null)[]): Date => new Date(Math.min(...at(times)));
const after = (time: Date): Date => new Date(time.getTime() + 1);
const before = (time: Date): Date => new Date(time.getTime() - 1);
