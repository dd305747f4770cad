import type { Row } from '../../engine/step.js';
import { DAY_MS, later, millisecondsOf, timeOf } from '../../values/times.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const FROM = 'payments.subscriptions';

/**
 * The earlier `validUntil` was the end of what is paid, of a live subscription as of one that is over. Here it is the end of
 * the subscription alone, and what is paid ends with the period.
 */
export const subscriptions = plainStep(
  'subscriptions',
  FROM,
  (values) => ({
    id: values.id('id', FROM),
    user_id: values.id('userId', 'auth.users'),
    plan: values.text('plan'),
    status: values.text('status'),
    stripe_customer_id: values.text('stripeCustomerId'),
    stripe_subscription_id: values.text('stripeSubscriptionId'),
    started_at: values.time('startedAt'),
    ...termOf(values),
    metadata: values.object('metadata'),
    created_at: values.time('createdAt'),
    updated_at: values.time('updatedAt'),
  }),
  { targets: [{ table: 'subscriptions', incomparable: ['updated_at'] }] },
);

function termOf(values: Values): Row {
  const startedAt = values.time('startedAt') ?? '';
  const isOver = ['CANCELED', 'EXPIRED'].includes(values.text('status') ?? '');
  const isFree = values.text('plan') === 'FREE';
  const afterStart = timeOf(millisecondsOf(startedAt) + 1);
  if (isOver) {
    const canceledAt = values.time('canceledAt');
    const end = later(values.time('validUntil') ?? canceledAt ?? values.time('updatedAt'), afterStart);
    const canceled = values.text('status') === 'CANCELED' ? later(canceledAt ?? end, startedAt) : null;
    const validUntil = canceled === null ? end : later(canceled, end);
    return {
      ...periodOf(isFree ? null : startedAt, validUntil),
      valid_until: validUntil,
      cancel_at_period_end: false,
      canceled_at: canceled,
    };
  }
  let paidUntil = values.time('validUntil');
  if (!isFree && paidUntil === null) {
    paidUntil = timeOf(millisecondsOf(values.time('updatedAt') ?? startedAt) + 30 * DAY_MS);
    values.changed('validUntil', 'not known, so the period ends 30 days after the last change');
  }
  const end = paidUntil === null ? null : later(paidUntil, afterStart);
  const canceledAt = end === null ? null : values.time('canceledAt');
  const ends = canceledAt !== null && end !== null;
  return {
    ...periodOf(end === null ? null : startedAt, end),
    valid_until: ends ? later(canceledAt, end) : null,
    cancel_at_period_end: ends && millisecondsOf(canceledAt) <= millisecondsOf(end),
    canceled_at: ends ? later(canceledAt, startedAt) : null,
  };
}

const periodOf = (start: string | null, end: string | null): Row => ({
  current_period_start: end === null || start === null ? null : start,
  current_period_end: start === null ? null : end,
});
