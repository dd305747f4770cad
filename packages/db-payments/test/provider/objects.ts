import type Stripe from 'stripe';
import type { StripePrice, StripeSubscription } from '../examples/stripe-subscriptions.js';

// Stripe as its documentation describes it, as far as a payments service sees it. Sources:
// - payment intents: docs.stripe.com/payments/paymentintents/lifecycle. A decline takes the intent back to
//   requires_payment_method, and the customer may try another card on it; each attempt that reaches a bank is a charge. An
//   authentication (3-D Secure) that fails makes no charge. A direct debit is processing for days, its charge pending.
// - metadata of an intent are copied to its charges when they are made (docs.stripe.com/metadata).
// - refunds: docs.stripe.com/refunds. pending, requires_action, succeeded, failed, canceled; one that had succeeded may
//   fail later, and then counts no more; only one that requires action is canceled. A charge with an open or lost dispute
//   is not refunded.
// - disputes: docs.stripe.com/disputes/how-disputes-work. An inquiry (warning_…) moves no money; a dispute does until it is
//   won. A lost one may be won later, by appeal or a late decision of the bank.
// - subscriptions: docs.stripe.com/billing/subscriptions/overview, and the description of `status` in the library's types.
// - schedules: docs.stripe.com/billing/subscriptions/subscription-schedules. The next phase begins with the period, whether it
//   is paid for or not; after the last one the schedule releases its subscription.
// - pending updates: docs.stripe.com/billing/subscriptions/pending-updates. Applied when they are paid for, dropped after 23 hours.
// - paused collection: docs.stripe.com/billing/subscriptions/pause-payment. The status stays what it is.
// - events: docs.stripe.com/webhooks. `created` has whole seconds; a delivery may come more than once and in any order;
//   `data.object` is the object as it was then.
// - repeated requests: docs.stripe.com/api/idempotent_requests. The same key gives the first answer again, also a refusal.

export type Intent = Pick<
  Stripe.PaymentIntent,
  'id' | 'amount' | 'currency' | 'metadata' | 'status' | 'cancellation_reason'
> & {
  latest_charge: string | null;
  last_payment_error: { code: string; charge?: string } | null;
};
export type Charge = Pick<
  Stripe.Charge,
  'id' | 'amount' | 'currency' | 'metadata' | 'status' | 'failure_code'
> & { payment_intent: string };
export type Refund = Pick<Stripe.Refund, 'id' | 'amount' | 'status' | 'metadata' | 'failure_reason'> & {
  charge: string;
  payment_intent: string;
};
export type Dispute = Pick<Stripe.Dispute, 'id' | 'amount' | 'status' | 'reason'> & {
  charge: string;
  payment_intent: string;
};
export type Price = StripePrice;
export interface Schedule {
  readonly id: string;
  readonly subscription: string;
  current_phase: { start_date: number; end_date: number };
  phases: { start_date: number; items: { price: Price; quantity: number }[] }[];
}
export interface Item {
  price: Price;
  quantity: number;
  current_period_start: number;
  current_period_end: number;
}
export type Subscription = Omit<StripeSubscription, 'status' | 'customer' | 'items' | 'schedule'> & {
  status: Stripe.Subscription['status'];
  customer: string;
  items: { data: [Item] };
  schedule: Schedule | null;
};

export type StripeObject = Intent | Charge | Refund | Dispute | Subscription | Schedule;

export interface Event<Object extends StripeObject = StripeObject> {
  readonly id: string;
  readonly type: Stripe.Event.Type;
  readonly created: number;
  readonly livemode: boolean;
  readonly api_version: string | null;
  readonly data: { readonly object: Object };
}

/** What the API answers when it refuses: a decision, which a repetition gets as well. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export type Outcome = 'succeeded' | 'declined' | 'requires_action' | 'processing';

export const HOUR = 60 * 60;
export const MONTH = 30 * 24 * HOUR;
export const OPEN_DISPUTE: readonly Dispute['status'][] = ['needs_response', 'under_review', 'lost'];

let serial = 0;
export const newId = (prefix: string) => {
  serial += 1;
  return `${prefix}_${process.pid}m${Date.now().toString(36)}n${serial}`;
};
