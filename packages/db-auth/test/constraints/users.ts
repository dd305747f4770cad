import type { ConstraintCase } from '@codezest/constraint-tests';
import { passwordHashes } from './password-hashes.js';
import { id, oauthAccount, otherUser, passkey, passwordHash, twoFactorCredential, user } from './rows.js';

const uniques: ConstraintCase[] = [
  {
    object: 'users_email_key',
    given: user(),
    refused: otherUser({ email: 'ada@example.com' }),
    allowed: otherUser({ email: 'ada@example.com', deleted_at: '2026-01-01' }),
  },
  {
    object: 'users_username_key',
    otherwise: 'users_username_lower_live_key',
    given: user({ username: 'ada' }),
    refused: otherUser({ username: 'ada' }),
    allowed: otherUser({ username: 'ada', deleted_at: '2026-01-01' }),
  },
  {
    object: 'users_username_lower_live_key',
    given: user({ username: 'ada' }),
    refused: otherUser({ username: 'ADA' }),
    allowed: `UPDATE users SET deleted_at = now(); ${otherUser({ username: 'ADA' })}`,
  },
];

const checks: ConstraintCase[] = [
  {
    object: 'users_email_format_check',
    refused: user({ email: 'Ada@example.com' }),
    allowed: user({ email: "o'ada+tag@localhost" }),
  },
  ...passwordHashes,
  {
    object: 'users_first_name_not_blank_check',
    refused: user({ first_name: ' ' }),
    allowed: user({ last_name: '' }),
  },
  {
    object: 'users_username_format_check',
    refused: user({ username: 'ada@example.com' }),
    allowed: user({ username: 'ada.example_com-1' }),
  },
  {
    object: 'users_suspended_at_check',
    refused: user({ is_suspended: 'true' }),
    allowed: user({ is_suspended: 'true', suspended_at: '2026-01-01' }),
  },
  {
    object: 'users_suspended_reason_check',
    refused: user({ suspended_reason: 'Spam' }),
    allowed: user({ is_suspended: 'true', suspended_at: '2026-01-01', suspended_reason: 'Spam' }),
  },
  {
    object: 'users_login_attempts_check',
    refused: user({ login_attempts: '-1' }),
    allowed: user({ login_attempts: '0' }),
  },
  {
    object: 'users_locked_until_check',
    refused: user({ locked_until: '2026-01-01' }),
    allowed: user({ locked_until: '2026-01-01', login_attempts: '5' }),
  },
  {
    object: 'users_legacy_password_scheme_check',
    refused: user({ password: null, legacy_password_scheme: 'PHPASS' }) + oauthAccount(),
    allowed: user({ legacy_password_scheme: 'PHPASS', password: `$P$${'a'.repeat(31)}` }),
  },
  {
    object: 'users_two_factor_attempts_check',
    refused: user({ two_factor_attempts: '-1' }),
    allowed: user({ two_factor_attempts: '0' }),
  },
  {
    object: 'users_two_factor_locked_until_check',
    refused: user({ two_factor_locked_until: '2026-01-01' }),
    allowed: user({ two_factor_locked_until: '2026-01-01', two_factor_attempts: '5' }),
  },
  {
    object: 'users_must_change_password_check',
    given: user({ password: null }) + oauthAccount(),
    refused: 'UPDATE users SET must_change_password = true',
    allowed: `UPDATE users SET must_change_password = true, password = '${passwordHash}'`,
  },
];

const rules: ConstraintCase[] = [
  {
    object: 'users_way_in_rule',
    refused: user({ password: null }),
    allowed: user({ password: null }) + oauthAccount(),
  },
  {
    object: 'users_way_in_rule',
    given: user({ password: null }) + oauthAccount(),
    refused: 'DELETE FROM oauth_accounts',
    allowed: `DELETE FROM oauth_accounts; UPDATE users SET password = '${passwordHash}'`,
  },
  {
    object: 'users_way_in_rule',
    given: user({ password: null }) + otherUser() + oauthAccount(),
    refused: `UPDATE oauth_accounts SET user_id = '${id(2)}'`,
    allowed: `UPDATE users SET deleted_at = now() WHERE password IS NULL; UPDATE oauth_accounts SET user_id = '${id(2)}'`,
  },
  {
    object: 'users_way_in_rule',
    given: user({ password: null, deleted_at: '2026-01-01' }),
    refused: 'UPDATE users SET deleted_at = NULL',
    allowed: `UPDATE users SET deleted_at = NULL, password = '${passwordHash}'`,
  },
  {
    object: 'users_way_in_rule',
    given: user({ password: null }) + passkey(),
    refused: 'DELETE FROM passkeys',
    allowed: `DELETE FROM passkeys; ${oauthAccount()}`,
  },
  {
    object: 'users_two_factor_rule',
    refused: user({ two_factor_enabled: 'true' }),
    allowed: user({ two_factor_enabled: 'true' }) + twoFactorCredential(),
  },
  {
    object: 'users_two_factor_rule',
    given: user({ two_factor_enabled: 'true' }) + twoFactorCredential(),
    refused: 'DELETE FROM two_factor_credentials',
    allowed: 'DELETE FROM two_factor_credentials; UPDATE users SET two_factor_enabled = false',
  },
];

export const users = [...uniques, ...checks, ...rules];
