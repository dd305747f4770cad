import { setTimeout as wait } from 'node:timers/promises';
import { replicaOf } from '../client/client-class.js';
import { WAL_POSITION } from '../connection-url/target-session.js';
import { InvalidValueError } from '../errors/invalid-value-error.js';
import {
  InvalidWalPositionError,
  OpenTransactionError,
  ReplicaReadOnlyError,
} from '../errors/replica-errors.js';
import { processWide } from '../process-wide.js';
import { failureClass } from '../retry/failure-class.js';
import type { QueryingClient } from '../sql/statement.js';
import { isOpenTransaction } from '../sql/transaction.js';

/** Why the primary was read: the replica lacks what was asked for, does not answer, or had to cancel the read. */
export type ReplicaFallback = 'behind' | 'unavailable' | 'conflict';

export interface ReplicaOptions {
  /** The read sees all that was committed when `walPosition` gave this. */
  readonly notBefore?: string;
  /** The read sees all that was committed so many milliseconds ago. */
  readonly maxLagMs?: number;
  /** How long a replica that is behind is waited for, in milliseconds, before the primary is read. Default 0. */
  readonly waitMs?: number;
  /** Told of each read that went to the primary, for metrics. */
  readonly onFallback?: (reason: ReplicaFallback) => void;
}

/** A replica that does not answer is left alone so long, or each read would wait for it. */
const SHUN_MS = 2_000;
const LOOK_EVERY_MS = 5;
const MOST_SAMPLES = 64;
const POSITION = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i;

const CURRENT = `SELECT ${WAL_POSITION} AS "position"`;
/** A replica that was promoted has all that it will ever have. */
const REACHED = 'SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1::pg_lsn AS "reached"';

interface State {
  shunnedUntil: number;
  /** Where the primary stood, and when it was asked; oldest first. */
  readonly samples: { readonly askedAt: number; readonly position: string }[];
}

const states = processWide('replicas', () => new WeakMap<object, State>());

/**
 * Where the log of the primary stands after what the caller has committed, such as `0/16B3748`: `readFromReplica` takes it
 * as `notBefore`. It is no secret, and may travel in a cookie.
 *
 * @throws {OpenTransactionError} within a transaction, whose commit comes later.
 */
export async function walPosition(client: QueryingClient): Promise<string> {
  if (isOpenTransaction(client as object)) throw new OpenTransactionError();
  const [row] = await client.$queryRawUnsafe<[{ position: string }]>(CURRENT);
  return row.position;
}

/**
 * Runs `read` on the client's replica, and on the client itself where there is none, where the replica lacks what the options
 * ask for, does not answer, or had to cancel the read. `read` may run twice. With `notBefore` or `maxLagMs` it runs in a
 * transaction, so that the look at the replica and the read go to one server. Within a transaction it reads that.
 *
 * @throws {ReplicaReadOnlyError} when `read` writes.
 * @throws {InvalidWalPositionError} for a `notBefore` that is no position.
 * @throws {InvalidValueError} for a limit that is no number of milliseconds.
 */
export async function readFromReplica<Client extends QueryingClient, Result>(
  client: Client,
  read: (client: Client) => PromiseLike<Result>,
  options: ReplicaOptions = {},
): Promise<Result> {
  const { notBefore, maxLagMs, waitMs = 0, onFallback } = options;
  if (notBefore !== undefined && !(typeof notBefore === 'string' && POSITION.test(notBefore)))
    throw new InvalidWalPositionError();
  requireMilliseconds('maxLagMs', maxLagMs);
  requireMilliseconds('waitMs', waitMs);
  const replica = replicaOf(client) as (Client & Transacting<Client>) | undefined;
  if (replica === undefined) return await read(client);
  const state = stateOf(replica);
  const readPrimary = (reason: ReplicaFallback) => {
    onFallback?.(reason);
    return read(client);
  };
  if (performance.now() < state.shunnedUntil) return await readPrimary('unavailable');
  // Without the primary nobody knows how far behind the replica is: its failure is the caller's.
  const recent = maxLagMs === undefined ? undefined : await positionWithin(client, state, maxLagMs);
  const positions = [notBefore, recent].filter((position) => position !== undefined);
  try {
    if (positions.length === 0) return await read(replica);
    return await replica.$transaction(
      async (open) => {
        for (const position of positions) await reach(open, position, waitMs);
        return read(open);
      },
      { timeout: TRANSACTION_MS + waitMs },
    );
  } catch (error) {
    if (error instanceof BehindError) return await readPrimary('behind');
    const failure = failureClass(error);
    if (failure === 'read-only') throw new ReplicaReadOnlyError({ cause: error });
    if (failure === 'conflict' || failure === 'lock') return await readPrimary('conflict');
    if (failure !== 'unavailable' && failure !== 'connection-lost') throw error;
    state.shunnedUntil = performance.now() + SHUN_MS;
    return await readPrimary('unavailable');
  }
}

const TRANSACTION_MS = 10_000;

interface Transacting<Client> {
  $transaction<Result>(
    work: (open: Client) => Promise<Result>,
    options: { timeout: number },
  ): Promise<Result>;
}

/** Says within this file alone that the primary is to be read. */
class BehindError extends Error {}

async function reach(replica: QueryingClient, position: string, waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const [row] = await replica.$queryRawUnsafe<[{ reached: boolean }]>(REACHED, position);
    if (row.reached) return;
    if (performance.now() >= deadline) throw new BehindError();
    await wait(LOOK_EVERY_MS);
  }
}

/**
 * Where the primary stood at a moment within the limit: who has reached that position lacks nothing older. The primary is
 * asked again when half of the limit has passed.
 */
async function positionWithin(client: QueryingClient, { samples }: State, maxLagMs: number): Promise<string> {
  const now = performance.now();
  const recent = samples.filter(({ askedAt }) => now - askedAt <= maxLagMs);
  const ask = async () => {
    const askedAt = performance.now();
    const position = await walPosition(client);
    samples.push({ askedAt, position });
    if (samples.length > MOST_SAMPLES) samples.shift();
    return position;
  };
  const newest = recent.at(-1);
  const [oldest] = recent;
  if (oldest === undefined || newest === undefined) return await ask();
  // The next call finds it.
  if (now - newest.askedAt > maxLagMs / 2) ask().catch(() => undefined);
  return oldest.position;
}

function stateOf(client: object): State {
  const known = states.get(client);
  if (known !== undefined) return known;
  const state: State = { shunnedUntil: 0, samples: [] };
  states.set(client, state);
  return state;
}

function requireMilliseconds(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 3_600_000)) return;
  throw new InvalidValueError(
    `${name} is a number of milliseconds, from 0 to an hour. Correct it, or leave it out.`,
  );
}
