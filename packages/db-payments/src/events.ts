import { deleteTold, type NewEvent, publish as publishOf } from '@codezest/db-core';
import type { EventId } from '@codezest/db-types';
import type { Client, TransactionClient } from './client.js';

export { type NewEvent, TransactionMissingError } from '@codezest/db-core';

/**
 * Tells the other services something in the transaction that makes it true: the event goes out if that commits, and only
 * then. Changes of subscriptions are told by the database itself; this is for what else a contract of @codezest/db-types
 * has for this service. Returns the event's id. An id that was told is not told again.
 *
 * @throws {TransactionMissingError} TRANSACTION_MISSING
 * @throws {InvalidEventError} EVENT_INVALID, of @codezest/db-types
 * @throws {UnknownEventError} EVENT_UNKNOWN, of @codezest/db-types
 * @example
 * await transaction(prisma, (open) => publish(open, event));
 */
export function publish(transaction: TransactionClient, event: NewEvent): Promise<EventId> {
  return publishOf(transaction, 'payments', event);
}

/**
 * Deletes events that every service has had for a week, in batches of 1 to 10000 rows (1000). Run it daily. Returns how many
 * went.
 *
 * @throws {InvalidBatchError} BATCH_INVALID
 * @example
 * await deleteDeliveredEvents(prisma);
 */
export function deleteDeliveredEvents(
  client: Client,
  options: { readonly batch?: number } = {},
): Promise<number> {
  return deleteTold(client, options);
}
