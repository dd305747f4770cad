import { InvalidEventError, type UserId, userDeleted } from '@codezest/db-types';
import { failureClass } from '../retry/failure-class.js';
import { type QueryingClient, rowOf, rowsOf } from '../sql/statement.js';
import type { Consumer } from './consumer.js';
import { eraseDeleted } from './erase-deleted.js';
import { InvalidEventLimitError, InvalidEventRetentionError } from './errors.js';
import { reasonOf } from './failure-reason.js';
import { eventOf, PASSING } from './received-event.js';
import {
  claimEvent,
  claimEvents,
  countEvents,
  deleteProcessed,
  markEvents,
  noteFailure,
  type ReceivedRow,
  redriveDead,
} from './received-events.js';

/** A client that is no transaction: applying events opens its own. */
export interface ReceivingClient<Transaction> extends QueryingClient {
  $transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { readonly timeout: number },
  ): Promise<Result>;
}

export interface ReceiveOptions {
  /** How many events one call takes, from 1 to 10000. Default 500. */
  readonly limit?: number;
  /** Failures until an event is dead, from 1 to 10000. Default 10. */
  readonly attempts?: number;
  /** Seconds until the second attempt, from 0 to 300; each later wait is twice as long, five minutes at most. Default 1. */
  readonly retrySeconds?: number;
  /** Erases what the service keeps of a person outside this database, such as files, before the database forgets them. */
  readonly beforeErasure?: (userId: UserId) => Promise<unknown>;
}

/** What one call did with events. All of it 0: nothing is left to do now. */
export interface Received {
  /** Applied, those without effect included: an older version, or a person who has been erased. */
  readonly applied: number;
  /** Failed, and tried again later. */
  readonly failed: number;
  /** Failed for the last time, or no event as its contract says. The row contains the reason. */
  readonly dead: number;
}

/** What waits in `received_events`. */
export interface EventBacklog {
  /** To be applied. */
  readonly open: number;
  /** Of a type or version that this release does not know. They wait for one that does. */
  readonly waiting: number;
  /** Given up; `redriveEvents` tries them again. */
  readonly dead: number;
  /** When the oldest open one arrived. */
  readonly oldest: Date | null;
}

const TRANSACTION_MS = 30_000;

/**
 * Applies the next events, each once: effect and mark are one transaction. An event that fails is tried again alone, so that it
 * holds up no other. Several consumers share the work.
 */
export async function receiveEvents<Transaction extends QueryingClient>(
  client: ReceivingClient<Transaction>,
  consumer: Consumer<Transaction>,
  { limit = 500, attempts = 10, retrySeconds = 1, beforeErasure }: ReceiveOptions = {},
): Promise<Received> {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= 10_000;
  const isWait = Number.isFinite(retrySeconds) && retrySeconds >= 0 && retrySeconds <= 300;
  if (!isCount(limit) || !isCount(attempts) || !isWait) throw new InvalidEventLimitError();
  const counts = { applied: 0, failed: 0, dead: 0 };
  const fail = async (id: string, error: unknown, mostAttempts = attempts): Promise<void> => {
    // The event is not to blame for a database that is away.
    if (PASSING.has(failureClass(error))) throw error;
    const last = error instanceof InvalidEventError ? 1 : mostAttempts;
    const noted = await rowOf(client, noteFailure, [id, reasonOf(error), retrySeconds, last]);
    if (noted !== undefined) counts[noted.dead ? 'dead' : 'failed'] += 1;
  };

  let claimed: readonly ReceivedRow[] = [];
  try {
    counts.applied += await client.$transaction(
      async (transaction) => {
        claimed = await rowsOf(transaction, claimEvents, [...known(consumer), limit]);
        return applyAndMark(transaction, consumer, claimed);
      },
      { timeout: TRANSACTION_MS },
    );
  } catch (error) {
    if (claimed.length === 0 || PASSING.has(failureClass(error))) throw error;
    for (const { id } of claimed) {
      const alone = (transaction: Transaction): Promise<number> =>
        rowsOf(transaction, claimEvent, [id]).then((rows) => applyAndMark(transaction, consumer, rows));
      try {
        counts.applied += await client.$transaction(alone, { timeout: TRANSACTION_MS });
      } catch (failure) {
        await fail(id, failure);
      }
    }
  }
  counts.applied += await eraseDeleted(client, consumer, { limit, beforeErasure, fail });
  return counts;
}

async function applyAndMark<Transaction extends QueryingClient>(
  transaction: Transaction,
  { effects }: Consumer<Transaction>,
  rows: readonly ReceivedRow[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const forgotten = rows.filter(({ erased }) => erased === true);
  const events = rows.filter(({ erased }) => erased !== true).map(eventOf);
  for (const { type, version, apply } of effects) {
    const ours = events.filter((event) => event.type === type && event.version === version);
    if (ours.length > 0) await apply(transaction, ours);
  }
  await rowsOf(transaction, markEvents, [events.map(({ id }) => id), forgotten.map(({ id }) => id)]);
  return rows.length;
}

/** Takes all dead events up again, from their first attempt on, and tells how many there were. */
export async function redriveEvents(client: QueryingClient): Promise<number> {
  return (await rowOf(client, redriveDead, []))?.redriven ?? 0;
}

/** What waits to be applied, and what was given up. */
export async function eventBacklog(client: QueryingClient, consumer: Consumer<never>): Promise<EventBacklog> {
  const [types, versions] = known(consumer);
  const counted = await rowOf(client, countEvents, [
    [...types, userDeleted.type],
    [...versions, userDeleted.version],
  ]);
  return counted ?? { open: 0, waiting: 0, dead: 0, oldest: null };
}

/**
 * Deletes events that were applied more than so many days ago, in batches. For a daily schedule.
 *
 * @throws {InvalidEventRetentionError} EVENT_RETENTION_INVALID
 */
export async function deleteReceivedEvents(
  client: QueryingClient,
  { days }: { readonly days: number },
): Promise<number> {
  if (!Number.isSafeInteger(days) || days < 30 || days > 3_650) throw new InvalidEventRetentionError();
  let sum = 0;
  for (let rows = ROWS_PER_DELETE; rows === ROWS_PER_DELETE; sum += rows)
    rows = (await rowOf(client, deleteProcessed, [days, ROWS_PER_DELETE]))?.deleted ?? 0;
  return sum;
}

const ROWS_PER_DELETE = 1_000;

const known = ({ effects }: Consumer<never>): [string[], number[]] => [
  effects.map(({ type }) => type),
  effects.map(({ version }) => version),
];
