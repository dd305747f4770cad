import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { type Columns, id, price, subscription } from './rows.js';

const paused: Columns = {
  status: 'PAUSED',
  paused_at: '2026-01-10T00:00:00Z',
  resumes_at: '2026-03-01T00:00:00Z',
};
const change: Columns = { next_plan: 'ENTERPRISE', next_quantity: '2' };
const atProvider: Columns = { stripe_subscription_id: 'sub_A' };

/** What is to come, and what a pause is. */
export const subscriptionsToCome: ConstraintCase[] = [
  ...([{ quantity: '-1' }, { ...change, next_quantity: '-1' }] as Columns[]).map((wrong) => ({
    object: 'subscriptions_quantity_check',
    refused: subscription(wrong),
    allowed: subscription({ quantity: '0', ...change, next_quantity: '0' }),
  })),
  ...(
    [
      { next_quantity: '2' },
      { next_change_at: '2026-02-01' },
      { next_change_expires_at: '2026-02-01' },
      { ...change, ...atProvider, next_change_at: '2026-02-01', next_change_expires_at: '2026-02-01' },
      { ...change, started_at: '2026-02-01' },
      { ...change, plan: 'FREE', current_period_start: null, current_period_end: null },
    ] as Columns[]
  ).map((wrong) => ({
    object: 'subscriptions_next_change_check',
    refused: subscription(wrong),
    allowed: subscription({ ...change, ...atProvider, next_change_at: '2026-02-01' }),
  })),
  {
    object: 'subscriptions_next_change_check',
    given: price(),
    refused: subscription({ next_price_id: id(1) }),
    allowed: subscription({ ...change, ...atProvider, started_at: '2026-02-01' }),
  },
  ...[
    { ...paused, status: 'ACTIVE' },
    { ...paused, paused_at: null },
  ].map((wrong) => ({
    object: 'subscriptions_pause_check',
    refused: subscription(wrong),
    allowed: subscription(paused),
  })),
  {
    object: 'subscriptions_pause_check',
    refused: subscription({ resumes_at: '2026-03-01' }),
    allowed: subscription({ resumes_at: '2026-03-01', pause_collection: 'VOID' }),
  },
];

const isForgotten =
  'num_nonnulls(next_plan, next_price_id, next_quantity, next_change_at, next_change_expires_at) = 0';

export const subscriptionEffects: TriggerEffect[] = [
  {
    trigger: 'subscriptions_to_come',
    given: subscription(paused),
    write: `UPDATE subscriptions SET status = 'ACTIVE'`,
    shows: 'SELECT num_nonnulls(paused_at, resumes_at) = 0 FROM subscriptions',
  },
  {
    trigger: 'subscriptions_to_come',
    given: subscription({ pause_collection: 'VOID', resumes_at: '2026-03-01' }),
    write: `UPDATE subscriptions SET status = 'EXPIRED', valid_until = '2026-02-01'`,
    shows: 'SELECT num_nonnulls(pause_collection, resumes_at) = 0 FROM subscriptions',
  },
  {
    trigger: 'subscriptions_to_come',
    given: price({ plan: 'ENTERPRISE' }) + subscription({ ...change, next_price_id: id(1) }),
    write: `UPDATE subscriptions SET status = 'EXPIRED', valid_until = '2026-02-01'`,
    shows: `SELECT ${isForgotten} FROM subscriptions`,
  },
  {
    trigger: 'subscriptions_to_come',
    given: subscription({ ...change, ...atProvider, next_change_at: '2026-06-01' }),
    write: `UPDATE subscriptions SET canceled_at = '2026-01-02', valid_until = '2026-06-01'`,
    shows: `SELECT ${isForgotten} FROM subscriptions`,
  },
  {
    trigger: 'subscriptions_to_come',
    given: subscription({ ...change, ...atProvider, next_change_expires_at: '2026-01-20' }),
    write: `UPDATE subscriptions SET canceled_at = '2026-01-02', valid_until = '2026-01-25'`,
    shows: `SELECT next_plan = 'ENTERPRISE' FROM subscriptions`,
  },
];
