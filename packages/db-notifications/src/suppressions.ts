import { newIdSql, read, rowOf, rowsOf, statement } from '@codezest/db-core';
import { parseEmailAddress, parsePhoneNumber } from '@codezest/db-types';
import type { Suppression } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { SuppressionReason } from '../generated/enums.js';
import type { Client } from './client.js';

/** An address of a channel that writes to addresses. */
export interface ReachableAddress {
  readonly channel: 'EMAIL' | 'SMS';
  /** An e-mail address or a phone number, in any spelling that `parseEmailAddress` or `parsePhoneNumber` takes. */
  readonly address: string;
}

/**
 * Puts an address on the suppression list: what waits for it is canceled when it is claimed, also what is notified later,
 * whoever has the address. Reports of bounces and complaints do so by themselves (see `recordProviderReport`); this is for
 * mail that had no delivery, and for people. Suppressed twice is suppressed once.
 *
 * @throws {InvalidEmailAddressError | InvalidPhoneNumberError} of @codezest/db-types
 * @example await suppressAddress(prisma, { channel: 'EMAIL', address, reason: 'MANUAL' });
 */
export async function suppressAddress(
  client: Client,
  { channel, address, reason }: ReachableAddress & { readonly reason: SuppressionReason },
): Promise<void> {
  await rowsOf(client, suppress, [channel, storedAddress({ channel, address }), reason]);
}

/**
 * Takes an address off the suppression list, because its owner asks for mail again, say. True when it was on it.
 *
 * @param request.reason lifts this one alone. Default: all.
 * @throws {InvalidEmailAddressError | InvalidPhoneNumberError} of @codezest/db-types
 * @example await liftSuppression(prisma, { channel: 'EMAIL', address, reason: 'BOUNCE' });
 */
export async function liftSuppression(
  client: Client,
  { channel, address, reason }: ReachableAddress & { readonly reason?: SuppressionReason },
): Promise<boolean> {
  const lifted = await rowOf(client, lift, [channel, storedAddress({ channel, address }), reason ?? null]);
  return lifted !== undefined;
}

/**
 * Why nothing is sent to an address, the oldest reason first; empty when something is.
 *
 * @throws {InvalidEmailAddressError | InvalidPhoneNumberError} of @codezest/db-types
 * @example const [reason] = await listSuppressions(prisma, { channel: 'EMAIL', address });
 */
export async function listSuppressions(client: Client, reached: ReachableAddress): Promise<Suppression[]> {
  return await rowsOf(client, ofAddress, [reached.channel, storedAddress(reached)]);
}

/** The one spelling in which the list has it. */
export function storedAddress({ channel, address }: ReachableAddress): string {
  return channel === 'EMAIL' ? parseEmailAddress(address) : parsePhoneNumber(address);
}

/** SQL: nothing goes to the address, except what is mandatory after a complaint. */
export function isSuppressed(channel: string, address: string, isMandatory: string): string {
  return `EXISTS (SELECT FROM suppressions x WHERE x.channel = ${channel} AND x.address = ${address}
       AND (x.reason <> 'COMPLAINT' OR NOT ${isMandatory}))`;
}

const suppress = statement<object>(
  'notifications.suppress_address',
  `INSERT INTO suppressions (id, channel, address, reason, created_at)
   VALUES (${newIdSql}, $1::"NotificationChannel", $2, $3::"SuppressionReason", now())
   ON CONFLICT (channel, address, reason) DO NOTHING`,
);

const lift = statement<{ id: string }>(
  'notifications.lift_suppression',
  `DELETE FROM suppressions
   WHERE channel = $1::"NotificationChannel" AND address = $2 AND reason = coalesce($3::"SuppressionReason", reason)
   RETURNING id`,
);

const ofAddress = read<Suppression>(
  'notifications.suppressions_of_address',
  `SELECT ${columnsOf.suppression('x')} FROM suppressions x
   WHERE x.channel = $1::"NotificationChannel" AND x.address = $2 ORDER BY x.created_at, x.id`,
);
