import { InvalidBatchError } from '../erasure/errors.js';
import { type QueryingClient, rowOf, type Statement, statement } from '../sql/statement.js';

/** Events that every consumer has had for a week: time enough to find out what became of one. */
export const DELIVERED_EVENTS = `occurred_at <= now() - interval '7 days' AND NOT EXISTS (
  SELECT FROM outbox_deliveries d WHERE d.event_id = outbox.id AND d.delivered_at IS NULL)`;

/** `$1` rows at most. Nobody has a right to delete events but this function of the database. */
export const deleteDeliveredEvents: Statement<{ readonly rows: number }> = statement(
  'outbox.delete_delivered',
  "SELECT rules.delete_delivered_events(interval '7 days', $1::int) AS rows",
);

/** Deletes them in batches, until none is left. */
export async function deleteTold(
  client: QueryingClient,
  { batch = 1_000 }: { readonly batch?: number } = {},
): Promise<number> {
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > 10_000) throw new InvalidBatchError();
  for (let total = 0; ; ) {
    const rows = (await rowOf(client, deleteDeliveredEvents, [batch]))?.rows ?? 0;
    total += rows;
    if (rows < batch) return total;
  }
}
