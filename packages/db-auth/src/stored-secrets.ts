import type { StoredSecrets } from '@codezest/db-core';

/** What a rotation of the keys has to look at. */
export const storedSecrets: StoredSecrets = {
  variables: { encryption: 'AUTH_ENCRYPTION_KEYS', lookup: 'AUTH_LOOKUP_KEYS' },
  encrypted: [
    { table: 'oauth_accounts', columns: ['access_token', 'refresh_token'] },
    { table: 'two_factor_credentials', columns: ['secret'] },
  ],
  hashed: [
    {
      table: 'pending_logins',
      column: 'code_hash',
      keyIdColumn: 'code_key_id',
      live: 'code_hash IS NOT NULL AND consumed_at IS NULL AND expires_at > now()',
    },
    { table: 'recovery_codes', column: 'code_hash', keyIdColumn: 'key_id', live: 'consumed_at IS NULL' },
  ],
};
