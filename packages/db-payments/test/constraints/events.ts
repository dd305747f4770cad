import {
  type ConstraintCase,
  outboxCases,
  outboxEffects,
  type TriggerEffect,
} from '@codezest/constraint-tests';
import { subscription } from './rows.js';

export const events: ConstraintCase[] = [
  ...outboxCases,
  {
    object: 'subscriptions_version_rule',
    given: subscription({ version: '5' }),
    refused: 'UPDATE subscriptions SET version = 4',
    allowed: 'UPDATE subscriptions SET version = 6',
  },
];

const told = (version: number): string =>
  `SELECT EXISTS (SELECT FROM outbox WHERE type = 'entitlement.changed' AND aggregateversion = ${version})`;

export const eventEffects: TriggerEffect[] = [
  ...outboxEffects('entitlement.changed'),
  { trigger: 'subscriptions_told', write: subscription({ version: '3' }), shows: told(3) },
  {
    trigger: 'subscriptions_version',
    given: subscription({ version: '3' }),
    write: `UPDATE subscriptions SET valid_until = started_at + interval '1 year'`,
    shows: 'SELECT version = 4 FROM subscriptions',
  },
  {
    trigger: 'subscriptions_change_told',
    given: subscription({ version: '3' }),
    write: 'UPDATE subscriptions SET version = 4',
    shows: told(4),
  },
];
