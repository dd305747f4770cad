import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ErasureReport,
  type ErasureRequest,
  parseEventId,
  parseUserId,
  type Service,
  type UserId,
} from '@codezest/db-types';
import { newId } from '../ids/new-id.js';
import { type QueryingClient, rowOf, rowsOf } from '../sql/statement.js';
import { ErasureWaitsError, InvalidBatchError } from './errors.js';
import { isOverwritten, type PersonalData } from './personal-data.js';
import {
  anyStillRuns,
  deleteBatch,
  overwriteBatch,
  overwriteTogether,
  primaryKeyOf,
  raiseTombstone,
  readTombstone,
  runningTransactions,
} from './statements.js';

export interface ErasureOptions {
  /** Rows of one statement, from 1 to 10000. Default 1000. */
  readonly batch?: number;
  /** Milliseconds to wait for transactions that began earlier and may still write rows. Default 10000. */
  readonly waitMs?: number;
  /** Called after each statement that erased rows. */
  readonly onProgress?: (progress: { readonly table: string; readonly rows: number }) => void;
}

/**
 * Erases a person from one database: first a tombstone, after which the database refuses new rows about that person, then
 * the rows themselves, in batches that commit one by one. An erasure that was interrupted continues when it is run again,
 * and one that is complete returns the same report again. Needs the role that owns the tables.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @throws {InvalidBatchError} BATCH_INVALID
 * @throws {ErasureWaitsError} ERASURE_WAITS
 */
export async function eraseUser(
  client: QueryingClient,
  personalData: PersonalData,
  request: Pick<ErasureRequest, 'requestId' | 'userId'>,
  { batch = 1_000, waitMs = 10_000, onProgress = () => undefined }: ErasureOptions = {},
): Promise<ErasureReport> {
  const userId = parseUserId(request.userId);
  const requestId = parseEventId(request.requestId);
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > 10_000) throw new InvalidBatchError();
  const hash = hashOfUser(userId);

  await personalData.beforeErasure?.(client, userId);
  await rowsOf(client, raiseTombstone, [hash, requestId]);
  await earlierTransactions(client, waitMs);
  const report = (table: string, rows: number): void => {
    if (rows > 0) onProgress({ table, rows });
  };

  const together = personalData.rows.filter((rows) => isOverwritten(rows) && 'user_id' in rows.onErasure);
  if (together.length > 0) {
    const counts = await rowsOf(client, overwriteTogether(personalData, together), [userId, newId(), hash]);
    for (const { name, changed } of counts) report(name, changed);
  }
  for (const rows of personalData.rows) {
    if (rows.onErasure === 'cascade' || rows.onErasure === 'keep' || together.includes(rows)) continue;
    const keys = (await rowOf(client, primaryKeyOf, [rows.table]))?.columns ?? [];
    const [sql, values] = isOverwritten(rows)
      ? [overwriteBatch(personalData, rows, keys), [userId, newId(), hash, batch]]
      : [deleteBatch(personalData, rows, keys), [userId, hash, batch]];
    for (let found = batch; found > 0; ) {
      const erased = await rowOf(client, sql, values);
      found = erased?.found ?? 0;
      report(rows.table, erased?.changed ?? 0);
    }
  }
  const tombstone = await rowOf(client, readTombstone, [hash]);
  return {
    requestId: parseEventId(tombstone?.requestId ?? requestId),
    service: personalData.service as Service,
    tables: tombstone?.tables ?? {},
  };
}

/** As `rules.hash_of_user` computes it. */
function hashOfUser(userId: UserId): Buffer {
  return createHash('sha256').update(userId).digest();
}

/** A transaction that began before the tombstone was committed may not see it, and insert a row after the rows have gone. */
async function earlierTransactions(client: QueryingClient, waitMs: number): Promise<void> {
  const { ids = [] } = (await rowOf(client, runningTransactions, [])) ?? {};
  if (ids.length === 0) return;
  for (const until = Date.now() + waitMs; ; await sleep(50)) {
    if (!(await rowOf(client, anyStillRuns, [ids]))?.running) return;
    if (Date.now() >= until) throw new ErasureWaitsError();
  }
}
