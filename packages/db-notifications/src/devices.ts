import {
  decrypt,
  encrypt,
  type Keyring,
  keyedHash,
  newId,
  read,
  rowOf,
  rowsOf,
  statement,
} from '@codezest/db-core';
import type { UserDeviceId, UserId } from '@codezest/db-types';
import type { UserDevice } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { DevicePlatform } from '../generated/enums.js';
import type { Client } from './client.js';
import { type DeviceKeys, encryptionKeys, lookupKeys } from './encryption.js';
import { identityOfToken, isSubscription, storedToken } from './push-tokens.js';
import { PUSH_TOKEN } from './stored-secrets.js';

/** A device without its token. */
export type Device = Omit<UserDevice, 'tokenEncrypted' | 'tokenHash'>;

/**
 * Registers a device by its push token, in one statement (two while keys rotate). A token has one owner: another user who logs in on the device
 * takes it over, so the one before is never told what was meant for the other. Registering again is what an app does at
 * each start: it renews `lastUsedAt`.
 *
 * An APNs token is one device in upper and lower case. A Web Push subscription is registered as its JSON
 * (`JSON.stringify(subscription)`) and known by its endpoint: registered with renewed keys it is the same device, and the
 * new keys are what `pushTargets` gives.
 *
 * @throws {KeyringError}
 * @example const device = await registerDevice(prisma, { userId, token, platform: 'IOS', model: 'iPhone 17' });
 */
export async function registerDevice(
  client: Client,
  {
    userId,
    token,
    platform,
    model,
  }: { userId: UserId; token: string; platform: DevicePlatform; model?: string },
  keys: DeviceKeys = {},
): Promise<Device> {
  const id = newId<'UserDevice'>();
  const encryption = encryptionKeys(keys);
  const stored = storedToken(token);
  const encrypted = encrypt(stored, tokenOf(id), encryption);
  const lookup = lookupKeys(keys);
  const [hash, ...olderHashes] = hashesOf(token, lookup);
  const device = await rowOf(client, register, [
    id,
    userId,
    encrypted,
    hash,
    platform,
    model ?? null,
    olderHashes,
    lookup.current,
  ]);
  // A row that a rotation moved to another key while the statement ran was not there to be seen by it.
  if (device && olderHashes.length > 0) await rowsOf(client, retireEarlier, [device.id, olderHashes]);
  // A device that was known keeps its row, whose ciphertext is bound to it: what the endpoint does not say is written anew.
  if (device && device.id !== id && isSubscription(token))
    await rowsOf(client, renewToken, [device.id, userId, encrypt(stored, tokenOf(device.id), encryption)]);
  return device as Device;
}

/**
 * Retires the device of this token, when its user logs out or its provider knows the token no more. True when it was
 * this user's and active; a device that somebody else has taken over stays theirs.
 *
 * @throws {KeyringError}
 * @example await retireDevice(prisma, { userId, token });
 */
export async function retireDevice(
  client: Client,
  { userId, token }: { userId: UserId; token: string },
  keys: Pick<DeviceKeys, 'lookup'> = {},
): Promise<boolean> {
  const retired = await rowOf(client, retire, [userId, hashesOf(token, lookupKeys(keys))]);
  return retired !== undefined;
}

/** Where a push message goes. The token is in clear: for the provider, not for a log. */
export interface PushTarget {
  readonly deviceId: UserDeviceId;
  readonly userId: UserId;
  readonly platform: DevicePlatform;
  readonly token: string;
}

/**
 * The active devices of these users with their tokens decrypted.
 *
 * @throws {KeyringError} @throws {UnknownKeyError} @throws {DecryptionError}
 * @example const targets = await pushTargets(prisma, claimed.map(({ notification }) => notification.userId));
 */
export async function pushTargets(
  client: Client,
  userIds: readonly UserId[],
  keys: Pick<DeviceKeys, 'encryption'> = {},
): Promise<PushTarget[]> {
  const keyring = encryptionKeys(keys);
  const rows = await rowsOf(client, activeDevices, [[...new Set(userIds)]]);
  return rows.map(({ tokenEncrypted, ...target }) => ({
    ...target,
    token: decrypt(tokenEncrypted, tokenOf(target.deviceId), keyring),
  }));
}

const tokenOf = (rowId: UserDeviceId) => ({ table: 'user_devices', column: 'token_encrypted', rowId });

/** In hexadecimal, by the current key first: a token that an older key has hashed is still found. */
function hashesOf(token: string, keyring: Keyring): string[] {
  const keyIds = [keyring.current, ...[...keyring.keys.keys()].filter((id) => id !== keyring.current)];
  const identity = identityOfToken(token);
  return keyIds.map((id) => Buffer.from(keyedHash(identity, PUSH_TOKEN, keyring, id)).toString('hex'));
}

/**
 * A condition and no join: whoever waits for a row that a rotation of the keys is moving to another hash compares the
 * moved row with all hashes then, where a join would compare it with the one that it had before.
 */
const isOneOf = (hashes: string) =>
  `token_hash = ANY (ARRAY(SELECT decode(hash, 'hex') FROM unnest(${hashes}::text[]) AS given(hash)))`;

// `last_used_at` says who came last, where processes of two keys have written a row each: it is the moment of the statement
// and not of its transaction, in microseconds, and never goes back while the row is handed on. The row moves in place,
// since its ciphertext is bound to its id. One hashed by an older key retires, and before the new
// one is inserted, which the subquery demands: a rotation of the keys locks the row first and inserts the hash then too.
const register = statement<Device>(
  'notifications.register_device',
  `WITH outdated AS (
     UPDATE user_devices SET is_active = false, updated_at = now()
     WHERE is_active AND ${isOneOf('$7')}
     RETURNING id
   )
   INSERT INTO user_devices AS d
     (id, user_id, token_encrypted, token_hash, token_hash_key_id, platform, model, last_used_at, created_at, updated_at)
   SELECT $1::uuid, $2::uuid, $3::text, decode($4::text, 'hex'), $8::text, $5::"DevicePlatform", $6::text,
     clock_timestamp(), now(), now()
   FROM (SELECT count(*) FROM outdated) retired
   ON CONFLICT (token_hash) WHERE is_active DO UPDATE SET
     user_id = excluded.user_id, platform = excluded.platform, model = excluded.model,
     last_used_at = greatest(clock_timestamp(), d.last_used_at + interval '1 microsecond'),
     updated_at = excluded.updated_at
   RETURNING ${columnsOf.userDevice('d')}`,
);

// Only the row that was used last stays, so that of two that are registered at once one does.
const retireEarlier = statement<{ id: string }>(
  'notifications.retire_earlier_devices',
  `UPDATE user_devices d SET is_active = false, updated_at = now()
   FROM user_devices registered
   WHERE registered.id = $1::uuid AND d.is_active AND d.${isOneOf('$2')}
     AND (d.last_used_at, d.id) < (registered.last_used_at, registered.id)
   RETURNING d.id`,
);

const renewToken = statement<object>(
  'notifications.renew_token',
  `UPDATE user_devices SET token_encrypted = $3
   WHERE id = $1::uuid AND user_id = $2::uuid AND is_active`,
);

const retire = statement<{ id: string }>(
  'notifications.retire_device',
  `UPDATE user_devices SET is_active = false, updated_at = now()
   WHERE is_active AND user_id = $1::uuid AND ${isOneOf('$2')}
   RETURNING id`,
);

const activeDevices = read<Omit<PushTarget, 'token'> & { tokenEncrypted: string }>(
  'notifications.push_targets',
  `SELECT id AS "deviceId", user_id AS "userId", platform, token_encrypted AS "tokenEncrypted"
   FROM user_devices WHERE user_id = ANY($1::uuid[]) AND is_active ORDER BY user_id, id`,
);
