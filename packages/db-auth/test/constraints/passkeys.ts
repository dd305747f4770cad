import type { ConstraintCase } from '@codezest/constraint-tests';
import { hash, id, otherUser, passkey, passkeyChallenge, user } from './rows.js';

export const passkeys: ConstraintCase[] = [
  { object: 'passkeys_user_id_fkey', refused: passkey(), allowed: user() + passkey() },
  {
    object: 'passkeys_credential_id_key',
    given: user() + otherUser() + passkey(),
    refused: passkey({ id: id(2), user_id: id(2) }),
    allowed: passkey({ id: id(2), user_id: id(2), credential_id: '\\x02' }),
  },
  {
    object: 'passkeys_credential_id_length_check',
    given: user(),
    refused: passkey({ credential_id: hash(1, 1024) }),
    allowed: passkey({ credential_id: hash(1, 1023) }),
  },
  {
    object: 'passkeys_credential_id_length_check',
    given: user(),
    refused: passkey({ credential_id: '\\x' }),
    allowed: passkey({ credential_id: '\\x00' }),
  },
  {
    object: 'passkeys_public_key_length_check',
    given: user(),
    refused: passkey({ public_key: '\\x' }),
    allowed: passkey({ public_key: hash(1, 8192) }),
  },
  ...[
    ['4294967296', '4294967295'],
    ['-1', '0'],
  ].map(([refused = '', allowed = '']) => ({
    object: 'passkeys_sign_count_check',
    given: user(),
    refused: passkey({ sign_count: refused }),
    allowed: passkey({ sign_count: allowed }),
  })),
  {
    object: 'passkeys_backed_up_check',
    given: user(),
    refused: passkey({ backed_up: 'true' }),
    allowed: passkey({ backed_up: 'true', backup_eligible: 'true' }),
  },
  ...[
    `public_key = '\\x03'`,
    `credential_id = '\\x03'`,
    'backup_eligible = true',
    `user_id = '${id(2)}'`,
  ].map((change) => ({
    object: 'passkeys_identity_rule',
    given: user() + otherUser() + passkey(),
    refused: `UPDATE passkeys SET ${change}`,
    allowed: `UPDATE passkeys SET name = 'telephone', backup_eligible = false`,
  })),
  {
    object: 'passkeys_sign_count_rule',
    given: user() + passkey({ sign_count: '7' }),
    refused: 'UPDATE passkeys SET sign_count = 6',
    allowed: 'UPDATE passkeys SET sign_count = 7',
  },
  {
    object: 'passkey_challenges_user_id_fkey',
    refused: passkeyChallenge(),
    allowed: user() + passkeyChallenge(),
  },
  {
    object: 'passkey_challenges_challenge_hash_key',
    given: user() + passkeyChallenge(),
    refused: passkeyChallenge({ id: id(2) }),
    allowed: passkeyChallenge({ id: id(2), challenge_hash: hash(2) }),
  },
  {
    object: 'passkey_challenges_challenge_hash_length_check',
    given: user(),
    refused: passkeyChallenge({ challenge_hash: hash(1, 31) }),
    allowed: passkeyChallenge({ challenge_hash: hash(1, 32) }),
  },
  {
    object: 'passkey_challenges_lifetime_check',
    given: user(),
    refused: passkeyChallenge({ expires_at: '2026-01-01T01:00:00.001Z' }),
    allowed: passkeyChallenge({ expires_at: '2026-01-01T01:00:00Z' }),
  },
  {
    object: 'passkey_challenges_lifetime_check',
    given: user(),
    refused: passkeyChallenge({ expires_at: '2026-01-01T00:00:00Z' }),
    allowed: passkeyChallenge({ expires_at: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'passkey_challenges_consumed_rule',
    given: user() + passkeyChallenge({ consumed_at: '2026-01-01T00:10:00Z' }),
    refused: 'UPDATE passkey_challenges SET consumed_at = NULL',
    allowed: 'UPDATE passkey_challenges SET consumed_at = consumed_at',
  },
  {
    object: 'passkey_challenges_user_check',
    refused: passkeyChallenge({ user_id: null }),
    allowed: passkeyChallenge({ user_id: null, purpose: 'LOGIN' }),
  },
];
