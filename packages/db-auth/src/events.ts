import { type NewEvent, publish as publishOf } from '@codezest/db-core';
import type { EventId } from '@codezest/db-types';
import type { TransactionClient } from './client.js';

export { type NewEvent, TransactionMissingError } from '@codezest/db-core';

/**
 * Tells the other services something in the transaction that makes it true: the event goes out if that commits, and only
 * then. Registrations, changes of address and deletions of accounts are told by the database itself; this is for what
 * else a contract of @codezest/db-types has for this service. Returns the event's id. An id that was told is not told again.
 *
 * @throws {TransactionMissingError} TRANSACTION_MISSING
 * @throws {InvalidEventError} EVENT_INVALID, of @codezest/db-types
 * @throws {UnknownEventError} EVENT_UNKNOWN, of @codezest/db-types
 * @example
 * await transaction(prisma, (open) => publish(open, {
 *   type: 'user.contact_changed', version: 1, aggregateType: 'auth.user',
 *   aggregateId: user.id, aggregateVersion: user.version, payload,
 * }));
 */
export async function publish(transaction: TransactionClient, event: NewEvent): Promise<EventId> {
  return publishOf(transaction, 'auth', event);
}
