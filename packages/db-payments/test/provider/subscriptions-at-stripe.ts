import type Stripe from 'stripe';
import {
  type Event,
  HOUR,
  type Item,
  MONTH,
  newId,
  type Price,
  type StripeObject,
  type Subscription,
} from './objects.js';

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
        data: [
          { price: this.price(plan), quantity: 1, current_period_start: this.now, current_period_end: end },
        ],
      },
      pause_collection: null,
      pending_update: null,
      schedule: null,
    };
    this.subscriptions.push(subscription);
    this.tell('customer.subscription.created', subscription);
    // Paid at once, as a rule within the same second.
    if (begins === 'active') this.moveSubscription(subscription, 'active');
  }

  moveSubscription(subscription: Subscription, status: Subscription['status']): void {
    subscription.status = status;
    const isOver = status === 'canceled' || status === 'incomplete_expired';
    if (isOver) {
      subscription.ended_at = this.now;
      subscription.pending_update = null;
      this.release(subscription);
    }
    if (status === 'canceled') subscription.canceled_at ??= this.now;
    this.tell(
      status === 'canceled' ? 'customer.subscription.deleted' : 'customer.subscription.updated',
      subscription,
    );
    if (status === 'paused') this.tell('customer.subscription.paused', subscription);
  }

  /** The next period begins, whether it was paid for or not; a trial is over with it. */
  renew(subscription: Subscription, status: 'active' | 'past_due' | 'paused'): void {
    const [item] = subscription.items.data;
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
    this.enterPhase(subscription, item);
    this.moveSubscription(subscription, status);
    if (wasPaused) this.tell('customer.subscription.resumed', subscription);
  }

  /** An update with another `trial_end`: the trial is the period that begins now. */
  grantTrial(subscription: Subscription): void {
    const [item] = subscription.items.data;
    this.now += HOUR;
    item.current_period_start = this.now;
    item.current_period_end = this.now + MONTH;
    subscription.trial_end = item.current_period_end;
    if (subscription.cancel_at_period_end) subscription.cancel_at = item.current_period_end;
    this.moveSubscription(subscription, 'trialing');
  }

  changePlan(subscription: Subscription): void {
    const [item] = subscription.items.data;
    item.price = this.price(item.price.metadata.plan === 'PRO' ? 'ENTERPRISE' : 'PRO');
    this.tell('customer.subscription.updated', subscription);
  }

  /** Each price that is asked for is one of its own, as the price of another quantity and of another year is. */
  price(plan: string, unit_amount = plan === 'PRO' ? 1900 : 9900): Price {
    const price: Price = {
      id: newId('price'),
      created: this.now,
      currency: 'eur',
      unit_amount,
      tax_behavior: 'exclusive',
      metadata: { plan },
      recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
    };
    return price;
  }

  changePrice(subscription: Subscription, unit_amount: number, quantity: number): void {
    const [item] = subscription.items.data;
    item.price = this.price(String(item.price.metadata.plan), unit_amount);
    item.quantity = quantity;
    this.tell('customer.subscription.updated', subscription);
  }

  /** The rest of the period as it is, and then something else. Another schedule changes without its subscription. */
  schedule(subscription: Subscription, plan: string, quantity: number): void {
    const [item] = subscription.items.data;
    const { current_period_start: start_date, current_period_end: end_date, price, quantity: now } = item;
    const isNew = subscription.schedule === null;
    subscription.schedule = {
      id: subscription.schedule?.id ?? newId('sub_sched'),
      subscription: subscription.id,
      current_phase: { start_date, end_date },
      phases: [
        { start_date, items: [{ price, quantity: now }] },
        { start_date: end_date, items: [{ price: this.price(plan), quantity }] },
      ],
    };
    this.tell(
      isNew ? 'subscription_schedule.created' : 'subscription_schedule.updated',
      subscription.schedule,
    );
    if (isNew) this.tell('customer.subscription.updated', subscription);
  }

  release(subscription: Subscription): void {
    if (subscription.schedule === null) return;
    const { schedule } = subscription;
    subscription.schedule = null;
    this.tell('subscription_schedule.released', schedule);
    if (subscription.ended_at === null) this.tell('customer.subscription.updated', subscription);
  }

  private enterPhase(subscription: Subscription, item: Item): void {
    const { schedule } = subscription;
    if (schedule === null) return;
    const next = schedule.phases.find(({ start_date }) => start_date >= schedule.current_phase.end_date);
    if (next === undefined) {
      this.release(subscription);
      return;
    }
    const [{ price, quantity }] = next.items as [{ price: Price; quantity: number }];
    Object.assign(item, { price, quantity });
    schedule.current_phase = { start_date: next.start_date, end_date: item.current_period_end };
    this.tell('subscription_schedule.updated', schedule);
  }

  proposeUpdate(subscription: Subscription, unit_amount: number, quantity: number): void {
    const [item] = subscription.items.data;
    const price = this.price(String(item.price.metadata.plan), unit_amount);
    subscription.pending_update = {
      expires_at: this.now + 23 * HOUR,
      subscription_items: [{ price, quantity }],
    };
    this.tell('customer.subscription.updated', subscription);
  }

  settleUpdate(subscription: Subscription, isPaid: boolean): void {
    const [next] = subscription.pending_update?.subscription_items ?? [];
    subscription.pending_update = null;
    if (isPaid) Object.assign(subscription.items.data[0], next);
    this.tell('customer.subscription.updated', subscription);
    this.tell(
      isPaid
        ? 'customer.subscription.pending_update_applied'
        : 'customer.subscription.pending_update_expired',
      subscription,
    );
  }

  pauseCollection(subscription: Subscription, pause: Subscription['pause_collection']): void {
    subscription.pause_collection = pause;
    this.tell('customer.subscription.updated', subscription);
  }

  cancelAt(subscription: Subscription, when: 'period_end' | number): void {
    const [item] = subscription.items.data;
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
