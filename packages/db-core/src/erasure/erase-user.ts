import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ErasureReport,
  type ErasureRequest,
  parseEventId,
  parseUserId,
  type Service,
  type UserId,
} from '@codezest/db-types';
import { type QueryingClient, rowOf, rowsOf } from '../sql/statement.js';
import { ErasureWaitsError, InvalidBatchError } from './errors.js';
import { isOverwritten, type PersonalData } from './personal-data.js';
import {
  anyStillRuns,
  deleteBatch,
  overwriteBatch,
  overwriteTogether,
  primaryKeyOf,
  raiseTombstones,
  readTombstones,
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
  options: ErasureOptions = {},
): Promise<ErasureReport> {
  const { reports, refused } = await eraseUsers(client, personalData, [request], options);
  for (const reason of refused.values()) throw reason;
  return reports[0] as ErasureReport;
}

/** What became of people who were to be erased. */
export interface ErasedUsers {
  readonly reports: readonly ErasureReport[];
  /** Who cannot be erased yet, and why. */
  readonly refused: ReadonlyMap<UserId, Error>;
}

/** `eraseUser` for several people at once, each of them once. */
export async function eraseUsers(
  client: QueryingClient,
  personalData: PersonalData,
  requests: readonly Pick<ErasureRequest, 'requestId' | 'userId'>[],
  { batch = 1_000, waitMs = 10_000, onProgress = () => undefined }: ErasureOptions = {},
): Promise<ErasedUsers> {
  const asked = requests.map(({ userId, requestId }) => ({
    userId: parseUserId(userId),
    requestId: parseEventId(requestId),
  }));
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > 10_000) throw new InvalidBatchError();
  const all = asked.map(({ userId }) => userId);
  const refused = (await personalData.beforeErasure?.(client, all)) ?? new Map<UserId, Error>();
  const people = asked.filter(({ userId }) => !refused.has(userId));
  if (people.length === 0) return { reports: [], refused };

  const ids = people.map(({ userId }) => userId);
  await rowsOf(client, raiseTombstones, [ids.map(hashOfUser), people.map(({ requestId }) => requestId)]);
  await earlierTransactions(client, waitMs);
  await eraseRows(client, personalData, ids, batch, (table, rows) => {
    if (rows > 0) onProgress({ table, rows });
  });
  const tombstones = new Map(
    (await rowsOf(client, readTombstones, [ids])).map((tombstone) => [tombstone.userId, tombstone]),
  );
  const reports = people.map(({ userId, requestId }) => ({
    requestId: parseEventId(tombstones.get(userId)?.requestId ?? requestId),
    service: personalData.service as Service,
    tables: tombstones.get(userId)?.tables ?? {},
  }));
  return { reports, refused };
}

async function eraseRows(
  client: QueryingClient,
  personalData: PersonalData,
  ids: readonly UserId[],
  batch: number,
  report: (table: string, rows: number) => void,
): Promise<void> {
  const instead = ids.map(pseudonym);
  const together = personalData.rows.filter((rows) => isOverwritten(rows) && 'user_id' in rows.onErasure);
  if (together.length > 0) {
    const counts = await rowsOf(client, overwriteTogether(personalData, together), [ids, instead]);
    for (const { name, changed } of counts) report(name, changed);
  }
  for (const rows of personalData.rows) {
    if (rows.onErasure === 'cascade' || rows.onErasure === 'keep' || together.includes(rows)) continue;
    const keys = (await rowOf(client, primaryKeyOf, [rows.table]))?.columns ?? [];
    const sql = isOverwritten(rows)
      ? overwriteBatch(personalData, rows, keys)
      : deleteBatch(personalData, rows, keys);
    for (let found = batch; found >= batch; ) {
      const erased = await rowOf(client, sql, [ids, instead, batch]);
      found = erased?.found ?? 0;
      report(rows.table, erased?.changed ?? 0);
    }
  }
}

/**
 * The id of nobody: of version 8, so that a comparison with the accounts leaves it alone, and without a time, which would lead
 * to the tombstone of that moment.
 */
function pseudonym(): string {
  return randomUUID().replace(/^(.{14})4/, '$18');
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
