import { encrypt, keyedHash } from '@codezest/db-core';
import { Refusal } from '../../engine/step.js';
import { identityOf, storedToken } from '../../values/push-token.js';
import { bytesOf } from '../../values/secrets.js';
import { plainStep } from '../plain-step.js';

const FROM = 'notifications.user_devices';

/** As `registerDevice` stores them: the token encrypted for its row, and found by its keyed hash. */
export const devices = plainStep(
  'user_devices',
  FROM,
  (values, { keys }) => {
    const id = values.id('id', FROM) ?? '';
    const token = values.text('token') ?? '';
    const platform = values.member('platform', ['IOS', 'ANDROID', 'WEB'], { IPHONE: 'IOS', BROWSER: 'WEB' });
    if (platform === null) throw new Refusal('device_platform_unknown');
    const lookup = keys.lookup('notifications');
    return {
      id,
      user_id: values.id('userId', 'auth.users'),
      token_encrypted: encrypt(
        storedToken(token),
        { table: 'user_devices', column: 'token_encrypted', rowId: id },
        keys.encryption('notifications'),
      ),
      token_hash: bytesOf(keyedHash(identityOf(token), 'push token', lookup)),
      token_hash_key_id: lookup.current,
      platform,
      model: values.text('model'),
      is_active: values.flag('isActive', true),
      last_used_at: values.time('lastUsedAt'),
      created_at: values.time('createdAt'),
      updated_at: values.time('updatedAt'),
    };
  },
  { removable: true, targets: [{ table: 'user_devices', incomparable: ['token_encrypted'] }] },
);
