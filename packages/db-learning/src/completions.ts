import { inTransaction, rowsOf, statement } from '@codezest/db-core';
import type { Completion } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { batchSize } from './batch-size.js';
import type { Client } from './client.js';

/**
 * Hands what was completed and not reported yet to `report`, oldest first and at most `limit` (100), and marks it reported
 * once that has ended well. Each completion is a row of the transaction that completed it, so none is lost with a process;
 * one whose mark was lost is handed over again, under the same id. Callers at once get different ones. Returns how many.
 *
 * @throws {BatchSizeOutOfRangeError} BATCH_SIZE_OUT_OF_RANGE
 * @example
 * await reportCompletions(prisma, async (completions) => {
 *   for (const { userId, moduleId } of completions) console.log(userId, moduleId ? 'MODULE_COMPLETED' : 'LANGUAGE_COMPLETED');
 * });
 */
export async function reportCompletions(
  client: Client,
  report: (completions: readonly Completion[]) => Promise<void>,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<number> {
  const values = [batchSize(limit)];
  return inTransaction(client, async (transaction: Client) => {
    const completions = await rowsOf(transaction, takeUnreported, values);
    if (completions.length === 0) return 0;
    await report(completions);
    await rowsOf(transaction, markReported, [completions.map(({ id }) => id)]);
    return completions.length;
  });
}

const takeUnreported = statement<Completion>(
  'learning.unreported_completions',
  `SELECT ${columnsOf.completion('c')} FROM completions c
  WHERE c.reported_at IS NULL ORDER BY c.created_at, c.id LIMIT $1::int
  FOR UPDATE SKIP LOCKED`,
);

const markReported = statement<object>(
  'learning.mark_completions_reported',
  'UPDATE completions SET reported_at = now(), updated_at = now() WHERE id = ANY ($1::uuid[])',
);
