import type { ConstraintCase } from '@codezest/constraint-tests';
import { type Columns, ended, id, otherSubscription, subscription } from './rows.js';

const second = { id: id(2) };

/** Begins after one that has ended on the 15th of January. */
const afterIt = { started_at: '2026-01-15', current_period_start: '2026-01-15' };

const monthly: Columns = {
  billing_anchor: '2026-01-31T00:00:00Z',
  billing_months: '1',
  billing_time_zone: 'Europe/Berlin',
};

const dates: ConstraintCase[] = [
  {
    object: 'subscriptions_validity_check',
    refused: subscription({ valid_until: '2026-01-01T00:00:00Z' }),
    allowed: subscription({ valid_until: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'subscriptions_period_check',
    refused: subscription({ current_period_end: '2026-01-01T00:00:00Z' }),
    allowed: subscription({ current_period_end: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'subscriptions_period_check',
    refused: subscription({ current_period_start: null }),
    allowed: subscription({ plan: 'FREE', current_period_start: null, current_period_end: null }),
  },
  {
    object: 'subscriptions_period_end_check',
    refused: subscription({ current_period_start: '2025-12-01', current_period_end: '2025-12-31T23:59:59Z' }),
    allowed: subscription({ current_period_start: '2025-12-01' }),
  },
  {
    object: 'subscriptions_paid_period_check',
    refused: subscription({ current_period_start: null, current_period_end: null }),
    allowed: subscription({ current_period_start: null, current_period_end: null, plan: 'FREE' }),
  },
  {
    object: 'subscriptions_trial_check',
    refused: subscription({ status: 'TRIALING' }),
    allowed: subscription({ status: 'TRIALING', trial_ends_at: '2026-02-01T00:00:00Z' }),
  },
  {
    object: 'subscriptions_trial_check',
    refused: subscription({ status: 'TRIALING', trial_ends_at: '2026-02-01T00:00:00Z', plan: 'FREE' }),
    allowed: subscription({ status: 'TRIALING', trial_ends_at: '2026-02-01T00:00:00Z', plan: 'ENTERPRISE' }),
  },
  {
    object: 'subscriptions_trial_check',
    // The trial is the first period.
    refused: subscription({ status: 'TRIALING', trial_ends_at: '2026-01-15T00:00:00Z' }),
    allowed: subscription({ status: 'TRIALING', trial_ends_at: '2026-02-01T00:00:00Z' }),
  },
  {
    object: 'subscriptions_one_trial_excl',
    given: ended('EXPIRED', { trial_ends_at: '2026-01-15' }),
    refused: subscription({ ...second, ...afterIt, trial_ends_at: '2026-02-01' }),
    allowed: subscription({ ...second, ...afterIt }),
  },
  {
    object: 'subscriptions_one_trial_excl',
    given: ended('EXPIRED', { trial_ends_at: '2026-01-15' }),
    refused: subscription({ ...second, ...afterIt, trial_ends_at: '2026-02-01' }),
    allowed: subscription({ ...second, ...afterIt, trial_ends_at: '2026-02-01', is_further_trial: 'true' }),
  },
  ...(
    [
      { billing_anchor: null },
      { billing_months: null },
      { billing_months: '0' },
      { billing_time_zone: '' },
    ] as Columns[]
  ).map((wrong) => ({
    object: 'subscriptions_billing_cycle_check',
    refused: subscription({ ...monthly, ...wrong }),
    allowed: subscription(monthly),
  })),
  ...['-1', '3'].map((answered) => ({
    object: 'subscriptions_renewal_claim_check',
    refused: subscription({ renewal_claim: '2', renewal_answered: answered }),
    allowed: subscription({ renewal_claim: '2', renewal_answered: '2' }),
  })),
  {
    object: 'subscriptions_renewal_failures_check',
    refused: subscription({ renewal_failures: '-1' }),
    allowed: subscription({ renewal_failures: '1' }),
  },
  {
    object: 'subscriptions_trial_end_check',
    refused: subscription({ trial_ends_at: '2026-01-01T00:00:00Z' }),
    allowed: subscription({ trial_ends_at: '2026-01-01T00:00:00.001Z' }),
  },
];

const endsWithItsPeriod: Columns = {
  cancel_at_period_end: 'true',
  canceled_at: '2026-01-10T00:00:00Z',
  valid_until: '2026-02-01T00:00:00Z',
};
const withoutItsEnd: Columns[] = [
  { canceled_at: null },
  { valid_until: null },
  { valid_until: '2026-01-15T00:00:00Z' },
  { plan: 'FREE', current_period_start: null, current_period_end: null },
  { cancel_at_period_end: 'false', valid_until: null },
];

const endings: ConstraintCase[] = [
  {
    object: 'subscriptions_ended_check',
    refused: ended('EXPIRED', { valid_until: null }),
    allowed: ended('EXPIRED'),
  },
  {
    object: 'subscriptions_ended_check',
    refused: ended('CANCELED', { valid_until: null }),
    allowed: ended('CANCELED'),
  },
  {
    object: 'subscriptions_canceled_check',
    refused: ended('CANCELED', { canceled_at: null }),
    allowed: ended('CANCELED'),
  },
  {
    object: 'subscriptions_canceled_at_check',
    refused: ended('CANCELED', { canceled_at: '2026-01-15T00:00:01Z' }),
    allowed: ended('CANCELED', { canceled_at: '2026-01-15T00:00:00Z' }),
  },
  {
    object: 'subscriptions_canceled_at_check',
    refused: ended('CANCELED', { canceled_at: '2025-12-31T23:59:59Z' }),
    allowed: ended('CANCELED', { canceled_at: '2026-01-01T00:00:00Z' }),
  },
  ...withoutItsEnd.map((wrong) => ({
    object: 'subscriptions_cancel_at_period_end_check',
    refused: subscription({ ...endsWithItsPeriod, ...wrong }),
    allowed: subscription(endsWithItsPeriod),
  })),
];

const content: ConstraintCase[] = [
  {
    object: 'subscriptions_metadata_check',
    refused: subscription({ metadata: '["CHECKOUT"]' }),
    allowed: subscription({ metadata: '{"origin": "CHECKOUT"}' }),
  },
  {
    object: 'subscriptions_metadata_check',
    refused: subscription({ metadata: JSON.stringify({ campaign: 'x'.repeat(8192) }) }),
    allowed: subscription({ metadata: JSON.stringify({ campaign: 'x'.repeat(8170) }) }),
  },
  {
    object: 'subscriptions_version_check',
    otherwise: 'outbox_aggregateversion_check',
    refused: subscription({ version: '-1' }),
    allowed: subscription({ version: '0' }),
  },
  {
    object: 'subscriptions_metadata_card_number_check',
    refused: subscription({ metadata: '{"campaign": 4242424242424242}' }),
    allowed: subscription({ metadata: `{"campaign": "${id(424242424242)}"}` }),
  },
];

const perUser: ConstraintCase[] = [
  {
    object: 'subscriptions_stripe_subscription_id_key',
    given: subscription({ stripe_subscription_id: 'sub_A' }),
    refused: subscription({ ...second, user_id: id(2), stripe_subscription_id: 'sub_A' }),
    allowed: subscription({ ...second, user_id: id(2), stripe_subscription_id: 'sub_B' }),
  },
  {
    object: 'subscriptions_stripe_customer_excl',
    given: ended('CANCELED', { stripe_customer_id: 'cus_A' }),
    refused: subscription({ ...second, user_id: id(2), stripe_customer_id: 'cus_A' }),
    allowed: subscription({ ...second, started_at: '2026-01-15', current_period_start: '2026-01-15' }),
  },
  // Two stretches that don't overlap, so that nothing but the index refuses.
  ...['ACTIVE', 'PAST_DUE', 'PAUSED', 'UNPAID', 'INCOMPLETE'].map((status) => ({
    object: 'subscriptions_user_id_live_key',
    given: subscription({ valid_until: '2026-02-01T00:00:00Z' }),
    refused: subscription({
      ...second,
      status,
      started_at: '2026-02-01T00:00:00Z',
      current_period_start: '2026-02-01T00:00:00Z',
      current_period_end: '2026-03-01T00:00:00Z',
    }),
    allowed: otherSubscription(),
  })),
  {
    object: 'subscriptions_user_id_live_key',
    given: subscription({ status: 'TRIALING', trial_ends_at: '2026-02-01', valid_until: '2026-02-01' }),
    refused: subscription({
      ...second,
      plan: 'FREE',
      started_at: '2026-02-01',
      current_period_start: '2026-02-01',
      current_period_end: '2026-03-01',
    }),
    allowed: ended('CANCELED', {
      ...second,
      started_at: '2025-12-01',
      valid_until: '2026-01-01',
      canceled_at: '2025-12-31',
    }),
  },
  {
    object: 'subscriptions_overlap_excl',
    given: ended('CANCELED'),
    refused: subscription({
      ...second,
      started_at: '2026-01-14T23:59:59Z',
      current_period_start: '2026-01-15T00:00:00Z',
    }),
    allowed: subscription({
      ...second,
      started_at: '2026-01-15T00:00:00Z',
      current_period_start: '2026-01-15T00:00:00Z',
    }),
  },
  {
    object: 'subscriptions_overlap_excl',
    given: subscription(),
    refused: ended('EXPIRED', {
      ...second,
      started_at: '2026-06-01',
      valid_until: '2026-07-01',
      current_period_start: '2026-06-01',
      current_period_end: '2026-07-01',
    }),
    allowed: ended('EXPIRED', {
      ...second,
      started_at: '2025-06-01',
      valid_until: '2026-01-01',
      current_period_start: '2025-06-01',
      current_period_end: '2025-07-01',
    }),
  },
];

const rules: ConstraintCase[] = [
  {
    object: 'subscriptions_transition_rule',
    given: ended('CANCELED'),
    refused: `UPDATE subscriptions SET status = 'EXPIRED'`,
    allowed: `UPDATE subscriptions SET status = 'CANCELED'`,
  },
  {
    object: 'subscriptions_transition_rule',
    given: subscription(),
    refused: `UPDATE subscriptions SET status = 'INCOMPLETE'`,
    allowed: `UPDATE subscriptions SET status = 'PAST_DUE'`,
  },
  ...(['CANCELED', 'EXPIRED', 'INCOMPLETE_EXPIRED'] as const).map((status) => ({
    object: 'subscriptions_ended_immutable_rule',
    given: ended(status),
    refused: `UPDATE subscriptions SET plan = 'ENTERPRISE'`,
    allowed: `UPDATE subscriptions SET user_id = '${id(9)}', stripe_customer_id = NULL, stripe_subscription_id = NULL, metadata = NULL`,
  })),
  {
    object: 'subscriptions_no_delete_rule',
    given: subscription(),
    refused: `DELETE FROM subscriptions`,
    sqlState: '42501',
    allowed: `UPDATE subscriptions SET status = 'EXPIRED', valid_until = '2026-02-01'`,
  },
  {
    object: 'subscriptions_no_delete_rule',
    given: subscription(),
    refused: `TRUNCATE subscriptions, invoices, invoice_lines, invoice_taxes, transactions, refunds, disputes, coupon_redemptions`,
    sqlState: '42501',
    allowed: `UPDATE subscriptions SET status = 'PAUSED'`,
  },
];

export const subscriptions: ConstraintCase[] = [...dates, ...endings, ...content, ...perUser, ...rules];
