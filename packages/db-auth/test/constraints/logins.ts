import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import {
  emailChange,
  emailVerification,
  hash,
  id,
  knownDevice,
  loginSource,
  otherUser,
  passkeyChallenge,
  passwordReset,
  pendingLogin,
  session,
  user,
} from './rows.js';

const second = { id: id(2), token_hash: hash(2) };
const proven = { first_factor_at: '2026-01-01T00:10:00Z' };

const pendingLogins: ConstraintCase[] = [
  { object: 'pending_logins_user_id_fkey', refused: pendingLogin(), allowed: user() + pendingLogin() },
  {
    object: 'pending_logins_device_id_fkey',
    given: user(),
    refused: pendingLogin({ device_id: id(1) }),
    allowed: knownDevice() + pendingLogin({ device_id: id(1) }),
  },
  {
    object: 'pending_logins_token_hash_key',
    given: user() + pendingLogin(),
    refused: pendingLogin({ id: id(2) }),
    allowed: pendingLogin(second),
  },
  {
    object: 'pending_logins_token_hash_length_check',
    given: user(),
    refused: pendingLogin({ token_hash: hash(1, 31) }),
    allowed: pendingLogin({ token_hash: hash(1, 32) }),
  },
  {
    object: 'pending_logins_lifetime_check',
    given: user(),
    refused: pendingLogin({ expires_at: '2026-01-01T01:00:00.001Z' }),
    allowed: pendingLogin({ expires_at: '2026-01-01T01:00:00Z' }),
  },
  {
    object: 'pending_logins_lifetime_check',
    given: user(),
    refused: pendingLogin({ expires_at: '2026-01-01T00:00:00Z' }),
    allowed: pendingLogin({ expires_at: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'pending_logins_first_factor_check',
    given: user(),
    refused: pendingLogin({ ...proven, is_refused: 'true' }),
    allowed: pendingLogin(proven),
  },
  {
    object: 'pending_logins_first_factor_check',
    refused: pendingLogin({ ...proven, user_id: null }),
    allowed: pendingLogin({ user_id: null }),
  },
  {
    object: 'pending_logins_second_factor_check',
    given: user(),
    refused: pendingLogin({ second_factor: 'TWO_FACTOR', second_factor_at: '2026-01-01T00:10:00Z' }),
    allowed: pendingLogin({
      ...proven,
      second_factor: 'TWO_FACTOR',
      second_factor_at: '2026-01-01T00:10:00Z',
    }),
  },
  {
    object: 'pending_logins_second_factor_check',
    given: user(),
    refused: pendingLogin({ ...proven, second_factor: 'TWO_FACTOR' }),
    allowed: pendingLogin(proven),
  },
  {
    object: 'pending_logins_code_check',
    given: user(),
    refused: pendingLogin({ code_hash: hash(1), email: 'ada@example.com' }),
    allowed: pendingLogin({ code_hash: hash(1), code_key_id: 'k1', email: 'ada@example.com' }),
  },
  {
    object: 'pending_logins_code_check',
    given: user(),
    refused: pendingLogin({ code_hash: hash(1), code_key_id: 'k1' }),
    allowed: pendingLogin({ email: 'ada@example.com' }),
  },
  {
    object: 'pending_logins_code_hash_length_check',
    given: user(),
    refused: pendingLogin({ code_hash: hash(1, 8), code_key_id: 'k1', email: 'ada@example.com' }),
    allowed: pendingLogin({ code_hash: hash(1, 32), code_key_id: 'k1', email: 'ada@example.com' }),
  },
  {
    object: 'pending_logins_code_attempts_check',
    given: user(),
    refused: pendingLogin({ code_attempts: '6' }),
    allowed: pendingLogin({ code_attempts: '5' }),
  },
  {
    object: 'pending_logins_code_attempts_check',
    given: user(),
    refused: pendingLogin({ code_attempts: '-1' }),
    allowed: pendingLogin({ code_attempts: '0' }),
  },
  {
    object: 'pending_logins_consumed_rule',
    given: user() + pendingLogin({ consumed_at: '2026-01-01T00:10:00Z' }),
    refused: 'UPDATE pending_logins SET consumed_at = NULL',
    allowed: 'UPDATE pending_logins SET consumed_at = consumed_at',
  },
];

const devices: ConstraintCase[] = [
  { object: 'known_devices_user_id_fkey', refused: knownDevice(), allowed: user() + knownDevice() },
  {
    object: 'known_devices_token_hash_key',
    given: user() + otherUser() + knownDevice(),
    refused: knownDevice({ id: id(2), user_id: id(2) }),
    allowed: knownDevice({ ...second, user_id: id(2) }),
  },
  {
    object: 'known_devices_token_hash_length_check',
    given: user(),
    refused: knownDevice({ token_hash: hash(1, 33) }),
    allowed: knownDevice({ token_hash: hash(1, 32) }),
  },
  {
    object: 'known_devices_failed_attempts_check',
    given: user(),
    refused: knownDevice({ failed_attempts: '-1' }),
    allowed: knownDevice({ failed_attempts: '0' }),
  },
  {
    object: 'known_devices_locked_until_check',
    given: user(),
    refused: knownDevice({ locked_until: '2026-01-01' }),
    allowed: knownDevice({ locked_until: '2026-01-01', failed_attempts: '5' }),
  },
  {
    object: 'known_devices_lifetime_check',
    given: user(),
    refused: knownDevice({ expires_at: '2027-02-05T00:00:00.001Z' }),
    allowed: knownDevice({ expires_at: '2027-02-05T00:00:00Z' }),
  },
  {
    object: 'known_devices_lifetime_check',
    given: user(),
    refused: knownDevice({ expires_at: '2026-01-01T00:00:00Z' }),
    allowed: knownDevice({ expires_at: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'login_sources_address_key',
    given: loginSource(),
    refused: loginSource({ id: id(2) }),
    allowed: loginSource({ id: id(2), address: '192.0.2.2' }),
  },
  {
    object: 'login_sources_failed_attempts_check',
    refused: loginSource({ failed_attempts: '-1' }),
    allowed: loginSource({ failed_attempts: '0' }),
  },
];

export const logins = [...pendingLogins, ...devices];

/** All of these end with the account's access, and none comes back with it. */
const underWay =
  session() +
  passwordReset() +
  emailVerification() +
  emailChange() +
  pendingLogin() +
  knownDevice() +
  passkeyChallenge();
const ended = `(SELECT bool_and(revoked_at IS NOT NULL) FROM sessions)
  AND (SELECT bool_and(consumed_at IS NOT NULL) FROM password_resets)
  AND (SELECT bool_and(consumed_at IS NOT NULL) FROM email_verifications)
  AND (SELECT bool_and(consumed_at IS NOT NULL) FROM email_changes)
  AND (SELECT bool_and(consumed_at IS NOT NULL) FROM pending_logins)
  AND (SELECT bool_and(consumed_at IS NOT NULL) FROM passkey_challenges)
  AND NOT EXISTS (SELECT FROM known_devices)`;

export const accessEffects: TriggerEffect[] = [
  ['UPDATE users SET is_suspended = true, suspended_at = now()', user(), 'ACCOUNT_SUSPENDED'],
  ['UPDATE users SET is_active = false', user(), 'ACCOUNT_SUSPENDED'],
  ['UPDATE users SET is_active = true', user({ is_active: 'false' }), 'ACCOUNT_SUSPENDED'],
  ['UPDATE users SET deleted_at = now()', user(), 'ACCOUNT_DELETED'],
].map(([write = '', account = '', reason]) => ({
  trigger: 'users_end_access',
  given: account + underWay,
  write,
  shows: `SELECT ${ended} AND (SELECT bool_and(revoked_reason = '${reason}') FROM sessions)`,
}));
