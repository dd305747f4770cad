import {
  type ConstraintCase,
  outboxCases,
  outboxEffects,
  type TriggerEffect,
} from '@codezest/constraint-tests';
import { profile, user } from './rows.js';

export const events: ConstraintCase[] = [
  ...outboxCases,
  {
    object: 'users_version_rule',
    given: user({ version: '5' }),
    refused: 'UPDATE users SET version = 4',
    allowed: 'UPDATE users SET version = 6',
  },
];

const told = (type: string, version: number, payload = '{}'): string =>
  `SELECT EXISTS (SELECT FROM outbox WHERE type = '${type}' AND aggregateversion = ${version}
     AND payload @> '${payload}')`;

export const eventEffects: TriggerEffect[] = [
  ...outboxEffects('user.deleted'),
  { trigger: 'users_registered', write: user(), shows: told('user.registered', 1, '{"role": "STUDENT"}') },
  {
    trigger: 'users_version',
    given: user(),
    write: `UPDATE users SET last_name = 'Byron'`,
    shows: 'SELECT version = 2 FROM users',
  },
  {
    trigger: 'users_changed',
    given: user(),
    write: `UPDATE users SET version = 2`,
    shows: told('user.contact_changed', 2),
  },
  {
    trigger: 'user_profiles_contact_changed',
    given: user() + profile(),
    write: `UPDATE user_profiles SET phone = '+4930123456'`,
    shows: told('user.contact_changed', 2, '{"phone": "+4930123456"}'),
  },
  {
    trigger: 'users_deleted',
    given: user(),
    write: 'DELETE FROM users',
    shows: told('user.deleted', 2),
  },
];
