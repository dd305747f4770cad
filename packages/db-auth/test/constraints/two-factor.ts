import type { ConstraintCase } from '@codezest/constraint-tests';
import { envelope, hash, id, otherUser, recoveryCode, twoFactorCredential, user } from './rows.js';

export const twoFactor: ConstraintCase[] = [
  {
    object: 'two_factor_credentials_user_id_fkey',
    refused: twoFactorCredential(),
    allowed: user() + twoFactorCredential(),
  },
  {
    object: 'two_factor_credentials_user_id_key',
    given: user() + otherUser() + twoFactorCredential(),
    refused: twoFactorCredential({ id: id(2) }),
    allowed: twoFactorCredential({ id: id(2), user_id: id(2) }),
  },
  {
    object: 'two_factor_credentials_secret_encrypted_check',
    given: user(),
    refused: twoFactorCredential({ secret: 'JBSWY3DPEHPK3PXP' }),
    allowed: twoFactorCredential({ secret: envelope }),
  },
  {
    object: 'two_factor_credentials_last_used_step_check',
    given: user(),
    refused: twoFactorCredential({ last_used_step: '-1' }),
    allowed: twoFactorCredential({ last_used_step: '0' }),
  },
  {
    object: 'two_factor_credentials_last_used_step_check',
    given: user(),
    refused: twoFactorCredential({ last_used_step: '1790000000' }),
    allowed: twoFactorCredential({ last_used_step: '59666666' }),
  },
  {
    object: 'two_factor_credentials_last_used_step_rule',
    given: user() + twoFactorCredential({ last_used_step: '100' }),
    refused: 'UPDATE two_factor_credentials SET last_used_step = 99',
    allowed: 'UPDATE two_factor_credentials SET last_used_step = 101',
  },
  {
    object: 'two_factor_credentials_last_used_step_rule',
    given: user() + twoFactorCredential({ last_used_step: '100' }),
    refused: 'UPDATE two_factor_credentials SET last_used_step = NULL',
    allowed: 'UPDATE two_factor_credentials SET last_used_step = 100',
  },
  { object: 'recovery_codes_user_id_fkey', refused: recoveryCode(), allowed: user() + recoveryCode() },
  {
    object: 'recovery_codes_user_id_code_hash_key',
    given: user() + recoveryCode(),
    refused: recoveryCode({ id: id(2) }),
    allowed: recoveryCode({ id: id(2), code_hash: hash(2) }),
  },
  {
    object: 'recovery_codes_code_hash_length_check',
    given: user(),
    refused: recoveryCode({ code_hash: hash(1, 8) }),
    allowed: recoveryCode({ code_hash: hash(1, 32) }),
  },
  {
    object: 'recovery_codes_key_id_format_check',
    given: user(),
    refused: recoveryCode({ key_id: '' }),
    allowed: recoveryCode({ key_id: '2026-01' }),
  },
  {
    object: 'recovery_codes_consumed_rule',
    given: user() + recoveryCode({ consumed_at: '2026-01-01' }),
    refused: 'UPDATE recovery_codes SET consumed_at = now()',
    allowed: `UPDATE recovery_codes SET key_id = 'k2'`,
  },
];
