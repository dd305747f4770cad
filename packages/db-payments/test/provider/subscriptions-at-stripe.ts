import type Stripe from 'stripe';
import { type Event, HOUR, MONTH, newId, type StripeObject, type Subscription } from './objects.js';

/** The clock, the events and the subscriptions of an account. */
export class SubscriptionsAtStripe {
  readonly subscriptions: Subscription[] = [];
  readonly events: Event[] = [];
  /** In seconds, as Stripe has them. */
  now = Math.floor(Date.now() / 1000);

  subscribe(userId: string, plan: 'PRO' | 'ENTERPRISE', begins: 'active' | 'trialing' | 'incomplete'): void {
    const end = this.now + MONTH;
    const subscription: Subscription = {
      id: newId('sub'),
      customer: `cus_${userId}`,
      status: begins === 'active' ? 'incomplete' : begins,
      metadata: { userId },
      start_date: this.now,
      trial_end: begins === 'trialing' ? end : null,
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      ended_at: null,
      items: {
        data: [{ price: { lookup_key: plan }, current_period_start: this.now, current_period_end: end }],
      },
    };
    this.subscriptions.push(subscription);
    this.tell('customer.subscription.created', subscription);
    // Paid at once, as a rule within the same second.
    if (begins === 'active') this.moveSubscription(subscription, 'active');
  }

  moveSubscription(subscription: Subscription, status: Subscription['status']): void {
    subscription.status = status;
    const isOver = status === 'canceled' || status === 'incomplete_expired';
    if (isOver) subscription.ended_at = this.now;
    if (status === 'canceled') subscription.canceled_at ??= this.now;
    this.tell(
      status === 'canceled' ? 'customer.subscription.deleted' : 'customer.subscription.updated',
      subscription,
    );
    if (status === 'paused') this.tell('customer.subscription.paused', subscription);
  }

  /** The next period begins, whether it was paid for or not; a trial is over with it. */
  renew(subscription: Subscription, status: 'active' | 'past_due' | 'paused'): void {
    const [item] = subscription.items.data as [Subscription['items']['data'][number]];
    const wasPaused = subscription.status === 'paused';
    if (subscription.cancel_at !== null) {
      // It ends before the next period.
      this.now = Math.max(this.now, subscription.cancel_at);
      this.moveSubscription(subscription, 'canceled');
      return;
    }
    item.current_period_start = wasPaused
      ? Math.max(this.now, item.current_period_end)
      : item.current_period_end;
    item.current_period_end = item.current_period_start + MONTH;
    this.now = Math.max(this.now, item.current_period_start);
    this.moveSubscription(subscription, status);
    if (wasPaused) this.tell('customer.subscription.resumed', subscription);
  }

  /** An update with another `trial_end`: the trial is the period that begins now. */
  grantTrial(subscription: Subscription): void {
    const [item] = subscription.items.data as [Subscription['items']['data'][number]];
    this.now += HOUR;
    item.current_period_start = this.now;
    item.current_period_end = this.now + MONTH;
    subscription.trial_end = item.current_period_end;
    if (subscription.cancel_at_period_end) subscription.cancel_at = item.current_period_end;
    this.moveSubscription(subscription, 'trialing');
  }

  changePlan(subscription: Subscription): void {
    const [{ price }] = subscription.items.data as [Subscription['items']['data'][number]];
    price.lookup_key = price.lookup_key === 'PRO' ? 'ENTERPRISE' : 'PRO';
    this.tell('customer.subscription.updated', subscription);
  }

  cancelAt(subscription: Subscription, when: 'period_end' | number): void {
    const [item] = subscription.items.data as [Subscription['items']['data'][number]];
    subscription.cancel_at_period_end = when === 'period_end';
    subscription.cancel_at = when === 'period_end' ? item.current_period_end : this.now + when;
    subscription.canceled_at = this.now;
    this.tell('customer.subscription.updated', subscription);
  }

  keep(subscription: Subscription): void {
    subscription.cancel_at_period_end = false;
    subscription.cancel_at = null;
    subscription.canceled_at = null;
    this.tell('customer.subscription.updated', subscription);
  }

  protected tell(type: Stripe.Event.Type, object: StripeObject): void {
    const data = { object: structuredClone(object) };
    this.events.push({
      id: newId('evt'),
      type,
      created: this.now,
      livemode: false,
      api_version: '2026-01-28',
      data,
    });
  }
}
