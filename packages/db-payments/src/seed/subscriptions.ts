import { type Person, SEED_NOW, type SeedContext, type SeedRow } from '@codezest/db-core/seed';
import { earlier } from './periods.js';
import { type Stretch, stretchesOf } from './stretches.js';
import { stripeId } from './stripe-id.js';

export async function seedSubscriptions({ insert, people }: SeedContext): Promise<void> {
  await insert('subscriptions', subscriptionRows(people()));
}

function* subscriptionRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    let version = 0;
    for (const stretch of stretchesOf(person)) {
      version += changesOf(stretch);
      yield subscriptionRow(person, stretch, version);
      // The next subscription goes on from this one's version.
      version += 1;
    }
  }
}

/** Its renewals and its end were one change each. */
function changesOf(stretch: Stretch): number {
  return Math.max(0, stretch.billed.length - 1) + Number(isOver(stretch) || stretch.cancelAtPeriodEnd);
}

function isOver({ status }: Stretch): boolean {
  return status === 'CANCELED' || status === 'EXPIRED';
}

function subscriptionRow(person: Person, stretch: Stretch, version: number): SeedRow {
  const isFree = stretch.plan === 'FREE';
  const lastChange =
    (isOver(stretch) ? stretch.validUntil : (stretch.canceledAt ?? stretch.period?.start)) ??
    stretch.startedAt;
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
    version,
    created_at: stretch.startedAt,
    updated_at: earlier(lastChange, SEED_NOW),
  };
}
