import { randomUUID } from 'node:crypto';
import { day, isSameBut, type Model, type Row, type StateMachine } from '@codezest/constraint-tests';
import type { UserId } from '@codezest/db-types';
import type { PrismaClient, SubscriptionStatus } from '../../src/index.js';
import { ended, subscription } from '../constraints/rows.js';
import { type Customer, isLive, subscriptionCalls } from './subscription-calls.js';
import { isBefore, overlaps } from './times.js';

export const subscriptions: StateMachine<SubscriptionStatus> = {
  table: 'subscriptions',
  transitions: 'rules.subscription_transitions',
  rule: 'subscriptions_transition_rule',
  allowed: {
    TRIALING: ['ACTIVE', 'PAST_DUE', 'PAUSED', 'UNPAID', 'CANCELED', 'EXPIRED'],
    ACTIVE: ['TRIALING', 'PAST_DUE', 'PAUSED', 'UNPAID', 'CANCELED', 'EXPIRED'],
    PAST_DUE: ['ACTIVE', 'TRIALING', 'PAUSED', 'UNPAID', 'CANCELED', 'EXPIRED'],
    PAUSED: ['ACTIVE', 'TRIALING', 'PAST_DUE', 'UNPAID', 'CANCELED', 'EXPIRED'],
    UNPAID: ['ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'CANCELED', 'EXPIRED'],
    INCOMPLETE: [
      'ACTIVE',
      'TRIALING',
      'PAST_DUE',
      'PAUSED',
      'UNPAID',
      'INCOMPLETE_EXPIRED',
      'CANCELED',
      'EXPIRED',
    ],
    INCOMPLETE_EXPIRED: [],
    CANCELED: [],
    EXPIRED: [],
  },
  rowIn: (state) => {
    const trial = { trial_ends_at: '2026-02-01' };
    return state === 'CANCELED' || state === 'EXPIRED' || state === 'INCOMPLETE_EXPIRED'
      ? ended(state, trial)
      : subscription({ status: state, ...trial });
  },
  shapeOf: (state, { started_at, current_period_end = null }) => {
    const live = { valid_until: null, canceled_at: null, cancel_at_period_end: false };
    // In the year of its beginning, so that the next one may begin a year later; what a function began ends in the future.
    const year = String(started_at).slice(0, 4);
    const until = Number(year) < FUNCTIONS_BEGIN ? day(`${year}-06-15`) : day('2089-01-01');
    // The trial is the first period.
    if (state === 'TRIALING') return { ...live, trial_ends_at: current_period_end };
    if (state === 'EXPIRED' || state === 'INCOMPLETE_EXPIRED') return { ...live, valid_until: until };
    return state === 'CANCELED' ? { ...live, valid_until: until, canceled_at: until } : live;
  },
  ended: {
    rules: ['subscriptions_ended_immutable_rule'],
    open: ['user_id', 'stripe_customer_id', 'stripe_subscription_id', 'metadata', 'updated_at'],
  },
};

const UNTOLD = [
  'started_at',
  'current_period_start',
  'current_period_end',
  'cancel_at_period_end',
  'canceled_at',
  'version',
];

/** Raw writes begin subscriptions in the years before, one a year. */
const FUNCTIONS_BEGIN = 2025;

/** All subscriptions of one user. */
export function subscriptionModel(client: () => PrismaClient): Model<Customer> {
  return {
    machine: subscriptions,
    values: {
      plan: ['FREE', 'PRO'],
      started_at: [day('2000-01-01'), day('2001-01-01')],
      valid_until: [null, day('1999-06-15'), day('2000-06-15'), day('2090-01-01')],
      current_period_start: [null, day('1999-01-01'), day('2024-02-01')],
      current_period_end: [null, day('1999-02-01'), day('2024-03-01'), day('2090-01-01')],
      trial_ends_at: [null, day('1999-01-15'), day('2090-01-01')],
      is_further_trial: [false],
      cancel_at_period_end: [false, true],
      canceled_at: [null, day('1999-06-15'), day('2000-06-15'), day('2024-06-16')],
      version: [0, 1, -1],
    },
    often: [
      { valid_until: null },
      { canceled_at: null },
      { plan: 'FREE', current_period_start: null, current_period_end: null },
      { current_period_start: day('2024-02-01'), current_period_end: day('2024-03-01') },
      canceling,
      { ...canceling, current_period_end: day('2090-01-01'), valid_until: day('2090-01-01') },
    ],
    checks: {
      subscriptions_cancel_at_period_end_check: (row) => {
        if (!isLive(row)) return true;
        if (row.cancel_at_period_end !== true) return row.canceled_at === null || row.valid_until !== null;
        return (
          row.canceled_at !== null && row.valid_until !== null && row.valid_until === row.current_period_end
        );
      },
      subscriptions_canceled_at_check: ({ started_at, canceled_at, valid_until }) =>
        isBefore(started_at, canceled_at, true) && isBefore(canceled_at, valid_until, true),
      subscriptions_canceled_check: ({ status, canceled_at }) =>
        status !== 'CANCELED' || canceled_at !== null,
      subscriptions_ended_check: (row) => isLive(row) || row.valid_until !== null,
      subscriptions_paid_period_check: ({ plan, current_period_end }) =>
        plan === 'FREE' || current_period_end !== null,
      subscriptions_period_check: ({ current_period_start: start, current_period_end: end }) =>
        (start === null) === (end === null) && isBefore(start, end),
      subscriptions_period_end_check: ({ started_at, current_period_end }) =>
        isBefore(started_at, current_period_end, true),
      subscriptions_trial_check: ({ status, plan, trial_ends_at, current_period_end }) =>
        status !== 'TRIALING' ||
        (plan !== 'FREE' && trial_ends_at !== null && trial_ends_at === current_period_end),
      subscriptions_one_trial_excl: ({ trial_ends_at, is_further_trial }, others) =>
        trial_ends_at === null ||
        is_further_trial === true ||
        others.every(
          (other) =>
            other.trial_ends_at === null ||
            other.is_further_trial === true ||
            other.trial_ends_at === trial_ends_at,
        ),
      subscriptions_trial_end_check: ({ started_at, trial_ends_at }) => isBefore(started_at, trial_ends_at),
      subscriptions_validity_check: ({ started_at, valid_until }) => isBefore(started_at, valid_until),
      subscriptions_version_check: ({ version }) => Number(version) >= 0,
      subscriptions_user_id_live_key: (row, others) => !(isLive(row) && others.some(isLive)),
      subscriptions_overlap_excl: (row, others) => !others.some((other) => overlaps(row, other)),
    },
    changes: {
      subscriptions_ended_immutable_rule: (after, before) =>
        isLive(before) || after.status !== before.status || isSameBut(after, before, []),
      subscriptions_version_rule: (after, before) => Number(after.version) >= Number(before.version),
    },
    // A change that the other services are told of has the next version, whether the writer says so or not.
    filledIn: (after, before) =>
      after.version !== before.version || isSameBut(after, before, UNTOLD)
        ? after
        : { ...after, version: Number(before.version) + 1 },
    async begin() {
      const userId = randomUUID() as UserId;
      let year = 2000;
      const inserted = (id: string): Row => {
        const start = day(`${year}-01-01`);
        year += 1;
        return {
          id,
          user_id: userId,
          plan: 'PRO',
          started_at: start,
          valid_until: null,
          current_period_start: start,
          current_period_end: day('2090-01-01'),
          is_further_trial: false,
          cancel_at_period_end: false,
          version: 0,
        };
      };
      return { where: `user_id = '${userId}'`, inserted, userId };
    },
    calls: subscriptionCalls(client),
  };
}

/** Live to the end of a period that is over. */
const canceling = {
  cancel_at_period_end: true,
  canceled_at: day('2024-02-02'),
  current_period_start: day('2024-02-01'),
  current_period_end: day('2024-03-01'),
  valid_until: day('2024-03-01'),
};
