import type { PriceId, UserId } from '@codezest/db-types';
import type {
  PauseCollection,
  Subscription,
  SubscriptionPlan,
  SubscriptionStatus,
} from '../generated/client.js';
import type { Client } from './client.js';
import { checkedQuantity } from './money.js';
import { InvalidPeriodError } from './payment-errors.js';
import { type PriceNews, recordPrice } from './prices.js';
import { isOver } from './subscription-version.js';

/** A change that the provider will make, either at a moment or when it is paid for. */
export interface ChangeNews {
  readonly plan: SubscriptionPlan;
  readonly price?: Omit<PriceNews, 'plan' | 'isActive'> | null;
  /** As now when it is left out. */
  readonly quantity?: number;
  /** [schedule.phases.start_date] */
  readonly at?: Date;
  /** [pending_update.expires_at] It is dropped if it is not paid for by then. */
  readonly expiresAt?: Date;
}

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
  /** [items.data.0.price] Null where it has no place, such as one with tiers. Left as it is when it is left out. */
  readonly price?: Omit<PriceNews, 'plan' | 'isActive'> | null;
  /** [items.data.0.quantity] 0 for what is billed by usage; left as it is when it is left out. */
  readonly quantity?: number;
  /** What it will be: the next phase of [schedule], or [pending_update]. None when it is left out. */
  readonly nextChange?: ChangeNews | null;
  /** [pause_collection] None when it is left out. */
  readonly pauseCollection?: {
    /** [behavior] in upper case. */
    readonly behavior: PauseCollection;
    /** [resumes_at] */
    readonly resumesAt?: Date | null;
  } | null;
  /** When the provider said so: [created] of the event. Now when it is left out. A change of plan is dated by it. */
  readonly toldAt?: Date;
}

/**
 * The news themselves, when they can be so.
 *
 * @throws {InvalidPeriodError} PERIOD_INVALID
 * @throws {InvalidAmountError} AMOUNT_INVALID for a quantity that is none
 */
export function checkNews(news: SubscriptionNews): void {
  const times = [news.startedAt, news.currentPeriodStart, news.currentPeriodEnd];
  const { nextChange, pauseCollection } = news;
  const others = [
    ...[news.trialEndsAt, news.cancelAt, news.canceledAt, news.endedAt, news.toldAt],
    ...[nextChange?.at, nextChange?.expiresAt, pauseCollection?.resumesAt],
  ];
  const isTime = (time: unknown) => time instanceof Date && !Number.isNaN(time.getTime());
  const isKnown =
    times.every(isTime) && others.every((time) => time === undefined || time === null || isTime(time));
  if (!isKnown || news.currentPeriodStart >= news.currentPeriodEnd) throw new InvalidPeriodError();
  if (nextChange?.at && nextChange.expiresAt) throw new InvalidPeriodError();
  for (const quantity of [news.quantity, nextChange?.quantity])
    if (quantity !== undefined) checkedQuantity(quantity);
}

export interface Stretch {
  readonly currentPeriodEnd: Date;
  readonly trialEndsAt: Date | null;
  readonly isFurtherTrial: boolean;
  readonly validUntil: Date | null;
  readonly canceledAt: Date | null;
}

/** What the columns hold that do not hold the provider's word as it is. */
export function stretchOf(news: SubscriptionNews, startedAt: Date, others: readonly Subscription[]): Stretch {
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

/** What was told of prices, as rows: undefined where nothing was told. */
export interface ToldPrices {
  readonly priceId: PriceId | null | undefined;
  readonly nextPriceId: PriceId | null;
}

/** Writes down the prices that come with a subscription; FREE has none. */
export async function recordPrices(client: Client, news: SubscriptionNews): Promise<ToldPrices> {
  const written = async (plan: SubscriptionPlan, price: SubscriptionNews['price']) =>
    price && plan !== 'FREE' ? (await recordPrice(client, { ...price, plan })).id : null;
  const { plan, price, nextChange } = news;
  return {
    priceId: price === undefined ? undefined : await written(plan, price),
    nextPriceId: nextChange ? await written(nextChange.plan, nextChange.price) : null,
  };
}

export function valuesOf(news: SubscriptionNews, stretch: Stretch, prices: ToldPrices): unknown[] {
  const isLive = !isOver(news.status);
  const { pauseCollection } = news;
  return [
    news.plan,
    news.status,
    news.currentPeriodStart,
    stretch.currentPeriodEnd,
    stretch.trialEndsAt,
    stretch.isFurtherTrial,
    stretch.validUntil,
    stretch.canceledAt,
    news.cancelAtPeriodEnd === true && isLive,
    news.stripeCustomerId ?? null,
    prices.priceId ?? null,
    news.quantity ?? null,
    ...nextValuesOf(news, stretch, prices),
    (isLive && pauseCollection?.behavior) || null,
    (isLive && pauseCollection?.resumesAt) || null,
  ];
}

/** Of what will not come any more, because it ends before, nothing is kept. What waits for its payment may come at any moment. */
function nextValuesOf(news: SubscriptionNews, stretch: Stretch, { nextPriceId }: ToldPrices): unknown[] {
  const { nextChange } = news;
  const moment = nextChange?.at ?? (nextChange?.expiresAt ? null : stretch.currentPeriodEnd);
  const isBefore = moment !== null && stretch.validUntil !== null && stretch.validUntil <= moment;
  const isToCome = nextChange && !isOver(news.status) && !isBefore;
  if (!isToCome) return [null, null, null, null, null];
  const { plan, quantity, at, expiresAt } = nextChange;
  return [plan, nextPriceId, quantity ?? null, at ?? null, expiresAt ?? null];
}

const at = (times: readonly (Date | null)[]) =>
  times.flatMap((time) => (time === null ? [] : [time.getTime()]));
export const later = (...times: (Date | null)[]): Date => new Date(Math.max(...at(times)));
export const earlier = (...times: (Date | null)[]): Date => new Date(Math.min(...at(times)));
export const after = (time: Date): Date => new Date(time.getTime() + 1);
export const before = (time: Date): Date => new Date(time.getTime() - 1);
