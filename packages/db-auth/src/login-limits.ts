import { newId, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { KnownDeviceId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';

/** So many failures in a row lock the account, its second factor, or a known device … */
export const FAILURES_TO_LOCK = 5;
/** … for so long. */
export const LOCK_IN_SECONDS = 30 * 60;
/** So many logins that were begun and not proven shut out an address … */
const FAILURES_PER_ADDRESS = 100;
/** … until so much time has passed since the first. */
const ADDRESS_WINDOW_IN_SECONDS = 15 * 60;

/** What counting a login that begins has found. */
export interface Counted {
  /** It is not compared at all: whatever was proven, the answer is no. */
  readonly isRefused: boolean;
  /** It is the one at which the lock falls, if it fails. */
  readonly hasLocked: boolean;
}

const FREE: Counted = { isRefused: false, hasLocked: false };
const REFUSED: Counted = { isRefused: true, hasLocked: false };

/**
 * Counts a login at its beginning, under the lock of its account: on the device that is known, else on the address and on
 * the account. A known device is neither stopped by the account's lock nor adds to it: strangers do not lock its owner out.
 */
export async function countLogin(
  transaction: Client,
  {
    userId,
    deviceId,
    ipAddress,
  }: { userId: UserId | null; deviceId: KnownDeviceId | null; ipAddress: string | null },
): Promise<Counted> {
  if (deviceId !== null) {
    await rowsOf(transaction, countOnDevice, [deviceId, FAILURES_TO_LOCK, LOCK_IN_SECONDS]);
    return FREE;
  }
  // From an address that is shut out nothing is counted on the account, and the same statements are executed.
  const isOpen = await countLoginOnAddress(transaction, ipAddress);
  const counted = isOpen ? userId : null;
  return (await rowOf(transaction, countOnAccount, [counted, FAILURES_TO_LOCK, LOCK_IN_SECONDS])) ?? REFUSED;
}

const countOnDevice = statement<{ id: KnownDeviceId }>(
  'auth.count_login_on_device',
  `UPDATE known_devices SET updated_at = now(),
     failed_attempts = CASE WHEN locked_until <= now() THEN 1 ELSE failed_attempts + 1 END,
     locked_until = CASE WHEN locked_until IS NULL AND failed_attempts + 1 >= $2::int
       THEN now() + make_interval(secs => $3::float8) END
   WHERE id = $1::uuid RETURNING id`,
);

/** One UPDATE: read and written apart, guesses that come at once would count as one. */
const countOnAccount = statement<Counted>(
  'auth.count_login_on_account',
  `WITH before AS (
     SELECT id, coalesce(locked_until > now(), false) AS is_locked FROM users WHERE id = $1::uuid FOR NO KEY UPDATE
   )
   UPDATE users u SET updated_at = now(),
     login_attempts = CASE WHEN locked_until <= now() THEN 1 ELSE login_attempts + 1 END,
     locked_until = CASE
       WHEN locked_until > now() THEN locked_until
       WHEN locked_until IS NULL AND login_attempts + 1 >= $2::int THEN now() + make_interval(secs => $3::float8)
     END
   FROM before WHERE u.id = before.id
   RETURNING before.is_locked AS "isRefused", NOT before.is_locked AND u.locked_until IS NOT NULL AS "hasLocked"`,
);

/** As `countOnAccount`, for the second factor: who gets there knows the first. */
export async function countSecondFactor(
  transaction: Client,
  { userId, deviceId }: { userId: UserId; deviceId: KnownDeviceId | null },
): Promise<Counted> {
  if (deviceId !== null) {
    await rowsOf(transaction, countOnDevice, [deviceId, FAILURES_TO_LOCK, LOCK_IN_SECONDS]);
    return FREE;
  }
  const counted = await rowOf(transaction, countSecond, [userId, FAILURES_TO_LOCK, LOCK_IN_SECONDS]);
  return counted ?? REFUSED;
}

const countSecond = statement<Counted>(
  'auth.count_second_factor',
  `WITH before AS (
     SELECT id, coalesce(two_factor_locked_until > now(), false) AS is_locked FROM users
     WHERE id = $1::uuid FOR NO KEY UPDATE
   )
   UPDATE users u SET updated_at = now(),
     two_factor_attempts = CASE WHEN two_factor_locked_until <= now() THEN 1 ELSE two_factor_attempts + 1 END,
     two_factor_locked_until = CASE
       WHEN two_factor_locked_until > now() THEN two_factor_locked_until
       WHEN two_factor_locked_until IS NULL AND two_factor_attempts + 1 >= $2::int
         THEN now() + make_interval(secs => $3::float8)
     END
   FROM before WHERE u.id = before.id
   RETURNING before.is_locked AS "isRefused", NOT before.is_locked AND u.two_factor_locked_until IS NOT NULL AS "hasLocked"`,
);

/** Counts a login on its address alone. False when that has used up its tries. */
export async function countLoginOnAddress(transaction: Client, ipAddress: string | null): Promise<boolean> {
  if (ipAddress === null) return true;
  const counted = await rowOf(transaction, countAddress, [
    newId<'LoginSource'>(),
    ipAddress,
    ADDRESS_WINDOW_IN_SECONDS,
  ]);
  return (counted?.failedAttempts ?? 0) <= FAILURES_PER_ADDRESS;
}

/** One customer has 64 bits of IPv6. */
const NETWORK = (ip: string) =>
  `CASE family(${ip}::inet) WHEN 4 THEN set_masklen(${ip}::inet, 32) ELSE network(set_masklen(${ip}::inet, 64))::inet END`;

const countAddress = statement<{ failedAttempts: number }>(
  'auth.count_login_on_address',
  `INSERT INTO login_sources AS s (id, address, failed_attempts, window_ends_at)
   VALUES ($1::uuid, ${NETWORK('$2')}, 1, now() + make_interval(secs => $3::float8))
   ON CONFLICT (address) DO UPDATE SET updated_at = now(),
     failed_attempts = CASE WHEN s.window_ends_at <= now() THEN 1 ELSE s.failed_attempts + 1 END,
     window_ends_at = CASE WHEN s.window_ends_at <= now() THEN excluded.window_ends_at ELSE s.window_ends_at END
   RETURNING failed_attempts AS "failedAttempts"`,
);

/** Takes back what `countLogin` has counted: the first factor is proven. */
export async function forgiveLogin(
  transaction: Client,
  {
    userId,
    deviceId,
    ipAddress,
  }: { userId: UserId; deviceId: KnownDeviceId | null; ipAddress: string | null },
): Promise<void> {
  if (deviceId !== null) await rowsOf(transaction, forgiveDevice, [deviceId]);
  else {
    await rowsOf(transaction, forgiveAccount, [userId]);
    await forgiveAddressOf(transaction, ipAddress);
  }
}

/** Takes back what `countLoginOnAddress` has counted. */
export async function forgiveAddressOf(transaction: Client, ipAddress: string | null): Promise<void> {
  if (ipAddress !== null) await rowsOf(transaction, forgiveAddress, [ipAddress]);
}

/** Takes back what `countSecondFactor` has counted. */
export async function forgiveSecondFactor(
  transaction: Client,
  { userId, deviceId }: { userId: UserId; deviceId: KnownDeviceId | null },
): Promise<void> {
  if (deviceId !== null) await rowsOf(transaction, forgiveDevice, [deviceId]);
  else await rowsOf(transaction, forgiveSecond, [userId]);
}

const forgiveDevice = statement<{ id: KnownDeviceId }>(
  'auth.forgive_device',
  `UPDATE known_devices SET failed_attempts = 0, locked_until = NULL, updated_at = now() WHERE id = $1::uuid RETURNING id`,
);

const forgiveAccount = statement<{ id: UserId }>(
  'auth.forgive_account',
  `UPDATE users SET login_attempts = 0, locked_until = NULL, updated_at = now() WHERE id = $1::uuid RETURNING id`,
);

const forgiveSecond = statement<{ id: UserId }>(
  'auth.forgive_second_factor',
  `UPDATE users SET two_factor_attempts = 0, two_factor_locked_until = NULL, updated_at = now()
   WHERE id = $1::uuid RETURNING id`,
);

const forgiveAddress = statement<{ id: string }>(
  'auth.forgive_address',
  `UPDATE login_sources SET failed_attempts = greatest(failed_attempts - 1, 0), updated_at = now()
   WHERE address = ${NETWORK('$1')} RETURNING id`,
);
