import { type Person, SEED_NOW, type SeedContext, type SeedRow } from '@codezest/db-core/seed';
import { earlier } from './periods.js';
import { type Stretch, stretchesOf } from './stretches.js';
import { stripeId } from './stripe-id.js';

export async function seedSubscriptions({ insert, people }: SeedContext): Promise<void> {
  await insert('subscriptions', subscriptionRows(people()));
}

function* subscriptionRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const stretch of stretchesOf(person)) yield subscriptionRow(person, stretch);
  }
}

function subscriptionRow(person: Person, stretch: Stretch): SeedRow {
  const isFree = stretch.plan === 'FREE';
  const isOver = stretch.status === 'CANCELED' || stretch.status === 'EXPIRED';
  const lastChange =
    (isOver ? stretch.validUntil : (stretch.canceledAt ?? stretch.period?.start)) ?? stretch.startedAt;
  return {
    id: stretch.id,
    user_id: person.id,
    plan: stretch.plan,
    status: stretch.status,
    stripe_customer_id: isFree ? null : stripeId('cus', person.id),
    stripe_subscription_id: isFree ? null : stripeId('sub', stretch.id),
    started_at: stretch.startedAt,
    valid_until: stretch.validUntil,
    current_period_start: stretch.period?.start ?? null,
    current_period_end: stretch.period?.end ?? null,
    trial_ends_at: stretch.trialEndsAt,
    cancel_at_period_end: stretch.cancelAtPeriodEnd,
    canceled_at: stretch.canceledAt,
    metadata: stretch.metadata,
    // Its start, its renewals and its end were one change each.
    version: Math.max(0, stretch.billed.length - 1) + Number(isOver || stretch.cancelAtPeriodEnd),
    created_at: stretch.startedAt,
    updated_at: earlier(lastChange, SEED_NOW),
  };
}
