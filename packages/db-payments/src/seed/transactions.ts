import { type Person, type SeedContext, type SeedRow, seedId } from '@codezest/db-core/seed';
import { chargesOf } from './charges.js';
import { methodsOf } from './payment-methods.js';
import { stripeId } from './stripe-id.js';

export async function seedTransactions({ insert, people }: SeedContext): Promise<void> {
  await insert('transactions', transactionRows(people()));
}

export async function seedRefunds({ insert, people }: SeedContext): Promise<void> {
  await insert('refunds', refundRows(people()));
}

export async function seedRedemptions({ insert, people }: SeedContext): Promise<void> {
  await insert('coupon_redemptions', redemptionRows(people()));
}

const MESSAGES: Readonly<Record<string, string>> = {
  card_declined: 'Your card was declined.',
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  authentication_required: 'This payment needs to be confirmed with your bank.',
};

function* transactionRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    const methods = methodsOf(person);
    for (const charge of chargesOf(person)) {
      for (const [n, attempt] of charge.attempts.entries()) {
        const method = methods.find(({ detachedAt }) => detachedAt === null || attempt.at < detachedAt);
        const hasFailed = attempt.failureCode !== null;
        yield {
          id: attempt.id,
          user_id: person.id,
          subscription_id: charge.subscriptionId,
          invoice_id: charge.id,
          payment_method_id: method?.id ?? null,
          amount: charge.total,
          currency: charge.currency,
          // REFUNDED is what its refund makes of it.
          status: attempt.refund ? 'SUCCEEDED' : attempt.status,
          idempotency_key: `${charge.id}/${n}`,
          stripe_payment_intent_id: stripeId('pi', attempt.id),
          stripe_charge_id: stripeId('ch', attempt.id),
          description: charge.lines[0]?.description ?? null,
          failure_code: attempt.failureCode,
          failure_message: attempt.failureCode && (MESSAGES[attempt.failureCode] ?? null),
          paid_at: hasFailed ? null : attempt.endedAt,
          failed_at: hasFailed ? attempt.endedAt : null,
          created_at: attempt.at,
          updated_at: attempt.endedAt ?? attempt.at,
        };
      }
    }
  }
}

function* refundRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const { id: transactionId, refund } of chargesOf(person).flatMap(({ attempts }) => attempts)) {
      if (!refund) continue;
      const id = seedId('Refund', transactionId, refund.at);
      yield {
        id,
        transaction_id: transactionId,
        amount: refund.amount,
        status: 'SUCCEEDED',
        idempotency_key: id,
        stripe_refund_id: stripeId('re', id),
        reason: 'requested_by_customer',
        created_at: refund.at,
        updated_at: refund.at,
      };
    }
  }
}

function* redemptionRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const { id, discount, currency, period, attempts } of chargesOf(person)) {
      if (!discount) continue;
      yield {
        id: seedId('CouponRedemption', id, period.start),
        user_id: person.id,
        coupon_id: discount.couponId,
        invoice_id: id,
        transaction_id: attempts.at(-1)?.id ?? null,
        discount_amount: discount.amount,
        currency,
        redeemed_at: period.start,
        created_at: period.start,
      };
    }
  }
}
