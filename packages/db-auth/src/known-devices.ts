import { newId, randomToken, rowOf, rowsOf, statement, tokenHash } from '@codezest/db-core';
import type { KnownDeviceId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';

const DEVICE_SECONDS = 400 * 24 * 60 * 60;

/** The device of this account that the browser's token stands for, if it is none that was locked. */
export async function knownDevice(
  transaction: Client,
  userId: UserId | null,
  hash: Uint8Array | null,
): Promise<KnownDeviceId | null> {
  return (await rowOf(transaction, deviceOfToken, [userId, hash]))?.id ?? null;
}

const deviceOfToken = statement<{ id: KnownDeviceId }>(
  'auth.known_device',
  `SELECT id FROM known_devices
   WHERE token_hash = $2::bytea AND user_id = $1::uuid AND expires_at > now()
     AND (locked_until IS NULL OR locked_until <= now())`,
);

/** Remembers a browser in which the account's owner has shown to be one. Returns the token for its cookie of 400 days. */
export async function rememberDevice(
  transaction: Client,
  userId: UserId,
  userAgent: string | null,
): Promise<string> {
  const token = randomToken();
  await rowsOf(transaction, insertDevice, [
    newId<'KnownDevice'>(),
    userId,
    tokenHash(token),
    userAgent,
    DEVICE_SECONDS,
  ]);
  return token;
}

const insertDevice = statement<{ id: KnownDeviceId }>(
  'auth.insert_device',
  `INSERT INTO known_devices (id, user_id, token_hash, user_agent, expires_at)
   VALUES ($1::uuid, $2::uuid, $3::bytea, $4::text, now() + make_interval(secs => $5::float8)) RETURNING id`,
);

/** Another 400 days for a device that is known; false where it is not known any more. */
export async function renewDevice(
  transaction: Client,
  deviceId: KnownDeviceId,
  userAgent: string | null,
): Promise<boolean> {
  return (await rowOf(transaction, renewKnownDevice, [deviceId, userAgent, DEVICE_SECONDS])) !== undefined;
}

const renewKnownDevice = statement<{ id: KnownDeviceId }>(
  'auth.renew_device',
  `UPDATE known_devices SET last_used_at = now(), expires_at = now() + make_interval(secs => $3::float8),
     user_agent = coalesce($2::text, user_agent), updated_at = now()
   WHERE id = $1::uuid RETURNING id`,
);
