import type { StoredSecrets } from '@codezest/db-core';
import { identityOfToken } from './push-tokens.js';

/** Keeps the keyed hashes of push tokens apart from other uses of the same keys. */
export const PUSH_TOKEN = 'push token';

/** What a rotation of the keys has to look at. */
export const storedSecrets: StoredSecrets = {
  variables: { encryption: 'NOTIFICATIONS_ENCRYPTION_KEYS', lookup: 'NOTIFICATIONS_LOOKUP_KEYS' },
  encrypted: [
    {
      table: 'user_devices',
      columns: ['token_encrypted'],
      index: {
        column: 'token_hash',
        keyIdColumn: 'token_hash_key_id',
        of: 'token_encrypted',
        purpose: PUSH_TOKEN,
        identity: identityOfToken,
        // Whoever registered the device last is its owner: what is meant for one must not be shown to the other.
        settleDuplicate: {
          name: 'notifications.retire_duplicate_device',
          text: `UPDATE user_devices retired SET is_active = false, updated_at = now()
             FROM user_devices moved JOIN user_devices other
               ON other.token_hash = decode($2::text, 'hex') AND other.is_active AND other.id <> moved.id
             WHERE moved.id = $1::uuid AND moved.is_active
               AND retired.id = CASE WHEN (moved.last_used_at, moved.id) > (other.last_used_at, other.id) THEN other.id ELSE moved.id END
             RETURNING retired.id`,
        },
      },
    },
  ],
  hashed: [],
};
