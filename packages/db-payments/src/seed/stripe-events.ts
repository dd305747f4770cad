import {
  after,
  DAY,
  type Person,
  Random,
  SEED_NOW,
  type SeedContext,
  type SeedRow,
} from '@codezest/db-core/seed';
import { chargesOf } from './charges.js';
import { stretchesOf } from './stretches.js';
import { stripeId } from './stripe-id.js';

/** What Stripe has told us: beginnings and ends of paid subscriptions, payments, failures, refunds. */
export async function seedStripeEvents({ insert, people }: SeedContext): Promise<void> {
  await insert('stripe_events', eventRows(people()));
}

interface Told {
  readonly type: string;
  readonly objectId: string;
  readonly at: Date;
}

function* eventRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const told of eventsOf(person)) {
      if (told.at <= SEED_NOW) yield eventRow(told);
    }
  }
}

function* eventsOf(person: Person): Generator<Told> {
  for (const { id, plan, status, startedAt, validUntil } of stretchesOf(person)) {
    if (plan === 'FREE') continue;
    const objectId = stripeId('sub', id);
    yield { type: 'customer.subscription.created', objectId, at: startedAt };
    if (validUntil && (status === 'CANCELED' || status === 'EXPIRED')) {
      yield { type: 'customer.subscription.deleted', objectId, at: validUntil };
    }
  }
  for (const { id, attempts } of chargesOf(person)) {
    for (const { id: attemptId, failureCode, endedAt, refund } of attempts) {
      if (endedAt) {
        const type = failureCode === null ? 'invoice.paid' : 'invoice.payment_failed';
        yield { type, objectId: stripeId('in', id), at: endedAt };
      }
      if (refund) yield { type: 'charge.refunded', objectId: stripeId('ch', attemptId), at: refund.at };
    }
  }
}

function eventRow({ type, objectId, at }: Told): SeedRow {
  const id = stripeId('evt', `${type}/${objectId}/${at.getTime()}`);
  const random = new Random(id);
  const isRecent = SEED_NOW.getTime() - at.getTime() < DAY;
  const isStuck = isRecent && random.chance(0.05);
  const receivedAt = after(at, random.between(200, 2_000));
  const processedAt = isStuck ? null : after(receivedAt, random.between(5, 80));
  return {
    id,
    type,
    api_version: '2026-06-24.basil',
    livemode: false,
    object_id: objectId,
    occurred_at: at,
    processed_at: processedAt,
    attempts: isStuck ? 3 : 1,
    last_error: isStuck ? 'canceling statement due to lock timeout' : null,
    created_at: receivedAt,
    updated_at: processedAt ?? receivedAt,
  };
}
