import type { UserId } from '@codezest/db-types';
import {
  type ChangeNews,
  type Client,
  type CurrencyUnit,
  fromProviderAmount,
  type PauseCollection,
  type PriceInterval,
  recordPrice,
  type SubscriptionNews,
  type SubscriptionPlan,
} from '../../src/index.js';

/** As much of Stripe's objects as is written down. The plan is in the metadata of the price. */
export interface StripePrice {
  id: string;
  created: number;
  currency: string;
  unit_amount: number | null;
  tax_behavior: string | null;
  metadata: Record<string, string>;
  recurring: { interval: string; interval_count: number; usage_type: string } | null;
}
interface StripeItem {
  price: StripePrice;
  quantity?: number;
}
export interface StripeSubscription {
  id: string;
  customer: string | { id: string };
  status: string;
  metadata: Record<string, string>;
  start_date: number;
  trial_end: number | null;
  cancel_at: number | null;
  cancel_at_period_end: boolean;
  canceled_at: number | null;
  ended_at: number | null;
  items: { data: (StripeItem & { current_period_start: number; current_period_end: number })[] };
  pause_collection: { behavior: string; resumes_at: number | null } | null;
  pending_update: { expires_at: number; subscription_items: StripeItem[] | null } | null;
  /** The object, by `expand: ['schedule.phases.items.price']`. */
  schedule:
    | string
    | {
        current_phase: { end_date: number } | null;
        phases: { start_date: number; items: { price: string | { id: string }; quantity?: number }[] }[];
      }
    | null;
}
type Units = ReadonlyMap<string, CurrencyUnit>;

const date = (seconds: number): Date => new Date(seconds * 1000);
const dateOrNull = (seconds: number | null): Date | null => (seconds === null ? null : date(seconds));
const planOf = ({ metadata }: StripePrice) => metadata.plan as SubscriptionPlan;

/** Null for what has no place: tiers, fractions of a cent, usage, and what is paid for once. */
function priceOfStripe(price: StripePrice, units: Units): NonNullable<SubscriptionNews['price']> | null {
  const { id, created, currency, unit_amount, recurring, tax_behavior } = price;
  const unit = units.get(currency.toUpperCase());
  if (unit_amount === null || recurring?.usage_type !== 'licensed' || unit === undefined) return null;
  return {
    stripePriceId: id,
    interval: recurring.interval.toUpperCase() as PriceInterval,
    intervalCount: recurring.interval_count,
    currency,
    unitAmount: fromProviderAmount(unit_amount, unit),
    createdAt: date(created),
    ...(tax_behavior === 'inclusive' && { taxIncluded: true }),
    ...(tax_behavior === 'exclusive' && { taxIncluded: false }),
  };
}

/** On `price.created` and `price.updated`; null for what has no place. */
export async function priceChanged(client: Client, price: StripePrice & { active: boolean }, units: Units) {
  const [told, plan] = [priceOfStripe(price, units), planOf(price)];
  return told === null || plan === 'FREE'
    ? null
    : recordPrice(client, { ...told, plan, isActive: price.active });
}

/** A change that waits for its payment, else that of the schedule's next phase. */
function nextChangeOf({ pending_update, schedule }: StripeSubscription, units: Units): ChangeNews | null {
  const toCome = (price: StripePrice, quantity?: number) => ({
    plan: planOf(price),
    price: priceOfStripe(price, units),
    ...(quantity !== undefined && { quantity }),
  });
  const [pending] = pending_update?.subscription_items ?? [];
  if (pending_update && pending)
    return { ...toCome(pending.price, pending.quantity), expiresAt: date(pending_update.expires_at) };
  if (schedule === null || typeof schedule === 'string' || schedule.current_phase === null) return null;
  const { end_date } = schedule.current_phase;
  const next = schedule.phases.find(({ start_date }) => start_date >= end_date);
  const [item] = next?.items ?? [];
  if (next === undefined || item === undefined || typeof item.price === 'string') return null;
  return { ...toCome(item.price as StripePrice, item.quantity), at: date(next.start_date) };
}

/** A subscription of Stripe in our words; `units` are the rows of `client.currency.findMany()` by their code. */
export function newsOf(subscription: StripeSubscription, units: Units): SubscriptionNews {
  const [item] = subscription.items.data;
  if (item === undefined) throw new Error('A subscription has an item');
  const { customer, pause_collection: pause } = subscription;
  return {
    userId: subscription.metadata.userId as UserId,
    stripeSubscriptionId: subscription.id,
    stripeCustomerId: typeof customer === 'string' ? customer : customer.id,
    plan: planOf(item.price),
    status: subscription.status.toUpperCase() as SubscriptionNews['status'],
    startedAt: date(subscription.start_date),
    currentPeriodStart: date(item.current_period_start),
    currentPeriodEnd: date(item.current_period_end),
    trialEndsAt: dateOrNull(subscription.trial_end),
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    cancelAt: dateOrNull(subscription.cancel_at),
    canceledAt: dateOrNull(subscription.canceled_at),
    endedAt: dateOrNull(subscription.ended_at),
    price: priceOfStripe(item.price, units),
    quantity: item.quantity ?? 0,
    nextChange: nextChangeOf(subscription, units),
    pauseCollection: pause && {
      behavior: pause.behavior.toUpperCase() as PauseCollection,
      resumesAt: dateOrNull(pause.resumes_at),
    },
  };
}
