import type { ConstraintCase } from '@codezest/constraint-tests';
import { hash, id, login, otherUser, session, user } from './rows.js';

const revoked = { revoked_at: '2026-01-01T00:30:00Z', revoked_reason: 'ROTATED' };
const second = { id: id(2), token_hash: hash(2) };

const sessionCases: ConstraintCase[] = [
  { object: 'sessions_user_id_fkey', refused: session(), allowed: user() + session() },
  {
    object: 'sessions_token_hash_key',
    given: user() + session(),
    refused: session({ id: id(2), family_id: id(11) }),
    allowed: session({ ...second, family_id: id(11) }),
  },
  {
    object: 'sessions_family_id_live_key',
    given: user() + session(),
    refused: session(second),
    allowed: `UPDATE sessions SET revoked_at = now(), revoked_reason = 'ROTATED';
      ${session(second)}`,
  },
  {
    object: 'sessions_token_hash_length_check',
    given: user(),
    refused: session({ token_hash: hash(1, 31) }),
    allowed: session({ token_hash: hash(1, 32) }),
  },
  {
    object: 'sessions_lifetime_check',
    given: user(),
    refused: session({ expires_at: '2026-01-01T00:00:00Z' }),
    allowed: session({ expires_at: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'sessions_lifetime_check',
    given: user(),
    refused: session({ expires_at: '2026-04-01T00:00:00.001Z' }),
    allowed: session({ expires_at: '2026-04-01T00:00:00Z' }),
  },
  {
    object: 'sessions_revoked_reason_check',
    given: user(),
    refused: session({ revoked_at: '2026-01-01T00:30:00Z' }),
    allowed: session(revoked),
  },
  {
    object: 'sessions_revoked_reason_check',
    given: user(),
    refused: session({ revoked_reason: 'LOGOUT' }),
    allowed: session(revoked),
  },
  {
    object: 'sessions_family_expires_at_check',
    given: user(),
    refused: session({ family_expires_at: '2026-01-01T00:59:00Z' }),
    allowed: session({ family_expires_at: '2026-01-01T01:00:00Z' }),
  },
  {
    object: 'sessions_successor_salt_check',
    given: user(),
    refused: session({ successor_salt: hash(3) }),
    allowed: session({ ...revoked, successor_salt: hash(3) }),
  },
  {
    object: 'sessions_successor_salt_check',
    given: user(),
    refused: session({ ...revoked, successor_salt: hash(3, 31) }),
    allowed: session({ ...revoked, revoked_reason: 'LOGOUT' }),
  },
  {
    object: 'sessions_family_rule',
    given: user() + session({ ...revoked, family_expires_at: '2026-03-01' }),
    refused: session({ ...second, family_expires_at: '2026-03-02' }),
    allowed: session({ ...second, family_expires_at: '2026-03-01' }),
  },
  {
    object: 'sessions_family_rule',
    given: user() + otherUser() + session({ ...revoked, family_expires_at: '2026-03-01' }),
    refused: session({ ...second, user_id: id(2), family_expires_at: '2026-03-01' }),
    allowed: session({ ...second, family_expires_at: '2026-03-01' }),
  },
  {
    object: 'sessions_identity_rule',
    given: user() + session(),
    refused: `UPDATE sessions SET token_hash = '${hash(2)}'`,
    allowed: `UPDATE sessions SET token_hash = token_hash, last_used_at = now()`,
  },
  {
    object: 'sessions_identity_rule',
    given: user() + otherUser() + session(),
    refused: `UPDATE sessions SET user_id = '${id(2)}'`,
    allowed: `UPDATE sessions SET user_id = '${id(1)}'`,
  },
  {
    object: 'sessions_identity_rule',
    given: user() + session({ family_expires_at: '2026-03-01' }),
    refused: `UPDATE sessions SET family_expires_at = '2026-06-01'`,
    allowed: `UPDATE sessions SET family_expires_at = '2026-03-01'`,
  },
  {
    object: 'sessions_revoked_rule',
    given: user() + session(revoked),
    refused: 'UPDATE sessions SET revoked_at = NULL, revoked_reason = NULL',
    allowed: `UPDATE sessions SET revoked_at = now(), revoked_reason = 'REUSE_DETECTED'`,
  },
];

const loginCases: ConstraintCase[] = [
  { object: 'login_history_user_id_fkey', refused: login(), allowed: user() + login() },
  {
    object: 'login_history_append_only_rule',
    sqlState: '42501',
    given: user() + login(),
    refused: 'UPDATE login_history SET success = false',
    allowed: login({ id: id(2) }),
  },
  {
    object: 'login_history_append_only_rule',
    sqlState: '42501',
    given: user() + login() + login({ id: id(2), created_at: '2020-01-01' }),
    refused: 'DELETE FROM login_history',
    allowed: `DELETE FROM login_history WHERE created_at < now() - interval '90 days'`,
  },
  {
    object: 'login_history_append_only_rule',
    sqlState: '42501',
    given: user() + login(),
    refused: 'DELETE FROM login_history',
    allowed: 'DELETE FROM users',
  },
  {
    object: 'login_history_append_only_rule',
    sqlState: '42501',
    given: user() + login(),
    refused: 'DELETE FROM login_history',
    allowed: 'UPDATE users SET deleted_at = now(); DELETE FROM users',
  },
  {
    object: 'login_history_append_only_rule',
    sqlState: '42501',
    given: user() + login(),
    refused: 'TRUNCATE login_history',
    allowed: login({ id: id(2) }),
  },
];

export const sessions = [...sessionCases, ...loginCases];
